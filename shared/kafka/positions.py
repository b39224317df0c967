"""A consumer's positions: rows that move in the transaction of the effect, and only from where they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

Lane = tuple[str, int]
"""A logical topic and a partition."""


class Fenced(Exception):
    """Another instance of this consumer has moved the position: this one no longer owns the partition."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        super().__init__(f"positions moved by another instance: {lanes}")
        self.lanes = tuple(lanes)


@dataclass(frozen=True, slots=True)
class Position:
    """How far one partition has been applied."""

    offset: int = -1
    """Of the last record applied; -1 before the first."""
    sequences: Mapping[str, int] = field(default_factory=dict)
    """The last sequence applied, by writer."""
    last_id: str | None = None

    def after(self, offset: int, last_id: str, writer: str | None = None, sequence: int = 0) -> "Position":
        """The position once the record at `offset` is done with."""
        moved = {**self.sequences, writer: sequence} if writer is not None else self.sequences
        return Position(offset, moved, last_id)


async def read(cursor: psycopg.AsyncCursor[Any], consumer: str, lanes: Iterable[Lane]) -> dict[Lane, Position]:
    """The positions of these lanes; those that are new are put down at the beginning."""
    wanted = sorted(lanes)
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], []]
    await cursor.execute(
        "INSERT INTO positions(consumer, topic, partition) SELECT %s, * FROM unnest(%s::text[], %s::smallint[])"
        " ON CONFLICT DO NOTHING",
        (consumer, *columns),
    )
    await cursor.execute(
        'SELECT topic, partition, "offset", sequences::text, last_id FROM positions'
        " WHERE consumer = %s AND (topic, partition) IN (SELECT * FROM unnest(%s::text[], %s::smallint[]))",
        (consumer, *columns),
    )
    return {
        (topic, partition): Position(offset, orjson.loads(sequences), last_id)
        for topic, partition, offset, sequences, last_id in await cursor.fetchall()
    }


async def lock(cursor: psycopg.AsyncCursor[Any], consumer: str, expected: Mapping[Lane, Position]) -> None:
    """Hold these rows for the transaction, if they are where we left them. Raises Fenced."""
    columns = [list(column) for column in zip(*sorted(expected), strict=True)]
    await cursor.execute(
        'SELECT topic, partition, "offset" FROM positions'
        " WHERE consumer = %s AND (topic, partition) IN (SELECT * FROM unnest(%s::text[], %s::smallint[]))"
        " ORDER BY topic, partition FOR UPDATE",
        (consumer, *columns),
        prepare=True,
    )
    found = {(topic, partition): offset for topic, partition, offset in await cursor.fetchall()}
    if moved := [lane for lane, position in expected.items() if found.get(lane) != position.offset]:
        raise Fenced(moved)


async def move(cursor: psycopg.AsyncCursor[Any], consumer: str, to: Mapping[Lane, Position]) -> None:
    """Move the rows that are held."""
    rows = [
        (*lane, position.offset, orjson.dumps(position.sequences).decode(), position.last_id)
        for lane, position in to.items()
    ]
    await cursor.execute(
        'UPDATE positions AS p SET "offset" = n.at, sequences = n.sequences::jsonb, last_id = n.last_id,'
        " moved = clock_timestamp()"
        " FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::text[], %s::text[])"
        " AS n(topic, partition, at, sequences, last_id)"
        " WHERE p.consumer = %s AND p.topic = n.topic AND p.partition = n.partition",
        (*(list(column) for column in zip(*rows, strict=True)), consumer),
        prepare=True,
    )


async def reread(cursor: psycopg.AsyncCursor[Any], consumer: str, topic: str) -> None:
    """Let a consumer read a topic again from its beginning, dropping by sequence what it has applied.

    For a person, after a topic was lost and published again: its offsets are others now, its sequences are not.
    """
    await cursor.execute(
        'UPDATE positions SET "offset" = -1, last_id = NULL WHERE consumer = %s AND topic = %s', (consumer, topic)
    )
