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
from services.intake.submission import AHEAD, Subject, Submission
from shared.events.registry import Sealed

Cursor = psycopg.AsyncCursor[Any]
State = Literal["open", "released", "rejected"]

CONFLICT, NO_EVENT, UNUSABLE, REFUSED = "conflict", "not-a-cloudevent", "unusable", "refused"
"""Reasons beside judgement's: these need a person."""
RAW = "raw"
"""The sealed text of what could not even be read: the record's value as it came."""

_STORED = TypeAdapter(Submission)
_COLUMNS = (
    "number, id, digest, reason, detail, publisher, places, type, receivedtime, submission, sealed, state,"
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
INSERT INTO quarantine(id, digest, reason, detail, publisher, places, type, scheme, value, time, receivedtime, submission, sealed)
VALUES (%(id)s, %(digest)s, %(reason)s, %(detail)s, %(publisher)s, %(places)s, %(type)s, %(scheme)s, %(value)s, %(time)s,
        %(receivedtime)s, %(submission)s, %(sealed)s)
ON CONFLICT (id, digest) WHERE state = 'open' DO NOTHING
"""  # noqa: E501


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

    def columns(self) -> dict[str, Any]:
        """As the table takes it."""
        it = self.it
        return {
            "id": self.id, "digest": self.digest, "reason": self.reason, "detail": self.detail,
            "publisher": self.publisher, "places": sorted(self.places), "receivedtime": self.receivedtime,
            "sealed": Jsonb(dict(self.sealed)), "type": it and it.type, "time": it and it.time,
            "scheme": it and it.subject.scheme, "value": it and it.subject.value,
            "submission": it and Jsonb(_STORED.dump_python(it, mode="json", exclude={"digest", "texts"})),
        }  # fmt: skip


async def keep(cursor: Cursor, entries: Sequence[Entry]) -> None:
    """Keep these in order. The same thing, still waiting, is kept once."""
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


async def page(cursor: Cursor, places: Collection[str], *, state: State, after: int, limit: int) -> list[Item]:
    """What concerns these places, in order of arrival, after a number."""
    return await _items(
        cursor,
        f"SELECT {_COLUMNS} FROM quarantine WHERE state = %s AND number > %s AND places && %s ORDER BY number LIMIT %s",  # noqa: S608
        [state, after, [*places, ANYWHERE], limit],
    )


async def one(cursor: Cursor, id_: UUID) -> Item | None:
    """The item of this event id: the first that is open, else the last that was."""
    sql = (
        f"SELECT {_COLUMNS} FROM quarantine WHERE id = %s"  # noqa: S608 - constants
        " ORDER BY state = 'open' DESC, CASE state WHEN 'open' THEN number ELSE -number END LIMIT 1"
    )
    return next(iter(await _items(cursor, sql, [id_])), None)


async def settle(
    cursor: Cursor,
    number: int,
    state: State,
    *,
    by: str,
    at: datetime,
    decision: Mapping[str, Any] | None = None,
) -> bool:
    """End the wait of an open item; `decision` is the sealed reason. False: somebody else has ended it."""
    await cursor.execute(
        "UPDATE quarantine SET state = %s, decided_by = %s, decidedtime = %s, decision = %s"
        " WHERE number = %s AND state = 'open'",
        (state, by, at, None if decision is None else Jsonb(dict(decision)), number),
    )
    return cursor.rowcount == 1


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
        "UPDATE quarantine SET state = 'released', decided_by = 'restore', decidedtime = %s"
        " WHERE state = 'open' AND (id, digest) IN (SELECT * FROM unnest(%s::uuid[], %s::bytea[]))",
        (at, [id_ for id_, _ in read_back], [digest for _, digest in read_back]),
    )
