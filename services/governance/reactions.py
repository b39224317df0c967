"""What governance does by itself: it reminds both leads of a consent that is late (A15). Each once, told by a table."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError
from pydantic import ValidationError

from services.governance import publish, register
from services.governance.asking import NoPolicy, Unknown
from services.governance.domain import alerts, deadlines
from services.governance.event_store import EventStore
from services.governance.packs import Packs
from services.governance.publish import Origin
from shared import calendar, clock
from shared.database import Pool
from shared.events.alerts import AlertRaised
from shared.journal import append as journal
from shared.journal.rows import Result, Row
from shared.journal.writer import Writer

log = logging.getLogger(__name__)

LATE = "A15"
POLL_SECONDS = 1.0
MOST = 100
RETRIED = (
    psycopg.OperationalError, psycopg.InterfaceError, PersistenceError, journal.Unavailable, ConnectionError,
    ValidationError,
)  # fmt: skip
"""Whatever passes; and a row of the history that was altered since, for which nothing else may stop."""


@dataclass(frozen=True, slots=True)
class _Remind:
    """Raise A15 for one decision, if it still waits and was not reminded of before. Under the append lock."""

    decision_id: str
    row: Row
    at: datetime

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:
        await cursor.execute(
            "UPDATE decisions SET remind_at = NULL WHERE decision_id = %s AND remind_at IS NOT NULL",
            (self.decision_id,),
        )
        if cursor.rowcount == 0:
            return []  # answered in this very moment
        await cursor.execute(
            "INSERT INTO reactions(reaction, cause, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (LATE, self.decision_id, self.at),
        )
        return [self.row] if cursor.rowcount else []

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> bool:  # noqa: ARG002
        return bool(results)


@dataclass(frozen=True, slots=True)
class Tell:
    """Once for each cause, told by a table. Under the append lock."""

    reaction: str
    cause: str
    row: Row
    at: datetime

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:
        """The row, unless it was told before."""
        await cursor.execute(
            "INSERT INTO reactions(reaction, cause, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (self.reaction, self.cause, self.at),
        )
        return [self.row] if cursor.rowcount else []

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> int:  # noqa: ARG002
        """How many words it was."""
        return len(results)


class Reminder:
    """Looks every second, because the development clock may jump."""

    def __init__(self, store: EventStore, packs: Packs, pool: Pool, writer: Writer, digest_key: bytes) -> None:
        self._store, self._packs, self._pool, self._writer, self._digest_key = store, packs, pool, writer, digest_key

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.remind(clock.now())
            except RETRIED as error:
                log.warning("consents are not chased at the moment: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(POLL_SECONDS)

    async def remind(self, now: datetime) -> int:
        """Raise A15 for every decision whose consent is late. Answers how many were raised."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT decision_id, provider_id, place FROM decisions WHERE remind_at <= %s"
                " ORDER BY remind_at LIMIT %s",
                (now, MOST),
            )
            late = await found.fetchall()
        raised = 0
        for decision_id, provider_id, place in late:
            alert = await asyncio.to_thread(self._alert, decision_id, provider_id, place, now)
            if alert is not None:
                row = publish.alert(alert, provider_id, now, Origin(place, self._digest_key))
                raised += await self._writer.submit(_Remind(decision_id, row, now))
        return raised

    def _alert(self, decision_id: str, provider_id: str, place: str, now: datetime) -> AlertRaised | None:
        try:
            seen = register.provider(self._store, provider_id)
            policy = self._packs.in_force(place, calendar.london_date(now))
        except (Unknown, NoPolicy) as error:
            log.warning("decision %s cannot be chased yet: %s", decision_id, error)
            return None
        taken = self._store.case(provider_id, place).decision(decision_id)
        due = taken.ratify_by or deadlines.last_day(policy.pack.authority.joint.remind_after, taken.at)
        return alerts.late(seen.told, taken, due, calendar.london_date(now))
