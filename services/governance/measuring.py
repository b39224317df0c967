"""The figures of architecture §10 that are counts of what stands: per place, never of a provider."""

import asyncio
import logging
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError

from services.governance import view
from services.governance.domain import divergence
from services.governance.pages import Pages
from shared import calendar, clock, metrics
from shared.database import Pool
from shared.events.assessments import Indicated

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
_PLACES = f"SELECT DISTINCT place FROM {view.SCHEMA}.providers"  # noqa: S608 - names of ours alone, here and below
_STANDING = f"""
SELECT c.standing->%s->>'level', a.data->'indicated'->>'min', a.data->'indicated'->>'max', count(*),
       count(*) FILTER (WHERE (a.data->>'unprocessed')::int > 0)
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
WHERE p.place = %s AND p.facts->'closed' IS NULL GROUP BY 1, 2, 3
"""  # noqa: S608
_WAITING = """
SELECT place, count(*) FROM decisions
WHERE status IN ('proposed', 'effective_pending_ratification') GROUP BY place
"""

_ALERTS = f"""
SELECT place, alert, count(*) FROM {view.SCHEMA}.alerts
WHERE raised IS NOT NULL AND cleared IS NULL AND acknowledged IS NULL AND alert <> 'A17' GROUP BY 1, 2
"""  # noqa: S608 - A17 is news and no state: it is never cleared


class Measuring:
    """Counts from time to time. `run` must be running."""

    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool, self._pages = pool, pages

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.measure()
            except (psycopg.Error, PersistenceError, ConnectionError, TimeoutError) as error:
                log.warning("nothing is measured at the moment: %s: %.200s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    async def measure(self) -> None:
        """Count now."""
        async with self._pool.connection() as connection:
            waiting = await (await connection.execute(_WAITING)).fetchall()
            unanswered = await (await connection.execute(_ALERTS)).fetchall()
            places = [place for (place,) in await (await connection.execute(_PLACES)).fetchall()]
        metrics.CONSENTS_PENDING.clear()
        for place, count in waiting:
            metrics.CONSENTS_PENDING.labels(place).set(count)
        metrics.ALERTS_OPEN.clear()
        for place, alert, count in unanswered:
            metrics.ALERTS_OPEN.labels(place, alert).set(count)
        for gauge in (metrics.PROVIDERS, metrics.PROVIDERS_UNPROCESSED, metrics.DIVERGENCES):
            gauge.clear()
        for place in places:
            await self._place(place)

    async def _place(self, place: str) -> None:
        policy = await asyncio.to_thread(self._pages.policy, place, calendar.london_date(clock.now()))
        primary = policy.pack.primary if policy else "level"
        order = policy.pack.scales[primary].order if policy else ()
        async with self._pool.connection() as connection:
            rows: list[Any] = await (await connection.execute(_STANDING, (primary, place))).fetchall()
        unprocessed = divergent = 0
        for confirmed, low, high, count, parked in rows:
            indicated = Indicated(min=low, max=high, unknown=low is None)
            said = "unknown" if low is None else low if low == high else f"{low}-{high}"
            metrics.PROVIDERS.labels(place, confirmed or "none", said).set(count)
            divergent += count if divergence.is_outside(confirmed, indicated, order) else 0
            unprocessed += parked
        metrics.DIVERGENCES.labels(place).set(divergent)
        metrics.PROVIDERS_UNPROCESSED.labels(place).set(unprocessed)
