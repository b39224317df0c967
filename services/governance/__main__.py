"""The composition root: `python -m services.governance` serves; `python -m services.governance rebuild` builds anew."""

import asyncio
import sys

import typer
from pydantic import ValidationError

from services.governance import app as composition
from services.governance import rebuild as rebuilding
from services.governance.settings import GovernanceSettings
from shared import clock, logs, service
from shared.settings import EnvFileMissing
from shared.topics import Topics

cli = typer.Typer(add_completion=False, help="CareLedger governance: the decisions.", pretty_exceptions_enable=False)


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
    name = asyncio.run(rebuilding.rebuild(known.database_url, known.kafka_bootstrap, names))
    typer.echo(f"The read model was built again ({name}).")


def _settings() -> GovernanceSettings:
    try:
        known = GovernanceSettings()
    except ValidationError as error:
        missing = ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
        sys.exit(f"governance: settings are missing or wrong: {missing}. Is there a local deployment (make run)?")
    except EnvFileMissing as error:
        sys.exit(f"governance: {error}")
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    return known


if __name__ == "__main__":
    cli()
