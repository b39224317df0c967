"""The day closer: after a London midnight it appends the marks that end a writer's day (architecture §3.1)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
import psycopg
from psycopg_pool import PoolClosed

from shared import calendar, clock, metrics, topics
from shared.database import Pool
from shared.events import envelope
from shared.journal import append, marks
from shared.journal.rows import Result, Row
from shared.journal.writer import Writer

log = logging.getLogger(__name__)

Cursor = psycopg.AsyncCursor[Any]
Sources = Mapping[str, Sequence[str]]
"""Per place, the kinds of event heard on the days that are closed."""
Ready = Callable[[date], Awaitable[Sources | None]]
"""Whether all that belongs before the end of this London day is in the journal: what was heard, or None: not yet."""
Due = Callable[[Cursor, date], Awaitable[Sequence[Row]]]
"""Marks for the day that has begun (its London date), appended right after the close: a policy whose date has come."""

POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, append.Unavailable, ConnectionError, TimeoutError)
DAY_CLOSED = envelope.type_name("day.closed")

_CLOSED = """
SELECT lane.partition, mark.body FROM generate_series(0, %s) AS lane(partition)
LEFT JOIN LATERAL (
  SELECT body FROM journal
  WHERE topic = 'ledger' AND partition = lane.partition AND type LIKE 'careledger.day.closed.%%' AND key LIKE 'partition/%%'
  ORDER BY position DESC LIMIT 1) AS mark ON true
"""  # noqa: E501


class TooEarly(Exception):
    """By the database's clock the day is not over yet."""


async def nothing_heard(day: date) -> Sources:  # noqa: ARG001
    """For a writer that waits for nobody."""
    return {}


async def closed(cursor: Cursor) -> dict[int, date]:
    """The last day closed, by ledger partition, read from the marks themselves; partitions without any are absent."""
    await cursor.execute(_CLOSED, (topics.PARTITIONS - 1,))
    found = await cursor.fetchall()
    return {n: date.fromisoformat(orjson.loads(bytes(body))["data"]["date"]) for n, body in found if body is not None}


@dataclass(frozen=True, slots=True)
class _Close:
    """Close all days up to `day`, under the append lock. Answers the days that were closed before, by partition."""

    day: date
    writer: str
    sources: Sources
    due: Due | None

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The marks that are missing, and what is due after them. Raises TooEarly."""
        await cursor.execute("SELECT clock_timestamp() + %s::interval", (clock.offset(),))
        now = (await cursor.fetchall())[0][0]
        if calendar.last_closed_day(now) < self.day:
            raise TooEarly(f"{self.day} is not over by the database's clock")
        done = await closed(cursor)
        missing = [n for n in range(topics.PARTITIONS) if n not in done or done[n] < self.day]
        rows: list[Row] = []
        if missing:
            rows = marks.day_closed(self.day, writer=self.writer, at=now, sources=self.sources, partitions=missing)
        if self.due is not None:
            rows += await self.due(cursor, self.day + timedelta(days=1))
        return rows

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> None:  # noqa: ARG002
        """Every mark must be there. Raises RuntimeError: then nothing was closed."""
        if bad := [result for result in results if result.status not in ("accepted", "duplicate")]:
            raise RuntimeError(f"a mark was not taken: {bad[0]}")


class DayCloser:
    """Closes a writer's days, one after another or many at once. `run` must be running."""

    def __init__(self, writer: Writer, pool: Pool, *, ready: Ready = nothing_heard, due: Due | None = None) -> None:
        self._writer, self._pool, self._ready, self._due = writer, pool, ready, due
        self.last: date | None = None
        """The last day closed, once it was read."""

    async def run(self) -> None:
        """Look every second whether a day is over: the development clock may jump. The first start closes yesterday."""
        while True:
            try:
                await self.close_if_over()
                await asyncio.sleep(POLL_SECONDS)
            except TooEarly:
                await asyncio.sleep(POLL_SECONDS)
            except PoolClosed:  # the service is ending
                raise
            except RETRIED as error:
                log.warning(
                    "the day of %s is not closed yet: %s: %.300s", self._writer.name, type(error).__name__, error
                )
                await asyncio.sleep(RETRY_SECONDS)

    async def close_if_over(self) -> bool:
        """Close all days up to yesterday, where they are not; whether any was closed now. Raises TooEarly, RETRIED."""
        day = calendar.last_closed_day(clock.now())
        if self.last is None:
            async with self._pool.connection() as connection, connection.cursor() as cursor:
                done = await closed(cursor)
            if len(done) == topics.PARTITIONS:
                self._note(min(done.values()))
        if self.last is not None and day <= self.last:
            return False
        sources = await self._ready(day)
        if sources is None:
            return False
        await self._writer.submit(_Close(day, self._writer.name, sources, self._due))
        self._note(day)
        log.info("%s closed %s", self._writer.name, day)
        return True

    def _note(self, day: date) -> None:
        self.last = day
        ends = calendar.midnight(day + timedelta(days=1))
        metrics.DAY_CLOSED.labels(self._writer.name).set(ends.timestamp())
