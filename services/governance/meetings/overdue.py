"""In the background: a body that has not met by its day is told of (A10), and cleared once it has (CAL-8, SAL-25)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.governance import publish
from services.governance.asking import NoPolicy
from services.governance.event_store import EventStore
from services.governance.meetings import cadence, reading
from services.governance.packs import Packs
from services.governance.publish import Origin
from services.governance.reactions import Tell
from shared import calendar, identifiers
from shared.database import Pool
from shared.events.alerts import AlertBody, AlertCleared, AlertRaised
from shared.journal.writer import Writer

RAISED, CLEARED = "A10-meeting", "A10-meeting-over"


@dataclass(frozen=True, slots=True)
class Overdue:
    """A meeting that is not held is silence, and silence is told of (domain.md §4.2, 7)."""

    store: EventStore
    packs: Packs
    pool: Pool
    writer: Writer
    digest_key: bytes

    async def look(self, now: datetime) -> int:
        """Raise and clear what is to be. Answers how many words that were."""
        told = 0
        for place in await asyncio.to_thread(reading.places, self.store):
            async with self.pool.connection() as connection:
                found = await (await connection.execute(_STANDING, (f"{place}|%",))).fetchall()
            standing = [cause.partition("|")[2] for (cause,) in found]
            for reaction, alert in await asyncio.to_thread(self._words, place, standing, now):
                row = publish.alert(alert, place, now, Origin(place, self.digest_key))
                told += await self.writer.submit(Tell(reaction, f"{place}|{alert.cause}", row, now))
        return told

    def _words(self, place: str, standing: Sequence[str], now: datetime) -> list[tuple[str, AlertBody]]:
        today = calendar.london_date(now)
        try:
            policy = self.packs.in_force(place, today)
        except NoPolicy:
            return []
        since = min(one.in_force_from for one in self.store.book(place).adoptions)
        with self.store.reading() as cursor:
            known = reading.meetings(cursor, place)
        late = cadence.overdue(cadence.turns(policy.pack, since, known, today))
        return list(words(place, late, standing, policy.adoption.digest))


def words(
    place: str, late: dict[str, cadence.Turn], standing: Sequence[str], digest: str
) -> Iterator[tuple[str, AlertBody]]:
    """What is to be told, each with the reaction that it is. `late`: by cause; `standing`: causes told and not over."""
    for cause, turn in late.items():
        if cause not in standing:
            summary = f"{turn.name} was to meet by {turn.due_by}, and has not met"
            yield RAISED, AlertRaised(
                alert="A10", cause=cause, name=place, summary=summary, policy_digest=digest, clause=turn.clause,
                since=turn.last_held, due=turn.due_by, task="hold_meeting",
            )  # fmt: skip
    for cause in standing:
        if cause not in late:
            raised = str(identifiers.alert_id("A10", place, cause))
            summary = "The meeting that was overdue has been held, or is asked for no more"
            yield (
                CLEARED,
                AlertCleared(
                    alert="A10", cause=cause, name=place, summary=summary, policy_digest=digest, raised_id=raised
                ),
            )


_STANDING = """
SELECT cause FROM reactions AS r WHERE reaction = 'A10-meeting' AND cause LIKE %s AND NOT EXISTS (
  SELECT 1 FROM reactions AS c WHERE c.reaction = 'A10-meeting-over' AND c.cause = r.cause) ORDER BY cause
"""
