"""The relay: journal → Kafka, in position order, to the stored partition. It never skips; one leads at a time."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

import orjson
import psycopg
from aiokafka import AIOKafkaProducer

from shared import database, metrics, topics
from shared.events import envelope
from shared.journal import skew
from shared.journal.append import Lane
from shared.journal.reconcile import Restore, State, reconcile
from shared.journal.tails import Tail
from shared.kafka import producer as kafka

log = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]
RELAY = 0x72656C61
MOST = 1000
PAUSE = 0.2
LONGEST_PAUSE = 3.0
ACK_SECONDS = 10.0
"""After this a producer is given up: a new one, and a comparison, bring it to life sooner than the library does."""
LOOK_SECONDS = 60.0
WATCH_SECONDS = 2.0
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, *kafka.FAILURES)

_ROWS = """
SELECT position, topic, partition, key, type, id, sequence, recordedtime, body FROM journal
WHERE position > %s ORDER BY position LIMIT %s
"""
_UNPUBLISHED = "SELECT greatest(coalesce((SELECT max(position) FROM journal), 0) - position, 0) FROM mark"
_MARK = """
WITH moved AS (UPDATE mark SET position = %s WHERE position < %s)
INSERT INTO published(topic, partition, "offset", sequence)
SELECT * FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::bigint[])
ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset", sequence = excluded.sequence
"""


class Relay:
    """Publishes one journal. Run one beside every writer; the others wait until the leader is gone."""

    def __init__(
        self, database_url: str, schema: str, bootstrap: str, names: topics.Topics, writer: str,
        *, restore: Restore | None = None,
    ) -> None:  # fmt: skip
        """`restore` brings the service's own tables up to date when a restored database has to read rows back.

        Without it the journal stays closed then, until `reconcile.release`.
        """
        self._address = database.conninfo(database_url, schema)
        self._schema, self._bootstrap, self._names, self._writer = schema, bootstrap, names, writer
        self._restore = restore
        self.leading = False
        self.unpublished = 0
        """Journal rows that Kafka does not have yet, as last counted: bulk imports slow down by it."""

    async def run(self) -> None:
        """Lead, fail, rebuild everything, begin again at the mark: for ever.

        Raises ClockSkew and Contradiction, which only a person can put right, and whatever is not foreseen.
        """
        watch, pause = asyncio.create_task(self._watch()), PAUSE
        try:
            while True:
                try:
                    await self._lead()
                except RETRIED as error:
                    pause = PAUSE if self.leading else min(2 * pause, LONGEST_PAUSE)
                    log.warning("relay of %s begins again: %s: %.300s", self._writer, type(error).__name__, error)
                finally:
                    self.leading = False
                await asyncio.sleep(pause)
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        """Count what is unpublished, leading or not, and above all while Kafka is out of reach."""
        while True:
            try:
                connection: Connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
                async with connection:
                    while True:
                        cursor = await connection.execute(_UNPUBLISHED)
                        self.unpublished = (await cursor.fetchall())[0][0]
                        metrics.JOURNAL_UNPUBLISHED.labels(self._writer).set(self.unpublished)
                        await asyncio.sleep(WATCH_SECONDS)
            except Exception as error:  # nobody waits for this task: whatever it is, it counts again and says so
                log.warning("what is unpublished by %s is not counted: %s", self._writer, type(error).__name__)
            await asyncio.sleep(WATCH_SECONDS)

    async def _lead(self) -> None:
        connection: Connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        async with connection:
            while not await self._is_leader(connection):  # noqa: ASYNC110 - the leader may be another process
                await asyncio.sleep(PAUSE)
            await connection.execute(
                psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(f"journal_{self._schema}"))
            )
            # The mark may come back older after a crash of the host: it is found again by comparison, never trusted.
            await connection.execute("SET synchronous_commit = off")
            await skew.check_database(connection)  # before anything can be appended
            state = await reconcile(connection, self._bootstrap, self._names, self._writer, self._restore)
            producer = await kafka.connect(self._bootstrap)
            try:
                self.leading = True
                await self._follow(connection, producer, state)
            finally:
                await kafka.abandon(producer)

    async def _is_leader(self, connection: Connection) -> bool:
        # On the connection that writes the mark: who has lost it can no longer move the mark either.
        found = await connection.execute("SELECT pg_try_advisory_lock(%s, hashtext(current_schema()))", (RELAY,))
        return bool((await found.fetchall())[0][0])

    async def _follow(self, connection: Connection, producer: AIOKafkaProducer, state: State) -> None:
        looked = time.monotonic()
        while True:
            if time.monotonic() - looked >= LOOK_SECONDS:
                await skew.check_database(connection)
                looked = time.monotonic()
            async with connection.cursor(binary=True) as cursor:
                await cursor.execute(_ROWS, (state.mark, MOST), prepare=True)
                rows = await cursor.fetchall()
            if rows:
                await self._publish(connection, producer, state, rows)
            else:
                async for _ in connection.notifies(timeout=1, stop_after=1):
                    pass

    async def _publish(
        self, connection: Connection, producer: AIOKafkaProducer, state: State, rows: Sequence[tuple[Any, ...]]
    ) -> None:
        lanes: dict[Lane, list[tuple[Any, ...]]] = {}
        for row in rows:
            lane = (row[1], row[2])
            # What the comparison saw in Kafka is there.
            if row[6] > state.tails[lane].sequence:
                lanes.setdefault(lane, []).append(row)
        async with asyncio.timeout(ACK_SECONDS):
            sends = [self._lane(producer, lane, given, state.tails[lane]) for lane, given in lanes.items()]
            ended = await asyncio.gather(*sends, return_exceptions=True)
        _raise_first(ended)
        state.mark = rows[-1][0]
        ends = [(*lane, state.tails[lane].offset, state.tails[lane].sequence) for lane in lanes]
        columns = [list(column) for column in zip(*ends, strict=True)] or [[], [], [], []]
        await connection.execute(_MARK, (state.mark, state.mark, *columns), prepare=True)

    async def _lane(self, producer: AIOKafkaProducer, lane: Lane, rows: Sequence[tuple[Any, ...]], end: Tail) -> None:
        """Lanes run side by side; in a lane a batch is sent once the one before is acknowledged: order is no luck."""
        at = 0
        while at < len(rows):
            batch, first = producer.create_batch(), at
            while at < len(rows):
                _, _, _, key, *_, body = rows[at]
                headers = _headers(rows[at], self._writer)
                if batch.append(key=key.encode(), value=body, timestamp=None, headers=headers) is None:
                    break
                at += 1
            sent = time.time()
            acknowledged = await (await producer.send_batch(batch, self._names.name(lane[0]), partition=lane[1]))
            if acknowledged.offset <= end.offset:  # none at all (-1), or a topic that was made anew under our hands
                raise ConnectionError(f"acknowledged at offset {acknowledged.offset}: compare again")
            if acknowledged.timestamp_type == 1:
                skew.check("broker", sent, acknowledged.timestamp / 1000, time.time())
            end.offset, end.sequence = acknowledged.offset + at - first - 1, rows[at - 1][6]


def _raise_first(ended: Sequence[BaseException | None]) -> None:
    """A lane that failed ends this lead; clocks that differ come first, because they end more than that."""
    failures = sorted((end for end in ended if end is not None), key=lambda end: not isinstance(end, skew.ClockSkew))
    for error in failures:
        if isinstance(error, asyncio.CancelledError):  # the library cancels what its dead sender still held
            raise ConnectionError("the producer gave up") from error
        raise error


def _headers(row: tuple[Any, ...], writer: str) -> list[tuple[str, bytes]]:
    _, _, _, _, type_, id_, sequence, recorded, body = row
    headers = [
        ("id", str(id_).encode()),
        ("type", type_.encode()),
        ("writer", writer.encode()),
        ("sequence", envelope.number(sequence).encode()),
        ("recordedtime", envelope.instant(recorded).encode()),
        ("content-type", envelope.CONTENT_TYPE.encode()),
    ]
    if b'"traceparent":"' in body and (trace := orjson.loads(body).get("traceparent")):
        headers.append(("traceparent", trace.encode()))
    return headers
