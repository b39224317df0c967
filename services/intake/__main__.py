"""The composition root: `python -m services.intake` serves; `python -m services.intake import FEED FILE…` loads."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.intake import app as composition
from services.intake import importing
from services.intake.settings import IntakeSettings
from shared import clock, logs, service, settings

FILES = "CQC's latest ratings tables: CSV, plain or gzipped."

cli = typer.Typer(add_completion=False, help="CareLedger intake: the one door.", pretty_exceptions_enable=False)
feeds = typer.Typer(help="Load published files. Harmless to repeat.", no_args_is_help=True)
cli.add_typer(feeds, name="import")


@cli.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Without a command: serve until SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    known = settings.load(IntakeSettings)
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    app, intake = composition.create(known)
    service.run(app, known, *intake.tasks)


@feeds.callback()
def _feeds() -> None:
    """A group, so that each feed has its own name."""


@feeds.command("cqc-ratings")
def cqc_ratings(
    files: Annotated[list[Path], typer.Argument(help=FILES, exists=True, dir_okay=False)],
    place: Annotated[str, typer.Option(help="GSS code of the council area, such as E06000019.")],
    council: Annotated[str, typer.Option(help="The local authority as the file names it, such as Herefordshire.")],
    date_order: Annotated[importing.DateOrder | None, typer.Option(help="Where the file's dates fit both.")] = None,
    commissioning: Annotated[importing.Commissioning, typer.Option(help="Of services not yet registered.")] = "none",
) -> None:
    """Register one council's adult social care locations, with CQC's ratings of them."""
    known = settings.load(IntakeSettings)
    clock.configure(known.clock_file)
    sys.exit(importing.run(known, files, place=place, council=council, said=date_order, commissioning=commissioning))


if __name__ == "__main__":
    cli()
