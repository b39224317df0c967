"""The composition root: `python -m services.intake` serves; `python -m services.intake import FEED FILE…` loads."""

import typer

from services.intake import app as composition
from services.intake import commands
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


if __name__ == "__main__":
    cli()
