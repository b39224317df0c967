"""`python -m services.governance verify | signing-key | …`: proofs from the command line, with progress."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.governance.event_store import EventStore
from services.governance.proof import bundle, keys, verifying
from services.governance.proof.due import Due
from services.governance.proof.due import read as periods
from services.governance.settings import GovernanceSettings
from shared import calendar, clock, settings
from shared.vault import Vault

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


@cli.command()
def retention(place: Annotated[str | None, typer.Option(help="Only this place; all without it.")] = None) -> None:
    """Which words are due for erasure, by place and class, and when the next are. Nothing is erased by itself."""
    known = settings.load(GovernanceSettings)
    clock.configure(known.clock_file)
    today, store, vault = calendar.london_date(clock.now()), EventStore(known.database_url), Vault.of(known)
    due = Due(store, vault, periods(known.retention_file))
    vault.start_sync()
    try:
        wanted = [(one, who) for one in ([place] if place else due.places()) for who in due.providers(one)]
        with progress("providers") as (begun, step):
            begun(len(wanted))
            found = due.counted(wanted, today, step)
    finally:
        vault.close_sync()
        store.close()
    for name in due.schedule.unclassed:
        typer.echo(f"{name}: no class says how long its words are kept", err=True)
    for one, counts in found.items():
        for name, count in counts.items():
            when = f", the next on {count.next_on}" if count.next_on else ""
            typer.echo(
                f"{one} {name}: {count.due} due, {count.held} held, {count.asked} asked for, {count.later} later{when}"
            )


@contextmanager
def progress(what: str) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """A bar on stderr: tell it how many there are, and each step."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda total: shown.update(task, total=total), lambda n: shown.advance(task, n)
