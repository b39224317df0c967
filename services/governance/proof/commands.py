"""`python -m services.governance verify | signing-key | …`: proofs from the command line, with progress."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.governance.proof import bundle, keys, verifying
from services.governance.settings import GovernanceSettings
from shared import settings

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Keys = Annotated[list[str] | None, typer.Option("--key", help="A public key (base64) that is trusted besides.")]


@cli.command()
def verify(
    place: Annotated[str | None, typer.Option(help="Report only what concerns this place.")] = None,
    key: Keys = None,
) -> None:
    """Prove every chain and signed checkpoint against history and Kafka. Exit code 1 if anything is wrong."""
    known = settings.load(GovernanceSettings)
    also = [keys.read(one) for one in key or ()]
    with progress("records") as (begun, step):
        found = asyncio.run(verifying.verify(known, place=place, also=also, begun=begun, step=step))
    for line in found.lines():
        typer.echo(line, err=True)
    typer.echo(
        f"{found.records} records, {found.chains} chains, {found.journalled} rows of journals,"
        f" {found.shown} of the history, {found.checkpoints} checkpoints: {len(found.rows) + found.more} bad"
    )
    if found.first is not None:
        typer.echo(f"The first: {found.first}")
    raise typer.Exit(0 if found.is_whole else 1)


@cli.command("verify-bundle")
def verify_bundle(
    file: Annotated[Path, typer.Argument(help="A bundle, as the history gives it with format=bundle.")],
    key: Keys = None,
) -> None:
    """Prove an exported history, without any service. Exit code 1 if anything is wrong. Give --key: whose it is."""
    try:
        proven = bundle.prove(file.read_bytes(), [keys.read(one) for one in key or ()])
    except (OSError, bundle.NoBundle, keys.NoKey) as error:
        typer.echo(f"Nothing is proven: {error}", err=True)
        raise typer.Exit(1) from error
    for line in proven.bad:
        typer.echo(line, err=True)
    said = proven.manifest
    typer.echo(
        f"{said['events']} events of {said['provider_id']} ({said['withheld']} withheld), {len(said['chains'])} chains,"
        f" made {said['made_at']}: {len(proven.bad)} bad"
    )
    typer.echo(
        f"Signed by {proven.key}" + ("" if proven.is_known else ", which it names itself: compare it, or give --key")
    )
    raise typer.Exit(1 if proven.bad else 0)


@cli.command("signing-key")
def signing_key() -> None:
    """The public key by which checkpoints and bundles of this deployment are proven (base64)."""
    typer.echo(keys.written(keys.signing(settings.load(GovernanceSettings)).public_key()))


@contextmanager
def progress(what: str) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """A bar on stderr: tell it how many there are, and each step."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda total: shown.update(task, total=total), lambda n: shown.advance(task, n)
