"""What cannot be used (yet): kept with its reason, texts sealed, in order of arrival, until released or rejected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.intake.judgement import ANYWHERE, WAITING, Arrival
from services.intake.matching import Named
from services.intake.submission import AHEAD, Subject, Submission
from shared import identifiers
from shared.events import envelope
from shared.events.registry import Sealed

Cursor = psycopg.AsyncCursor[Any]
State = Literal["open", "released", "rejected"]

CONFLICT, NO_EVENT, UNUSABLE, REFUSED = "conflict", "not-a-cloudevent", "unusable", "refused"
"""Reasons beside judgement's: these need a person."""
RAW = "raw"
"""The sealed text of what could not even be read: the record's value as it came."""

_STORED = TypeAdapter(Submission)
_COLUMNS = (
    "number, id, digest, reason, detail, publisher, places, type, receivedtime, submission, sealed, state, urgent,"
    " decided_by, decidedtime"
)
# One known home within reach: asked here for speed, and judged again by whoever releases.
_HOMES = """
(SELECT count(DISTINCT coalesce(p.facts->>'moved_to', p.facts->>'duplicate_of', p.provider_id)) FROM (
   SELECT provider_id FROM aliases AS a WHERE a.scheme = q.scheme AND a.value = q.value
   UNION ALL SELECT q.value WHERE q.scheme = 'id') AS home JOIN providers AS p USING (provider_id)
 WHERE p.place = ANY(q.places) OR '*' = ANY(q.places)) = 1
"""
_RELEASABLE = f"""
SELECT {_COLUMNS} FROM quarantine AS q
WHERE state = 'open' AND reason = ANY(%s) AND (reason <> 'time-ahead' OR time <= %s) AND {_HOMES}
"""  # noqa: S608 - constants
_KEEP = """
INSERT INTO quarantine AS q(id, digest, reason, detail, publisher, places, type, scheme, value, time, receivedtime,
                            submission, sealed, urgent)
VALUES (%(id)s, %(digest)s, %(reason)s, %(detail)s, %(publisher)s, %(places)s, %(type)s, %(scheme)s, %(value)s,
        %(time)s, %(receivedtime)s, %(submission)s, %(sealed)s, %(urgent)s)
ON CONFLICT (id, digest) WHERE state = 'open' DO UPDATE
SET alerted = false,
    places = ARRAY(SELECT DISTINCT place FROM unnest(q.places || excluded.places) AS place ORDER BY place)
WHERE NOT q.places @> excluded.places
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits, or has waited, here."""

    number: int
    id: UUID
    digest: bytes
    reason: str
    detail: str | None
    publisher: str
    places: list[str]
    type: str | None
    receivedtime: datetime
    submission: dict[str, Any] | None
    sealed: dict[str, Any]
    state: State
    urgent: bool
    """Somebody may be in danger: its places were told at once."""
    decided_by: str | None
    decidedtime: datetime | None

    def arrival(self) -> Arrival:
        """As it came to the door (its texts stay sealed). Raises ValueError for what could not be read then."""
        if self.submission is None:
            raise ValueError("it was never read")
        it = _STORED.validate_python({**self.submission, "texts": {}, "digest": self.digest})
        return Arrival(it=it, places=self.places, sealed=self.sealed, receivedtime=self.receivedtime)

    def raw(self) -> Sealed:
        """What could not be read, as it came. Raises KeyError for what could."""
        return Sealed.model_validate(self.sealed[RAW])

    @property
    def subject(self) -> Subject | None:
        """The provider as it was named; None where it could not be read."""
        return None if self.submission is None else Subject(**self.submission["subject"])

    @property
    def named(self) -> Named | None:
        """How its sender named the provider; None where it could not be read."""
        if self.submission is None or self.subject is None:
            return None
        hint: Mapping[str, str] = self.submission.get("hint") or {}
        return Named(self.subject, hint.get("name"), hint.get("postcode"))

    def is_seen_from(self, places: Collection[str]) -> bool:
        """Whether it concerns one of these places."""
        return ANYWHERE in self.places or not set(places).isdisjoint(self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be kept."""

    id: UUID
    digest: bytes
    reason: str
    publisher: str
    places: Collection[str]
    receivedtime: datetime
    sealed: Mapping[str, Any]
    detail: str | None = None
    """For the steward; never repeats what was sent."""
    it: Submission | None = None
    urgent: bool | None = None
    """Of what could not be read: whether it looks as if somebody were in danger."""

    def columns(self) -> dict[str, Any]:
        """As the table takes it."""
        it = self.it
        return {
            "id": self.id, "digest": self.digest, "reason": self.reason, "detail": self.detail,
            "publisher": self.publisher, "places": sorted(self.places), "receivedtime": self.receivedtime,
            "sealed": Jsonb(dict(self.sealed)), "type": it and it.type, "time": it and it.time,
            "scheme": it and it.subject.scheme, "value": it and it.subject.value,
            "urgent": it.is_urgent if it else bool(self.urgent),
            "submission": it and Jsonb(_STORED.dump_python(it, mode="json", exclude={"digest", "texts"})),
        }  # fmt: skip


async def keep(cursor: Cursor, entries: Sequence[Entry]) -> None:
    """Keep these in order. The same thing, still waiting, is kept once, for all places in which it was said."""
    if entries:
        await cursor.executemany(_KEEP, [entry.columns() for entry in entries])


async def releasable(
    cursor: Cursor, now: datetime, *, names: Collection[tuple[str, str]] | None = None, limit: int = 200
) -> list[Item]:
    """What waits no longer for anything, in order of arrival; `names`: only what waits for one of these aliases.

    Held for the transaction: a steward who rejects one of them at the same moment comes before it, or too late.
    """
    sql, values = _RELEASABLE, [list(WAITING), now + AHEAD]
    if names is not None:
        sql += " AND (scheme, value) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
        values += [[scheme for scheme, _ in names], [value for _, value in names]]
    return await _items(cursor, f"{sql} ORDER BY number LIMIT {limit:d} FOR UPDATE OF q", values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which items."""

    state: State = "open"
    reason: str | None = None
    publisher: str | None = None
    type: str | None = None
    urgent: bool | None = None


async def page(cursor: Cursor, places: Collection[str], which: Filter, *, after: int, limit: int) -> list[Item]:
    """What concerns these places, in order of arrival, after a number."""
    conditions = ["state = %s", "number > %s", "places && %s"]
    values: list[Any] = [which.state, after, [*places, ANYWHERE]]
    for name in ("reason", "publisher", "type", "urgent"):
        if (wanted := getattr(which, name)) is not None:
            conditions.append(f"{name} = %s")
            values.append(wanted)
    sql = f"SELECT {_COLUMNS} FROM quarantine WHERE {' AND '.join(conditions)} ORDER BY number LIMIT %s"  # noqa: S608
    return await _items(cursor, sql, [*values, limit])


async def one(cursor: Cursor, id_: UUID) -> Item | None:
    """The item of this event id: the first that is open, else the last that was."""
    sql = (
        f"SELECT {_COLUMNS} FROM quarantine WHERE id = %s"  # noqa: S608 - constants
        " ORDER BY state = 'open' DESC, CASE state WHEN 'open' THEN number ELSE -number END LIMIT 1"
    )
    return next(iter(await _items(cursor, sql, [id_])), None)


def decision_id(id_: UUID, receivedtime: datetime, state: State) -> UUID:
    """The id of the event that tells what was decided: its reason is sealed for that event."""
    return identifiers.derived_id(f"quarantine.{state}", str(id_), envelope.instant(receivedtime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who ends the wait of an item, and why."""

    by: str
    at: datetime
    reason: Mapping[str, Any] | None = None
    """Sealed. None: nobody decided, it was released by itself."""
    place: str | None = None
    """In whose name."""
    matched: bool = False
    """The steward said who is meant."""


async def settle(cursor: Cursor, number: int, state: State, decision: Decision) -> bool:
    """End the wait of an open item. False: somebody else has ended it."""
    reason = None if decision.reason is None else Jsonb(dict(decision.reason))
    await cursor.execute(
        "UPDATE quarantine SET state = %s, decided_by = %s, decidedtime = %s, decision = %s, decided_place = %s,"
        " matched = %s, told = %s WHERE number = %s AND state = 'open'",
        (state, decision.by, decision.at, reason, decision.place, decision.matched, reason is None, number),
    )
    return cursor.rowcount == 1


async def settle_known(cursor: Cursor, at: datetime) -> int:
    """End the wait of what has meanwhile come by another way, with the same content; how many."""
    await cursor.execute(
        "UPDATE quarantine AS q SET state = 'released', decided_by = 'intake', decidedtime = %s, told = true"
        " FROM journal AS j WHERE q.state = 'open' AND j.id = q.id AND j.digest = q.digest",
        (at,),
    )
    return cursor.rowcount


async def hold(cursor: Cursor, number: int, reason: str, detail: str | None) -> None:
    """Give an open item another reason: it could not be released."""
    await cursor.execute(
        "UPDATE quarantine SET reason = %s, detail = %s WHERE number = %s AND state = 'open'", (reason, detail, number)
    )


async def _items(cursor: Cursor, sql: str, values: Sequence[Any]) -> list[Item]:
    async with cursor.connection.cursor(row_factory=class_row(Item)) as reading:
        await reading.execute(sql.encode(), values)
        return await reading.fetchall()


async def restore(cursor: Cursor, read_back: Sequence[tuple[UUID, bytes]], at: datetime) -> None:
    """End the wait of what a restored database has read back from the ledger: it was released since the backup.

    `read_back`: ids and digests. Other content under the same id waits on: only a steward can end that.
    """
    await cursor.execute(
        "UPDATE quarantine SET state = 'released', decided_by = 'restore', decidedtime = %s, told = true"
        " WHERE state = 'open' AND (id, digest) IN (SELECT * FROM unnest(%s::uuid[], %s::bytea[]))",
        (at, [id_ for id_, _ in read_back], [digest for _, digest in read_back]),
    )
