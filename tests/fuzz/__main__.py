"""`python -m tests.fuzz`: 100,000 events against a real intake, database and broker; exit code 0 if all is well."""

import asyncio
import sys
import time
from typing import Annotated

import typer

from tests.component.intake.conftest import run, settings_for
from tests.fuzz import running
from tests.support.issuer import Issuer
from tests.support.servers import fresh_database, fresh_topics, started


def main(
    count: Annotated[int, typer.Option(help="Events.")] = 100_000,
    seed: Annotated[str, typer.Option(help="The same seed, the same inputs.")] = "1",
) -> None:
    """Send so many events, most of them spoilt, and hold what was kept against what was answered."""
    with started() as servers:
        address, bootstrap = servers.database_url, servers.kafka_bootstrap
        with fresh_database(address) as url, fresh_database(address) as vault, fresh_topics(bootstrap) as names:
            issuer = Issuer()
            try:
                sys.exit(asyncio.run(_fuzz(settings_for(issuer, url, vault, bootstrap, names), issuer, count, seed)))
            finally:
                issuer.close()


async def _fuzz(settings, issuer, count, seed):  # type: ignore[no-untyped-def]
    async with run(settings, issuer) as intake:
        begun = time.monotonic()
        tally, homes = await running.send(intake, count, seed)
        sent = time.monotonic()
        verdict = await running.judge(intake, tally, homes)
    for answer, many in sorted(tally.answers.items()):
        typer.echo(f"{answer:>12} {many:>8}")
    typer.echo(f"{count} events in {sent - begun:.0f} s; server errors {len(tally.broken)}; {verdict}")
    for one, why in tally.broken[:5]:
        typer.echo(f"{one.path} {one.headers} {one.body[:600]!r}: {why[:300]}")
    is_well = not tally.broken and (verdict.lost, verdict.mis_keyed, verdict.unasked, verdict.unpublished) == (0,) * 4
    return 0 if is_well else 1


if __name__ == "__main__":
    typer.run(main)
