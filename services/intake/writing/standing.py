"""Where a concern is: read from the journal, which alone tells (rulings 28 and 30, SAL 3.3.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
import psycopg

from services.intake.writing import concern_facts
from shared.events import vocabulary

Cursor = psycopg.AsyncCursor[Any]
Step = Literal["received", "looked_at", "dealt_with"]
RAISED, ROUTED, OUTCOME = (
    f"careledger.{kind}.v1" for kind in (concern_facts.TYPE, "concern.routed", "concern.outcome_recorded")
)
SAFEGUARDING = "safeguarding"
_NAMED = """
SELECT body FROM journal WHERE named_concern(body) = %s
  AND type IN ('careledger.quality_concern.raised.v1', 'careledger.concern.routed.v1',
               'careledger.concern.outcome_recorded.v1')
ORDER BY position
"""
_URGENT = """
SELECT position, body FROM journal WHERE type = 'careledger.quality_concern.raised.v1'
  AND urgent_place(body) = ANY(%s) AND position > %s AND recordedtime > %s ORDER BY position LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A destination, and the newest step there."""

    destination: str
    step: str
    time: datetime
    reference: str | None


@dataclass(frozen=True, slots=True)
class Concern:
    """One concern as raised, where it is, and what it turned out to be."""

    event_id: UUID
    concern_id: str
    publisher: str
    provider_id: str
    place: str
    severity: str
    is_urgent: bool
    """S4, or a type of abuse: safeguarding was told at once (A1, A2)."""
    recordedtime: datetime
    where: tuple[Whereabouts, ...]
    outcome: str | None

    @property
    def step(self) -> Step:
        """As whoever raised it may know it."""
        if self.outcome:
            return "dealt_with"
        return "looked_at" if self.where else "received"

    @property
    def is_accepted(self) -> bool:
        """Whether safeguarding has said that it has it, or that it is not its own."""
        return any(each.destination == SAFEGUARDING and each.step != "sent" for each in self.where)


async def named(cursor: Cursor, concern_id: str) -> list[Concern]:
    """Every concern of this name: two publishers may each have one."""
    await cursor.execute(_NAMED, (concern_id,))
    return told([orjson.loads(body) for (body,) in await cursor.fetchall()])


async def by_event(cursor: Cursor, event_id: UUID) -> Concern | None:
    """The concern that this event raised."""
    await cursor.execute("SELECT body FROM journal WHERE id = %s AND type = %s", (event_id, RAISED))
    rows = await cursor.fetchall()
    if not rows:
        return None
    concerns = await named(cursor, orjson.loads(rows[0][0])["data"]["concern_id"])
    return next((each for each in concerns if each.event_id == event_id), None)


async def waiting(
    cursor: Cursor, places: Iterable[str], since: datetime, *, after: int, limit: int
) -> tuple[list[Concern], int | None]:
    """Of the next so many that safeguarding was told of, those that it has not accepted; and where to go on."""
    await cursor.execute(_URGENT, (list(places), after, since, limit + 1))
    rows = await cursor.fetchall()
    found: list[Concern] = []
    for _, body in rows[:limit]:
        event = orjson.loads(body)
        concerns = await named(cursor, event["data"]["concern_id"])
        found += [each for each in concerns if str(each.event_id) == event["id"]]
    waits = [each for each in found if not each.is_accepted and each.outcome is None]
    return waits, rows[limit - 1][0] if len(rows) > limit else None


def told(events: Iterable[Mapping[str, Any]]) -> list[Concern]:
    """Concerns out of what was said of one name, in the order of the journal (pure)."""
    said = list(events)
    return [_concern(event, said) for event in said if event["type"] == RAISED]


def _concern(raised: Mapping[str, Any], said: Iterable[Mapping[str, Any]]) -> Concern:
    publisher, data = _publisher(raised), raised["data"]
    where: dict[str, Whereabouts] = {}
    outcome = None
    for event in said:
        if event["subject"] != raised["subject"] or (event["data"].get("raised_by") or _publisher(event)) != publisher:
            continue
        if event["type"] == OUTCOME:
            outcome = event["data"]["outcome"]
        elif event["type"] == ROUTED:
            step = event["data"]
            time = datetime.fromisoformat(event["time"])
            where[step["destination"]] = Whereabouts(step["destination"], step["step"], time, step.get("reference"))
    return Concern(
        event_id=UUID(raised["id"]),
        concern_id=data["concern_id"],
        publisher=publisher,
        provider_id=raised["subject"],
        place=raised["place"],
        severity=data["severity"],
        is_urgent=_is_urgent(data),
        recordedtime=datetime.fromisoformat(raised["recordedtime"]),
        where=tuple(where.values()),
        outcome=outcome,
    )


def _is_urgent(data: Mapping[str, Any]) -> bool:
    return data["severity"] == "S4" or any(theme in vocabulary.ABUSE_TYPES for theme in data["themes"])


def _publisher(event: Mapping[str, Any]) -> str:
    return str(event["source"]).rpartition("/")[2]
