"""The command line of a back-test: options in, two files out; what cannot be done is one line and exit code 2."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.risk.looking_back.backtest import HORIZON_DAYS, Asked, CannotBacktest
from services.risk.looking_back.backtest import backtest as run
from services.risk.settings import RiskSettings
from shared import logs
from shared.settings import load

DAY = ["%Y-%m-%d"]
Out = Annotated[Path, typer.Option(help="folder for report.json and report.html")]
Pack = Annotated[str | None, typer.Option(help="policy: a shipped pack's name, or a file; without it a place's own")]
Place = Annotated[str | None, typer.Option(help="replay the ledger of this place")]
Feed = Annotated[tuple[str, Path] | None, typer.Option(metavar="inspection-history FILE", help="replay a file")]
Compare = Annotated[str | None, typer.Option(help="another policy: list the differences")]
From = Annotated[datetime | None, typer.Option("--from", formats=DAY, help="look at days from this one")]
To = Annotated[datetime | None, typer.Option(formats=DAY, help="and up to this one; nothing later is known")]
Horizon = Annotated[int, typer.Option(help="days within which an event must follow a warning")]
Workers = Annotated[int, typer.Option(min=0, help="processes; 0: one a core")]
CountsOnly = Annotated[bool, typer.Option("--counts-only", help="list no provider: for publishing")]
Generated = Annotated[str | None, typer.Option(help="a date or note to print; without it the bytes repeat")]


def backtest(  # noqa: PLR0917 - the command's options
    out: Out,
    pack: Pack = None,
    place: Place = None,
    feed: Feed = None,
    compare: Compare = None,
    from_: From = None,
    to: To = None,
    horizon: Horizon = HORIZON_DAYS,
    workers: Workers = 0,
    counts_only: CountsOnly = False,
    generated: Generated = None,
) -> None:
    """Replay a history under a policy: who would have moved, when and why, against what really happened."""
    asked = Asked(
        out=out,
        pack=pack,
        compare=compare,
        place=place,
        feed=feed,
        first=None if from_ is None else from_.date(),
        last=None if to is None else to.date(),
        horizon=horizon,
        workers=workers,
        counts_only=counts_only,
        generated=generated,
    )
    try:
        run(asked, _settings)
    except CannotBacktest as error:
        typer.echo(f"backtest: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{out / 'report.json'}\n{out / 'report.html'}")


def _settings() -> RiskSettings:
    settings = load(RiskSettings)
    logs.configure(settings.service, settings.log_level)
    return settings
