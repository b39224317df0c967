"""The composition root: `python -m services.notify` serves; `… preview A1` shows what a template makes of an alert."""

import typer

from services.notify import app as composition
from services.notify import previewing
from services.notify.channels import NotSetUp
from services.notify.sealing import SecretBox
from services.notify.settings import NotifySettings
from shared import clock, logs, service, settings

cli = typer.Typer(add_completion=False, help="CareLedger notify: who is told.", pretty_exceptions_enable=False)


@cli.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Without a command: serve until SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    known = settings.load(NotifySettings)
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    app, notify = composition.create(known)
    service.run(app, known, *notify.tasks)


@cli.command()
def preview(code: str, channel: str = "email") -> None:
    """Show a made-up alert (A1 to A19, reminder, summary) as a channel would send it. Nothing is sent."""
    known = settings.load(NotifySettings)
    channels = composition.channels(known, SecretBox(known.master_key.get_secret_value()))
    if channel not in channels or code not in previewing.CODES:
        raise typer.BadParameter(f"use a code of {', '.join(previewing.CODES)} and one of {', '.join(channels)}")
    if isinstance(chosen := channels[channel], NotSetUp):
        raise typer.BadParameter(f"{channel} is not set up here: {' and '.join(chosen.missing)} missing")
    for name, text in chosen.show(previewing.example(code, known.pages, known.public_url)).items():
        typer.echo(f"--- {name} (synthetic example)\n{text}\n")


if __name__ == "__main__":
    cli()
