"""Compare the journal with Kafka's tail: after every start of the database, and whenever a relay begins to lead.

One formula: the mark is the first journal row that Kafka lacks, less one. Rows that Kafka has and the journal lacks
(a restored database) are read back first; rows that Kafka has lost are published again (architecture §3.1).
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from shared import events, topics
from shared.journal import append, tails
from shared.journal.append import EPOCH, Lane
from shared.journal.rows import topics_of
from shared.journal.tails import COLUMNS, Contradiction, Tail
from shared.kafka import tail
from shared.kafka.epochs import epochs

log = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]
Restore = Callable[[psycopg.AsyncCursor[Any], Sequence[events.Event]], Awaitable[None]]
"""Bring a service's own tables up to date with events that were read back, in the transaction that reads them back."""
CHUNK = 500
LAST_EPOCH = 9_000

_NEXT = """
SELECT coalesce(min(j.position) - 1, (SELECT max(position) FROM journal), 0)
FROM unnest(%s::text[], %s::smallint[], %s::bigint[]) AS kafka(topic, partition, sequence),
     LATERAL (SELECT position FROM journal
              WHERE topic = kafka.topic AND partition = kafka.partition AND sequence > kafka.sequence
              ORDER BY sequence LIMIT 1) AS j
"""
_BROKEN = """
SELECT topic, partition, sequence FROM (
  SELECT j.topic, j.partition, j.sequence, j.prevsequence,
         lag(j.sequence) OVER (PARTITION BY j.topic, j.partition ORDER BY j.sequence) AS before
  FROM (SELECT topic, partition, min(prevsequence) AS since FROM found GROUP BY 1, 2) AS f
  JOIN journal AS j ON j.topic = f.topic AND j.partition = f.partition AND j.sequence >= f.since) AS lane
WHERE before IS NOT NULL AND before <> prevsequence LIMIT 1
"""


@dataclass(slots=True)
class State:
    """What the journal knows of itself, and then what Kafka has."""

    mark: int
    epoch: int
    fresh: bool
    tails: dict[Lane, Tail] = field(default_factory=dict)
    read_back: int = 0


async def reconcile(
    connection: Connection, bootstrap: str, names: topics.Topics, writer: str, restore: Restore | None = None
) -> State:
    """Bring journal and Kafka together and open the journal. Only the leading relay may call it.

    The comparison runs without the append lock: accepting goes on meanwhile, where the journal is open.
    Raises Contradiction, psycopg.Error, or one of producer.FAILURES.
    """
    state = await _state(connection)
    await connection.execute("DROP TABLE IF EXISTS pg_temp.found")
    await connection.execute("CREATE TEMP TABLE found (LIKE journal)")
    await connection.execute("CREATE INDEX ON found(position)")
    async with tail.reader(bootstrap) as consumer:
        reading = tails.read(consumer, connection, names, writer, acknowledged=state.tails, mark=state.mark)
        state.tails = await reading
    async with epochs(bootstrap, names, writer, topics_of(writer)[0]) as known:
        state.epoch = max(state.epoch, await known.newest())
        async with connection.transaction(), connection.cursor() as cursor:
            await cursor.execute("SET LOCAL synchronous_commit = on")
            await cursor.execute(append.LOCK)
            await _read_back(cursor, state, restore)
            await _settle(cursor, state, held=state.read_back > 0 and restore is None)
            await known.begin(state.epoch)
    log.info(
        "journal of %s reconciled: mark %d, epoch %d, %d rows read back", writer, state.mark, state.epoch,
        state.read_back,
    )  # fmt: skip
    return state


async def release(cursor: psycopg.AsyncCursor[Any]) -> None:
    """Open a journal that was held because rows were read back: the service's own tables have been put right."""
    await cursor.execute("UPDATE mark SET held = NULL")


async def _state(connection: Connection) -> State:
    found = await connection.execute("SELECT position, epoch, run IS DISTINCT FROM journal_run() AS fresh FROM mark")
    state = State(*(await found.fetchall())[0])
    found = await connection.execute(
        'SELECT p.topic, p.partition, p.sequence, p."offset", j.hash FROM published AS p'
        " JOIN journal AS j ON j.topic = p.topic AND j.partition = p.partition AND j.sequence = p.sequence"
    )
    for topic, partition, *rest in await found.fetchall():
        state.tails[topic, partition] = Tail(*rest)
    return state


async def _read_back(cursor: psycopg.AsyncCursor[Any], state: State, restore: Restore | None) -> None:
    """Put into the journal what Kafka has and it lacks: rows, heads and, through `restore`, the service's tables."""
    await cursor.execute("SELECT position FROM found JOIN journal USING (position) WHERE found.hash <> journal.hash")
    if differing := await cursor.fetchone():
        raise Contradiction(f"position {differing[0]} differs between journal and Kafka")
    await cursor.execute("DELETE FROM found USING journal WHERE found.position = journal.position")
    await cursor.execute(f"INSERT INTO journal({COLUMNS}) SELECT {COLUMNS} FROM found ORDER BY position")  # noqa: S608
    state.read_back = cursor.rowcount
    if not state.read_back:
        return
    await cursor.execute(_BROKEN)
    if broken := await cursor.fetchone():
        raise Contradiction(f"what was read back does not fit the journal: {broken}")
    await cursor.execute(
        "INSERT INTO heads_partition SELECT topic, partition, max(sequence) FROM found GROUP BY 1, 2"
        " ON CONFLICT (topic, partition) DO UPDATE SET sequence = excluded.sequence"
    )
    await cursor.execute(
        "INSERT INTO heads_key SELECT DISTINCT ON (topic, key) topic, key, hash FROM found"
        " ORDER BY topic, key, position DESC ON CONFLICT (topic, key) DO UPDATE SET hash = excluded.hash"
    )
    log.error("the database lacked %d rows that are published: read back from Kafka", state.read_back)
    if restore is not None:
        await _restore(cursor, restore)


async def _restore(cursor: psycopg.AsyncCursor[Any], restore: Restore) -> None:
    after = 0
    while True:
        await cursor.execute(
            "SELECT position, body FROM found WHERE position > %s ORDER BY position LIMIT %s", (after, CHUNK)
        )
        if not (rows := await cursor.fetchall()):
            return
        after = rows[-1][0]
        await restore(cursor, [events.decode(bytes(body)) for _, body in rows])


async def _settle(cursor: psycopg.AsyncCursor[Any], state: State, *, held: bool) -> None:
    """Set the mark, the epoch and what is published; with this the journal is open."""
    lanes = [(*lane, end.sequence, end.offset) for lane, end in sorted(state.tails.items()) if end.offset >= 0]
    topic, partition, sequence, offset = [list(column) for column in zip(*lanes, strict=True)] or [[], [], [], []]
    every = [(*lane, end.sequence) for lane, end in sorted(state.tails.items())]
    await cursor.execute(_NEXT, [list(column) for column in zip(*every, strict=True)])
    found = (await cursor.fetchall())[0][0]
    if found < state.mark:
        log.error("Kafka has lost what was published: from position %d on it is published again", found + 1)
    newest = max((end.sequence // EPOCH for end in state.tails.values()), default=0)
    state.mark, state.epoch = found, max(state.epoch, newest) + (state.fresh or state.read_back > 0)
    if state.epoch > LAST_EPOCH:
        raise Contradiction(f"epoch {state.epoch}: sequences are used up, a new topic set is needed")
    await cursor.execute("DELETE FROM published")
    await cursor.execute(
        "INSERT INTO published SELECT * FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::bigint[])",
        (topic, partition, offset, sequence),
    )
    await cursor.execute(
        "UPDATE mark SET position = %s, epoch = %s, held = coalesce(%s, held), run = journal_run(),"
        " reconciled = pg_postmaster_start_time()",
        (
            state.mark,
            state.epoch,
            f"{state.read_back} rows were read back from Kafka: held for the service" if held else None,
        ),
    )
