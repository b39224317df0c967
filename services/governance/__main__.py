"""The composition root: `python -m services.governance` serves; `python -m services.governance rebuild` builds anew."""

import asyncio

import typer

from services.governance import app as composition
from services.governance import rebuild as rebuilding
from services.governance.event_store import EventStore
from services.governance.proof import commands
from services.governance.settings import GovernanceSettings
from services.governance.web.sessions import Sessions
from shared import clock, logs, service, settings
from shared.topics import Topics

cli = typer.Typer(add_completion=False, help="CareLedger governance: the decisions.", pretty_exceptions_enable=False)
cli.add_typer(commands.cli)


@cli.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Without a command: serve until SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    known = _settings()
    app, made = composition.create(known)
    service.run(app, known, *made.tasks)


@cli.command()
def rebuild() -> None:
    """Build the read model again from Kafka, beside the old one, and exchange them. The service may be running."""
    known = _settings()
    names = Topics(prefix=known.topic_set)
    with commands.progress("records") as (begun, step):
        work = rebuilding.rebuild(known.database_url, known.kafka_bootstrap, names, begun=begun, step=step)
        name = asyncio.run(work)
    typer.echo(f"The read model was built again ({name}).")


@cli.command()
def revoke(subject: str) -> None:
    """Sign somebody out of all their sessions at once: SUBJECT is the `sub` of their tokens."""
    store = EventStore(_settings().database_url)
    try:
        typer.echo(f"{Sessions(store).revoke(subject)} sessions ended.")
    finally:
        store.close()


def _settings() -> GovernanceSettings:
    known = settings.load(GovernanceSettings)
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    return known


if __name__ == "__main__":
    cli()
