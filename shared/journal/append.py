"""Append to the journal inside the caller's transaction: order, partition, sequence and chain are fixed under one lock.

`append` is a generator of SQL steps, so that one body of code serves sync and async cursors: `run`, `arun`.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from shared.events import envelope
from shared.journal.rows import WIDTH, Result, Row, Status, topics_of

Reply = list[tuple[Any, ...]]
Steps = Generator[tuple[str, Sequence[Any], bool], Reply, list[Result]]
"""(SQL, parameters, whether rows are wanted back)."""
Lane = tuple[str, int]
Chain = tuple[str, str]

EPOCH = 10**15
"""A sequence is epoch × EPOCH + position. The epoch rises at each start of the database."""
MAX_UNPUBLISHED = 2_000_000
TICK = timedelta(microseconds=1)
_UNREAD = datetime.max.replace(tzinfo=UTC)
APPEND = 0x6A6F7572

LOCK = f"SELECT pg_advisory_xact_lock({APPEND}, hashtext(current_schema()))"
"""The append lock, one per schema. Whoever must look before it appends takes it first: it may be taken twice."""

_HEADS = """
SELECT 'last' AS kind, NULL AS topic, NULL AS key, coalesce(max(position), 0) AS number, NULL AS text,
       NULL::bytea AS digest,
       greatest(clock_timestamp() + %s::interval,
                (SELECT recordedtime + interval '1 us' FROM journal ORDER BY position DESC LIMIT 1)) AS at FROM journal
UNION ALL SELECT 'mark', NULL, epoch::text, position, journal_closed(), NULL, NULL FROM mark
UNION ALL SELECT 'lane', topic, partition::text, sequence, NULL, NULL, NULL FROM heads_partition
UNION ALL SELECT 'chain', topic, key, NULL, hash, NULL, NULL FROM heads_key
       WHERE (topic, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
UNION ALL SELECT 'id', NULL, id::text, position, NULL, digest, recordedtime FROM journal WHERE id = ANY(%s)
"""

# No ON CONFLICT on the journal: a clash means that someone wrote without the lock, and to skip would leave a hole.
_WRITE = """
WITH rows AS (
  INSERT INTO journal(position, topic, partition, key, type, sequence, prevsequence, prevhash, hash, id, digest, recordedtime, body)
  SELECT * FROM unnest(%b::bigint[], %b::text[], %b::smallint[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[],
                       %b::text[], %b::uuid[], %b::bytea[], %b::timestamptz[], %b::bytea[])),
lanes AS (
  INSERT INTO heads_partition SELECT * FROM unnest(%b::text[], %b::smallint[], %b::bigint[])
  ON CONFLICT (topic, partition) DO UPDATE SET sequence = excluded.sequence),
chains AS (
  INSERT INTO heads_key SELECT * FROM unnest(%b::text[], %b::text[], %b::text[])
  ON CONFLICT (topic, key) DO UPDATE SET hash = excluded.hash)
SELECT pg_notify('journal_' || current_schema(), '')
"""  # noqa: E501


class Unavailable(Exception):
    """Nothing can be appended at the moment: ask again after `retry_after` seconds (503)."""

    retry_after = 2


class NotReconciled(Unavailable):
    """The database was started (perhaps restored) since the journal was last compared with Kafka."""


class Full(Unavailable):
    """Too much is unpublished: Kafka has been out of reach for long."""

    retry_after = 30


@dataclass(slots=True)
class _Heads:
    """Where everything stands, read under the lock and moved on row by row."""

    position: int = 0
    mark: int = 0
    epoch: int = 0
    now: datetime = _UNREAD
    lanes: dict[Lane, int] = field(default_factory=dict)
    chains: dict[Chain, str] = field(default_factory=dict)
    known: dict[UUID, tuple[int, bytes, datetime]] = field(default_factory=dict)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    moved: set[Lane] = field(default_factory=set)
    chained: set[Chain] = field(default_factory=set)


def append(
    rows: Sequence[Row],
    writer: str,
    offset: timedelta = timedelta(),
    limit: int = MAX_UNPUBLISHED,
    *,
    locked: bool = False,
) -> Steps:
    """The steps that append `rows`, for `run` or `arun`, in a READ COMMITTED transaction that the caller commits.

    `offset` is the development clock's. `locked`: this transaction has run LOCK already, in a statement before.
    Returns one Result a row, in order. Raises NotReconciled, Full.
    """
    good = [row for row in rows if _refusal(row, writer) is None]
    if not locked:
        yield LOCK, (), False
    # A statement of its own, after the lock: its snapshot sees what the last holder committed.
    lanes, keys, ids = [row.topic for row in good], [row.key for row in good], [row.draft.id for row in good]
    heads = _read((yield _HEADS, (offset, lanes, keys, ids), True))
    if heads.position - heads.mark + len(good) > limit:
        raise Full(f"{heads.position - heads.mark} rows are not yet published")
    results = [_place(row, writer, heads) for row in rows]
    if heads.new:
        yield _WRITE, _columns(heads), False
    return results


def run(cursor: psycopg.Cursor[Any], steps: Steps) -> list[Result]:
    """Drive the steps on a synchronous cursor, of tuples or of dicts."""
    reply: Reply = []
    try:
        sql, parameters, wanted = next(steps)
        while True:
            cursor.execute(sql, parameters, prepare=True)
            reply = [tuple(row.values()) if isinstance(row, dict) else row for row in cursor] if wanted else []
            sql, parameters, wanted = steps.send(reply)
    except StopIteration as done:
        return list(done.value)


async def arun(cursor: psycopg.AsyncCursor[Any], steps: Steps) -> list[Result]:
    """Drive the steps on an asynchronous cursor, of tuples or of dicts."""
    try:
        sql, parameters, wanted = next(steps)
        while True:
            await cursor.execute(sql, parameters, prepare=True)
            found = await cursor.fetchall() if wanted else []
            reply: Reply = [tuple(row.values()) if isinstance(row, dict) else row for row in found]
            sql, parameters, wanted = steps.send(reply)
    except StopIteration as done:
        return list(done.value)


def _refusal(row: Row, writer: str) -> str | None:
    """Why the database could not take this row: said before it sees it, so that the row fails alone."""
    try:
        row.key.encode()
    except UnicodeEncodeError:
        return "the key is not text"
    if not row.key or "\0" in row.key:
        return "the key is empty or holds a NUL"
    if row.topic not in topics_of(writer):
        return f"{writer} does not write {row.topic!r}"
    if not 0 <= row.lane < WIDTH[row.topic]:
        return f"{row.topic!r} has no partition {row.partition}"
    return None


def _read(reply: Reply) -> _Heads:
    heads = _Heads()
    for kind, topic, key, count, text, digest, at in reply:
        if kind == "last":
            heads.position, heads.now = count, at
        elif kind == "mark":
            if text is not None:
                raise NotReconciled(text)
            heads.mark, heads.epoch = count, int(key)
        elif kind == "lane":
            heads.lanes[topic, int(key)] = count
        elif kind == "chain":
            heads.chains[topic, key] = text
        else:
            heads.known[UUID(key)] = (count, bytes(digest), at)
    return heads


def _place(row: Row, writer: str, heads: _Heads) -> Result:
    """Give one row its place, or say why it has none."""
    event = row.draft
    if why := _refusal(row, writer):
        return Result(id=event.id, status="refused", reason=why)
    if found := heads.known.get(event.id):
        position, digest, at = found
        status: Status = "duplicate" if digest == row.digest else "conflict"
        return Result(id=event.id, status=status, position=position, recordedtime=at)
    lane, chain, position = (row.topic, row.lane), (row.topic, row.key), heads.position + 1
    at = max(heads.now + TICK if heads.new else heads.now, row.cause + TICK if row.cause else heads.now)
    sequence, before, previous = heads.epoch * EPOCH + position, heads.lanes.get(lane, 0), heads.chains.get(chain, "")
    try:
        body, mark = envelope.seal(
            event, recordedtime=at, writer=writer, sequence=sequence, prevsequence=before, prevhash=previous,
            digest=row.digest.hex(),
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        return Result(id=event.id, status="refused", reason=f"not JSON: {type(error).__name__}")
    if len(body) > envelope.MAX_BYTES:
        return Result(id=event.id, status="refused", reason=f"{len(body)} bytes: at most {envelope.MAX_BYTES}")
    heads.new.append(
        (position, *lane, row.key, event.type, sequence, before, previous, mark, event.id, row.digest, at, body)
    )
    heads.position, heads.now, heads.lanes[lane], heads.chains[chain] = position, at, sequence, mark
    heads.known[event.id] = (position, row.digest, at)
    heads.moved.add(lane)
    heads.chained.add(chain)
    return Result(id=event.id, status="accepted", position=position, recordedtime=at)


def _columns(heads: _Heads) -> list[list[Any]]:
    rows = [list(column) for column in zip(*heads.new, strict=True)]
    lanes = [list(column) for column in zip(*((*lane, heads.lanes[lane]) for lane in sorted(heads.moved)), strict=True)]
    chains = [(*chain, heads.chains[chain]) for chain in sorted(heads.chained)]
    return rows + lanes + [list(column) for column in zip(*chains, strict=True)]
