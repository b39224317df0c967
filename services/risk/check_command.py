"""The command line for policies: is this one valid and what does it mean; what differs between two."""

from typing import Annotated

import typer

from services.risk.explaining import checked
from shared import calendar, clock, policy

Policy = Annotated[str, typer.Argument(metavar="NAME|FILE", help="a shipped pack's name, or a file (.yaml, .json)")]
Json = Annotated[bool, typer.Option("--json", help="print everything as JSON")]


def check(pack: Policy, as_json: Json = False) -> None:
    """Check a policy: every mistake with line, column and suggestion; or in plain English what it will do."""
    today = calendar.london_date(clock.now())
    try:
        found = checked.described(_load(pack), today)
    except policy.PackError as error:
        found = checked.refused(error)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _mistakes(pack, found) if not found.valid else _say(found.parts)
    raise typer.Exit(0 if found.valid else 1)


def diff(first: Policy, second: Policy, as_json: Json = False) -> None:
    """Say in words what the second policy says otherwise than the first."""
    packs = []
    for name in (first, second):
        try:
            packs.append(_load(name))
        except policy.PackError as error:
            _mistakes(name, checked.refused(error))
            raise typer.Exit(1) from error
    found = checked.different(packs[0], packs[1])
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    elif found.same:
        typer.echo("The two policies say the same.")
    else:
        _say(found.parts)


def _load(name: str) -> policy.Pack:
    try:
        return policy.load(name)
    except OSError as error:
        why = "there is no such policy" if isinstance(error, FileNotFoundError) else error.strerror
        typer.echo(f"{name}: {why}; use a file, or one of {', '.join(policy.shipped())}", err=True)
        raise typer.Exit(2) from error


def _mistakes(name: str, found: checked.Checked) -> None:
    typer.echo(f"{name} cannot be adopted: {len(found.mistakes)} mistake(s)")
    for mistake in found.mistakes:
        where = "" if mistake.line is None else f"line {mistake.line}, column {mistake.column}: {mistake.path}: "
        typer.echo(f"  {where}{mistake.problem}")


def _say(parts: tuple[checked.Part, ...]) -> None:
    for part in parts:
        typer.echo(f"\n{part.heading}")
        for sentence in part.sentences:
            typer.echo(f"  {sentence}")
