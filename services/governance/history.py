"""A provider's history: three topics in one order, in pages; by what was true then, and by what was known then."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from services.governance import view
from services.governance.event_store import Cursor
from shared.events import envelope

MOST = 500


class BadCursor(Exception):
    """The cursor is not one that a page of ours gave."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where an entry stands: the order of the history."""

    recordedtime: datetime
    rank: int
    partition: int
    offset: int

    def __str__(self) -> str:
        said = f"{envelope.instant(self.recordedtime)}|{self.rank}|{self.partition}|{self.offset}"
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Raises BadCursor."""
        try:
            said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            at, rank, partition, offset = said.split("|")
            return cls(datetime.fromisoformat(at).astimezone(UTC), int(rank), int(partition), int(offset))
        except (ValueError, binascii.Error) as error:
            raise BadCursor("give the `next` of the page before, as it was") from error


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the history, and where it stands in Kafka."""

    position: Position
    topic: str
    classification: str
    body: bytes
    """The bytes as they stand in Kafka."""

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the history."""

    as_of: datetime | None = None
    """Only what had happened by then."""
    known_at: datetime | None = None
    """Only what had been recorded by then: of each partition its beginning, up to the first later record."""
    since: datetime | None = None
    """Only what happened then or later."""
    types: Sequence[str] = ()
    topics: Sequence[str] = ()
    after: Position | None = None
    limit: int = MOST


def page(cursor: Cursor, provider_id: str, wanted: Wanted) -> tuple[list[Entry], Position | None]:
    """The entries, and the position to go on from, or None at the end."""
    values: dict[str, Any] = {"provider": provider_id, "limit": wanted.limit + 1}
    where = ""
    if wanted.as_of is not None:
        where, values["as_of"] = where + " AND h.time <= %(as_of)s", wanted.as_of
    if wanted.since is not None:
        where, values["since"] = where + " AND h.time >= %(since)s", wanted.since
    if wanted.known_at is not None:
        where, values["known_at"] = where + " AND h.peak <= %(known_at)s", wanted.known_at
    if wanted.types:
        where, values["types"] = where + " AND h.type = ANY(%(types)s)", list(wanted.types)
    if wanted.topics:
        where, values["topics"] = where + " AND h.topic = ANY(%(topics)s)", list(wanted.topics)
    if wanted.after is not None:
        after = wanted.after
        where += ' AND (h.recordedtime, h.rank, h.partition, h."offset") > (%(at)s, %(rank)s, %(part)s, %(offset)s)'
        values |= {"at": after.recordedtime, "rank": after.rank, "part": after.partition, "offset": after.offset}
    cursor.execute(
        f'SELECT h.recordedtime, h.rank, h.partition, h."offset", h.topic, h.classification, h.body'  # noqa: S608
        f" FROM {view.SCHEMA}.history AS h WHERE h.provider_id = %(provider)s{where}"
        ' ORDER BY h.recordedtime, h.rank, h.partition, h."offset" LIMIT %(limit)s',
        values,
    )
    found = [entry(row) for row in cursor]
    more = len(found) > wanted.limit
    entries = found[: wanted.limit]
    return entries, entries[-1].position if more else None


def latest(cursor: Cursor, provider_id: str, type_: str, known_at: datetime) -> Entry | None:
    """The last event of one type that was recorded by then."""
    cursor.execute(
        f'SELECT recordedtime, rank, partition, "offset", topic, classification, body FROM {view.SCHEMA}.history'  # noqa: S608
        " WHERE provider_id = %s AND type = %s AND recordedtime <= %s"
        ' ORDER BY recordedtime DESC, rank DESC, partition DESC, "offset" DESC LIMIT 1',
        (provider_id, type_, known_at),
        prepare=True,
    )
    found = cursor.fetchone()
    return entry(found) if found else None


def one(cursor: Cursor, provider_id: str, event_id: UUID) -> Entry | None:
    """One event of a provider, by its id."""
    cursor.execute(
        f'SELECT recordedtime, rank, partition, "offset", topic, classification, body FROM {view.SCHEMA}.history'  # noqa: S608
        " WHERE provider_id = %s AND id = %s",
        (provider_id, event_id),
        prepare=True,
    )
    found = cursor.fetchone()
    return entry(found) if found else None


def ledger(cursor: Cursor, provider_id: str, known_at: datetime | None) -> list[bytes]:
    """A provider's ledger as risk has read it: its events and its partition's marks, in the order of the partition."""
    values = {"provider": provider_id, "known_at": known_at}
    known = "" if known_at is None else " AND peak <= %(known_at)s"
    cursor.execute(
        f'SELECT "offset", body FROM {view.SCHEMA}.history'  # noqa: S608
        f" WHERE provider_id = %(provider)s AND topic = 'ledger'{known}"
        f' UNION ALL SELECT "offset", body FROM {view.SCHEMA}.marks WHERE partition ='
        f" (SELECT partition FROM {view.SCHEMA}.providers WHERE provider_id = %(provider)s){known} ORDER BY 1",
        values,
    )
    return [bytes(row["body"]) for row in cursor]


def entry(row: dict[str, Any]) -> Entry:
    """One row of the table."""
    position = Position(row["recordedtime"], row["rank"], row["partition"], row["offset"])
    return Entry(position, row["topic"], row["classification"], bytes(row["body"]))
