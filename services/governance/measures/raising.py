"""In the background: what rises (A16) once a week, good practice (A17) once a month; each once, told by a table."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError

from services.governance import publish, view
from services.governance.consumer import ReadModel
from services.governance.event_store import EventStore
from services.governance.measures import loading, telling
from services.governance.measures.aside import aside
from services.governance.measures.telling import Word
from services.governance.packs import Packs
from services.governance.publish import Origin
from shared import calendar, clock
from shared.database import Pool
from shared.journal import append as journal
from shared.journal.rows import Result, Row
from shared.journal.writer import Writer

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, PersistenceError, journal.Unavailable, ConnectionError)
_STANDING = f"""
SELECT cause FROM {view.SCHEMA}.alerts
WHERE place = %s AND provider_id = place AND alert = 'A16' AND raised IS NOT NULL AND cleared IS NULL ORDER BY cause
"""  # noqa: S608 - names of ours alone
_DONE = "INSERT INTO reactions(reaction, cause, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
Look = Callable[[str, date, Sequence[str]], list[Word]]


@dataclass(frozen=True, slots=True)
class _Tell:
    """Tell what a look found, if nobody has told of this place and time before. Under the append lock."""

    looked: tuple[str, str]
    words: Sequence[Word]
    origin: Origin
    at: datetime

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:
        await cursor.execute(_DONE, (*self.looked, self.at))
        if cursor.rowcount == 0:
            return []
        return [publish.alert(word.alert, self.origin.place, self.at, self.origin) for word in self.words]

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> int:  # noqa: ARG002
        return len(results)


@dataclass(frozen=True, slots=True)
class Raiser:
    """Looks often and does it once: the development clock may jump. `run` must be running."""

    store: EventStore
    packs: Packs
    pool: Pool
    writer: Writer
    read_model: ReadModel
    digest_key: bytes

    async def run(self) -> None:
        """For ever."""
        looked: date | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = clock.now()
            closed, arrived = calendar.last_closed_day(now), self.read_model.arrived
            if closed == looked or arrived is None or calendar.london_date(arrived) <= closed:
                continue
            try:
                await self.look(closed, now)
                looked = closed
            except RETRIED as error:
                log.warning("themes are looked at later: %s: %.200s", type(error).__name__, error)
            except ValueError:  # a row of the history that is no event any more: `verify` names it
                log.exception("themes are not looked at: the history cannot be read")

    async def look(self, closed: date, now: datetime) -> int:
        """Tell of every place what the newest whole week and month say. Answers how many words that were."""
        told = 0
        for place in await asyncio.to_thread(self._places):
            told += await self._tell(place, "A16-week", telling.week_of(closed), now, self._risen)
            told += await self._tell(place, "A17-month", telling.month_of(closed), now, self._practice)
        return told

    async def _tell(self, place: str, kind: str, last: date, now: datetime, look: Look) -> int:
        looked = kind, f"{place}|{last}"
        async with self.pool.connection() as connection:
            done = await connection.execute("SELECT 1 FROM reactions WHERE reaction = %s AND cause = %s", looked)
            if await done.fetchone():
                return 0
            # From the record, not from a table of ours: a restored database knows of it too.
            found = await connection.execute(_STANDING, (place,))
            standing = [cause for (cause,) in await found.fetchall()]
        words = await asyncio.to_thread(look, place, last, standing)
        return await self.writer.submit(_Tell(looked, words, Origin(place, self.digest_key), now))

    @aside
    def _risen(self, code: str, last: date, standing: Sequence[str]) -> list[Word]:
        place = loading.load(self.store, self.packs, code).at(last)
        return telling.risen(place, last, standing, self._digest(code, last))

    @aside
    def _practice(self, code: str, last: date, standing: Sequence[str]) -> list[Word]:  # noqa: ARG002 - of a look
        word = telling.practice(loading.load(self.store, self.packs, code).at(last), last, self._digest(code, last))
        return [word] if word else []

    def _digest(self, code: str, last: date) -> str | None:
        adoption = self.store.book(code).in_force(last)
        return adoption.digest if adoption else None

    def _places(self) -> list[str]:
        with self.store.reading() as cursor:
            cursor.execute("SELECT DISTINCT place FROM adoptions ORDER BY place", prepare=True)
            return [str(row["place"]) for row in cursor]
