"""`python -m services.risk`: the risk service. Commands: verify, release, refold, backtest, check, diff."""

import asyncio
from typing import Annotated

import typer

from services.risk import app, check_command, commands
from services.risk import refold as refolding
from services.risk.looking_back import backtest_command
from services.risk.settings import RiskSettings
from shared import clock, logs, service
from shared.settings import load

cli = typer.Typer(add_completion=False, invoke_without_command=True, no_args_is_help=False)


def _settings() -> RiskSettings:
    settings = load(RiskSettings)
    logs.configure(settings.service, settings.log_level)
    clock.configure(settings.clock_file)
    return settings


@cli.callback()
def main(context: typer.Context) -> None:
    """Judge the ledger: without a command, the service itself."""
    if context.invoked_subcommand is None:
        settings = _settings()
        api, risk = app.create(settings)
        service.run(api, settings, risk.places.run, risk.work)


@cli.command()
def verify() -> None:
    """Compare every state with a plain fold of the whole ledger. Exit code 1: they differ."""
    raise typer.Exit(asyncio.run(commands.verify(_settings())))


@cli.command()
def release(event_id: Annotated[str, typer.Argument(help="the record's id, as the dead letter names it")]) -> None:
    """Let a record that could not be processed be tried again, and all that waits behind it."""
    raise typer.Exit(asyncio.run(commands.release(_settings(), event_id)))


@cli.command()
def refold(
    *, when_other: Annotated[bool, typer.Option(help="only where other software folded the states")] = False
) -> None:
    """Fold the whole ledger anew into a new version of the state, and put it in the place of the old one."""
    settings = _settings()
    if when_other and not asyncio.run(refolding.needed(settings)):
        return
    asyncio.run(refolding.refold(settings, typer.echo))


cli.command("backtest")(backtest_command.backtest)
cli.command("check")(check_command.check)
cli.command("diff")(check_command.diff)


if __name__ == "__main__":
    cli()
