"""Concerns that may be one, from different senders: found in our own journal, flagged for an officer, never dropped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row

from services.intake.follow import Cursor
from shared import calendar, identifiers
from shared.events import Event, concerns, corrections, data_of, stewardship, vocabulary

KINDS = ("quality_concern.raised", "concern.regraded", "fact.withdrawn", "duplicate.dismissed")
State = Literal["open", "confirmed", "dismissed", "withdrawn"]
"""withdrawn: one of the two was taken back for another reason."""
SAME_REFERENCE, SAME_CONTENT = "same-reference", "same-provider-theme-day-and-people"

_SEEN = """
INSERT INTO concerns_seen(event_id, place, provider_id, publisher, concern_id, day, themes, people, severity)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_REGRADED = "UPDATE concerns_seen SET severity = %s WHERE provider_id = %s AND concern_id = %s AND publisher = %s"
# The earliest that it may repeat: one flag for each concern, however many are alike. Two of one publisher under one
# reference are one concern already.
_ALIKE = """
SELECT new.event_id, old.event_id, old.concern_id = new.concern_id
FROM concerns_seen AS new CROSS JOIN LATERAL (
  (SELECT event_id, concern_id, 0 AS rank, number FROM concerns_seen AS o
   WHERE o.provider_id = new.provider_id AND o.concern_id = new.concern_id AND o.number < new.number
     AND o.publisher <> new.publisher AND NOT o.withdrawn ORDER BY number LIMIT 1)
  UNION ALL
  (SELECT event_id, concern_id, 1 AS rank, number FROM concerns_seen AS o
   WHERE o.provider_id = new.provider_id AND o.day = new.day AND o.number < new.number AND o.people = new.people
     AND o.themes && array_remove(new.themes, %(unclassified)s) AND NOT o.withdrawn
     AND (o.publisher, o.concern_id) <> (new.publisher, new.concern_id) ORDER BY number LIMIT 1)
  ORDER BY rank LIMIT 1) AS old
WHERE new.event_id = ANY(%(ids)s) AND NOT new.withdrawn ORDER BY new.number
"""
_FLAG = """
INSERT INTO duplicates(id, place, first, second, reasons, foundtime)
SELECT %s, place, %s, %s, %s, %s FROM concerns_seen WHERE event_id = %s ON CONFLICT DO NOTHING
"""
_END = """
UPDATE duplicates SET state = %s, decidedtime = %s WHERE state = 'open' AND first = ANY(%s) AND second = ANY(%s)
"""
_PAGE = """
SELECT number, id, place, first, second, reasons, foundtime, state, decidedtime FROM duplicates
WHERE place = ANY(%s) AND number > %s AND (%s::text IS NULL OR state = %s) ORDER BY number LIMIT %s
"""
_ONE = """
SELECT number, id, place, first, second, reasons, foundtime, state, decidedtime FROM duplicates WHERE id = %s
"""
_CONCERNS = """
SELECT event_id, place, provider_id, publisher, concern_id, day, themes, people, severity, withdrawn
FROM concerns_seen WHERE event_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Concern:
    """One of the two, without its words."""

    event_id: UUID
    place: str
    provider_id: str
    publisher: str
    concern_id: str
    day: date
    themes: list[str]
    people: str
    severity: str
    """As it was graded last."""
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two concerns that may be one."""

    number: int
    id: UUID
    place: str
    first: UUID
    second: UUID
    reasons: list[str]
    foundtime: datetime
    state: State
    decidedtime: datetime | None


async def take(cursor: Cursor, events: Sequence[Event]) -> None:
    """Take what the journal says into the view, in order."""
    new: list[UUID] = []
    for event in events:
        data = data_of(event)
        match data:
            case concerns.QualityConcernRaised():
                await cursor.execute(_SEEN, _seen(event, data))
                new.append(event.id)
            case concerns.ConcernRegraded():
                raised_by = data.raised_by or event.source.rpartition("/")[2]
                await cursor.execute(_REGRADED, (data.severity, event.subject, data.concern_id, raised_by))
            case corrections.FactWithdrawn():
                await _withdrawn(cursor, event, data)
            case stewardship.DuplicateDismissed():
                pair = [data.event_id, data.other_event_id]
                await cursor.execute(_END, ("dismissed", event.recordedtime, pair, pair))
    await _flag(cursor, new, events)


async def page(cursor: Cursor, places: Collection[str], *, state: State | None, after: int, limit: int) -> list[Pair]:
    """Flagged pairs of these places in the order in which they were found, after a number."""
    return await _pairs(cursor, _PAGE, [list(places), after, state, state, limit])


async def one(cursor: Cursor, id_: UUID) -> Pair | None:
    """One pair, or None."""
    return next(iter(await _pairs(cursor, _ONE, [id_])), None)


async def of(cursor: Cursor, pairs: Sequence[Pair]) -> dict[UUID, Concern]:
    """The concerns of these pairs, by their events."""
    ids = [id_ for pair in pairs for id_ in (pair.first, pair.second)]
    async with cursor.connection.cursor(row_factory=class_row(Concern)) as reading:
        await reading.execute(_CONCERNS, (ids,))
        return {each.event_id: each for each in await reading.fetchall()}


def kept(first: Concern, second: Concern) -> tuple[Concern, Concern]:
    """Of two that are one: which goes on counting, and which is withdrawn. Never the graver one."""
    return (second, first) if second.severity > first.severity else (first, second)


async def _flag(cursor: Cursor, new: Sequence[UUID], events: Sequence[Event]) -> None:
    if not new:
        return
    await cursor.execute(_ALIKE, {"ids": list(new), "unclassified": vocabulary.UNCLASSIFIED})
    found = await cursor.fetchall()
    at = max(event.recordedtime for event in events)
    rows = [
        (
            identifiers.derived_id("duplicate", str(old), str(id_)), old, id_,
            [SAME_REFERENCE if same_reference else SAME_CONTENT], at, id_,
        )
        for id_, old, same_reference in found
    ]  # fmt: skip
    if rows:
        await cursor.executemany(_FLAG, rows)


async def _withdrawn(cursor: Cursor, event: Event, data: corrections.FactWithdrawn) -> None:
    await cursor.execute("UPDATE concerns_seen SET withdrawn = true WHERE event_id = %s", (data.event_id,))
    if data.because == "duplicate" and data.duplicate_of is not None:
        pair = [data.event_id, data.duplicate_of]
        await cursor.execute(_END, ("confirmed", event.recordedtime, pair, pair))
    await cursor.execute(
        "UPDATE duplicates SET state = 'withdrawn', decidedtime = %s WHERE state = 'open' AND %s IN (first, second)",
        (event.recordedtime, data.event_id),
    )


def _seen(event: Event, data: concerns.QualityConcernRaised) -> tuple[Any, ...]:
    return (
        event.id, event.place, event.subject, event.source.rpartition("/")[2], data.concern_id,
        calendar.london_date(event.time), list(data.themes), data.people_affected_band, data.severity,
    )  # fmt: skip


async def _pairs(cursor: Cursor, sql: str, values: Sequence[Any]) -> list[Pair]:
    async with cursor.connection.cursor(row_factory=class_row(Pair)) as reading:
        await reading.execute(sql.encode(), values)
        return await reading.fetchall()
