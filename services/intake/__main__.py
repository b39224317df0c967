"""The composition root: `python -m services.intake` serves; `… import FEED FILE…` and `… import-mail FILE…` load."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.intake import app as composition
from services.intake import mail_command
from services.intake.bulk import commands, importing
from services.intake.settings import IntakeSettings
from shared import clock, logs, service, settings

cli = typer.Typer(add_completion=False, help="CareLedger intake: the one door.", pretty_exceptions_enable=False)
cli.add_typer(commands.cli, name="import")


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


@cli.command("import-mail")
def import_mail(
    files: Annotated[list[Path], typer.Argument(help="E-mails saved as .eml.", exists=True, dir_okay=False)],
    place: Annotated[str, typer.Option(help="GSS code of the council area, such as E06000019.")],
) -> None:
    """Keep e-mails of a quality inbox as draft concerns, for an officer to complete. Harmless to repeat."""
    known = settings.load(IntakeSettings)
    clock.configure(known.clock_file)
    sys.exit(mail_command.run(known, files, importing.checked_place(place)))


if __name__ == "__main__":
    cli()
