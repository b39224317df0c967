"""A feed that was connected and falls silent is told (A19), once; when it is heard again, that is told too."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg

from services.intake import alerts, runs
from services.intake.parts import Parts
from services.intake.runs import Feed
from shared import calendar
from shared.events import Event, data_of
from shared.events import alerts as alert_events
from shared.journal import append
from shared.journal.rows import Result, Row

log = logging.getLogger(__name__)

SILENT_DAYS = {"cqc-locations": 3, "cqc-ratings": 40, "capacity-tracker": 40, "ods-sites": 40}
"""By feed: after how many days without a load it is silent. CQC's API changes daily, the tables come monthly."""
EVERY_SECONDS = 15.0
CAUSE = "feed"
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, append.Unavailable)


def is_silent(feed: Feed, now: datetime, limits: Mapping[str, int]) -> bool:
    """Whether more London days have gone by since it was heard than it may be silent."""
    days = limits.get(feed.feed, 0)
    return days > 0 and calendar.london_date(now) - calendar.london_date(feed.heard) > timedelta(days=days)


def cause_of(feed: Feed) -> str:
    """The silence that began when it was last heard: another silence is another alert."""
    return f"{CAUSE}:{feed.feed}:{calendar.london_date(feed.heard).isoformat()}"


def standing(feed: Feed, now: datetime, limits: Mapping[str, int]) -> str | None:
    """The cause of the alert that should stand; None: it is not silent."""
    return cause_of(feed) if is_silent(feed, now, limits) else None


@dataclass
class Look:
    """The work: raise what is silent and was not told, clear what was told and is heard again."""

    now: datetime
    limits: Mapping[str, int]
    digest_key: bytes
    _changed: list[tuple[Feed, str | None]] = field(default_factory=list, init=False)

    async def rows(self, cursor: runs.Cursor) -> Sequence[Row]:
        """The alerts."""
        self._changed = []
        return [row for feed in await runs.all_(cursor) for row in self._of(feed)]

    def _of(self, feed: Feed) -> Iterator[Row]:
        cause = standing(feed, self.now, self.limits)
        if feed.raised is not None and feed.raised != cause:
            summary = f"The feed {feed.feed} was heard again on {calendar.london_date(feed.heard)}."
            yield alerts.cleared(
                place=feed.place, cause=feed.raised, summary=summary, now=self.now, digest_key=self.digest_key
            )
        if cause is not None and feed.raised != cause:
            days = (calendar.london_date(self.now) - calendar.london_date(feed.heard)).days
            summary = (
                f"The feed {feed.feed} has been silent for {days} days. What it told of services stands as it was, and"
                " may be out of date: no level was changed for its silence."
            )
            yield alerts.raised(
                place=feed.place, cause=cause, summary=summary, now=self.now, digest_key=self.digest_key
            )
        if feed.raised != cause:
            self._changed.append((feed, cause))

    async def done(self, cursor: runs.Cursor, results: Sequence[Result]) -> int:
        """How many were raised or cleared. Raises RuntimeError where one was not taken: then nothing is noted."""
        if bad := [result for result in results if result.status not in ("accepted", "duplicate")]:
            raise RuntimeError(f"an alert about a feed was not taken: {bad[0]}")
        for feed, cause in self._changed:
            await runs.mark(cursor, feed, cause)
        return len(results)


class Freshness:
    """Looks for ever. `run` must be running in one process at least; more do no harm."""

    def __init__(self, parts: Parts, limits: Mapping[str, int]) -> None:
        self._parts, self._limits = parts, {**SILENT_DAYS, **limits}

    async def run(self) -> None:
        """A failure of the database is waited out."""
        while True:
            try:
                await self.look()
            except RETRIED as error:
                log.warning("feeds are not looked after: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> int:
        """Once: how many alerts were raised or cleared. The lock is taken only if there is something to tell."""
        now = self._parts.now()
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            feeds = await runs.all_(cursor)
        if all(feed.raised == standing(feed, now, self._limits) for feed in feeds):
            return 0
        told = await self._parts.writer.submit(Look(now, self._limits, self._parts.digest_key))
        log.info("%d alerts about feeds", told)
        return told


async def restore(cursor: psycopg.AsyncCursor[Any], event: Event) -> None:
    """A restored database has read this back: an alert about a feed stands, or stands no more."""
    body = data_of(event) if event.kind in ("alert.raised", "alert.cleared") else None
    if not isinstance(body, alert_events.AlertBody) or not body.cause.startswith(f"{CAUSE}:"):
        return
    _, feed, _ = body.cause.split(":", 2)
    raised = body.cause if isinstance(body, alert_events.AlertRaised) else None
    sql = "UPDATE feeds SET raised = %s WHERE place = %s AND feed = %s"
    await cursor.execute(sql, (raised, event.place, feed))
