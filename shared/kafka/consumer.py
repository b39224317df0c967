"""The consumer loop of every service with a database: an effect and its position are one transaction (architecture §4).

Where it begins is its own `positions` row; Kafka's group only shares out the partitions, its commits are for onlookers.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg_pool import PoolClosed

from shared import metrics, topics
from shared.database import Pool
from shared.kafka import dead_letter, positions, tail
from shared.kafka.assignment import Assignment
from shared.kafka.positions import Lane
from shared.kafka.producer import Producer
from shared.kafka.record import RawRecord, Record, decoded, raw_record
from shared.kafka.sorting import Step

log = logging.getLogger(__name__)

Cursor = psycopg.AsyncCursor[Any]
Handle = Callable[[Cursor, list[Record]], Awaitable[None]]
RawHandle = Callable[[Cursor, list[RawRecord]], Awaitable[None]]
Dead = Callable[[Cursor, RawRecord, str], Awaitable[None]]

RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, KafkaError, ConnectionError, TimeoutError)
LONGEST_PAUSE = 10.0
COMMIT_SECONDS = 5.0
MOST_DEAD = 20
"""So many dead letters in a row are no bad records but a bad reader: it stops instead."""


class Consumer:
    """One consumer, by its name, of some topics. A new name begins at the beginning: so a read model is rebuilt."""

    def __init__(
        self, name: str, topics_: Sequence[str], pool: Pool, handle: Handle | RawHandle, *, bootstrap: str,
        names: topics.Topics, service: str | None = None, enveloped: bool = True, dead: Dead | None = None,
        most: int = 500, group: str | None = None,
    ) -> None:  # fmt: skip
        """`topics_`: logical names. `service`: whose dead letter topic and metrics; else the name up to its first dash.

        `handle` gets the records of several partitions, in order within each, and changes things through the cursor
        only. What it raises: an error of the database or the network, or one with a `retry_after`, is tried again for
        ever; anything else sets the record that fails alone aside, after telling `dead`, in the same transaction.
        `enveloped=False` for records that are not events of ours (inbox topics): they are handed over as they came.
        `group`: Kafka's group, which shares out the partitions; else the name. The positions go by the name alone.
        """
        self.name, self._topics, self._pool = name, tuple(topics_), pool
        self._handle: Callable[[Cursor, Any], Awaitable[None]] = handle
        self._bootstrap, self._names, self._enveloped, self._dead, self._most = bootstrap, names, enveloped, dead, most
        self._service, self._group = service or name.partition("-")[0], names.name(group or name)
        self._letters = Producer(bootstrap)
        self._assignment: Assignment | None = None
        self._dead_in_a_row = 0
        self._committed = 0.0
        self.lag: dict[str, int] = {}
        """Records not yet applied, by topic, of the partitions that are ours; empty until Kafka was reached."""

    @property
    def stopped(self) -> dict[Lane, str]:
        """Partitions that stand still until a person has looked, and why. A restart looks again."""
        return {} if self._assignment is None else self._assignment.stopped

    @property
    def lanes(self) -> frozenset[Lane]:
        """The partitions that are ours at the moment, by logical topic."""
        return frozenset() if self._assignment is None else frozenset(self._assignment.lanes)

    def check(self) -> str | None:
        """For readiness: why not all is well."""
        if self._assignment is None:
            return "Kafka was not reached yet"
        return "; ".join(f"{topic}/{partition}: {why}" for (topic, partition), why in self.stopped.items()) or None

    async def run(self) -> None:
        """Consume for ever. After a failure of the network everything is built anew, from the positions."""
        try:
            while True:
                try:
                    await self._consume()
                except PoolClosed:
                    raise
                except RETRIED as error:
                    await self._wait(1, error)
        finally:
            await self._letters.close()

    async def release(self, topic: str, partition: int, offset: int) -> None:
        """Hand the record of a dead letter to the handler again, now that it can be processed. Raises what that raises.

        Order is past by now: the handler must tell a record that it has by its id.
        """
        tp = TopicPartition(self._names.name(topic), partition)
        async with tail.reader(self._bootstrap) as consumer:
            async for _, found in tail.stretch(consumer, {tp: offset}, {tp: offset + 1}):
                record = raw_record(topic, found[0])
                async with self._pool.connection() as connection, connection.cursor() as cursor:
                    await self._handle(cursor, [decoded(record) if self._enveloped else record])

    async def _consume(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            max_partition_fetch_bytes=2 << 20,
        )
        mine = Assignment(consumer, self.name, self._service, self._names, enveloped=self._enveloped)
        try:
            await consumer.start()
            consumer.subscribe([self._names.name(topic) for topic in self._topics], listener=mine)
            self._assignment = mine
            while True:
                await mine.place(self._pool)
                batches = await consumer.getmany(timeout_ms=500, max_records=self._most)
                if steps := mine.sort(batches):
                    await self._apply(mine, steps)
                await self._report(mine)
        finally:
            await tail.close(consumer)

    async def _apply(self, mine: Assignment, steps: Sequence[Step]) -> None:
        """Apply together; if that cannot be, each half by itself, down to the record that fails alone."""
        pause = 0.1
        while True:
            try:
                return await self._transact(mine, steps)
            except positions.Fenced as error:
                log.warning("consumer %s: %s", self.name, error)
                return mine.forget({step.lane for step in steps})
            except PoolClosed:  # it never comes back: the service is ending
                raise
            except RETRIED as error:
                await self._wait(pause, error)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:
                after = getattr(error, "retry_after", None)
                if after is None:
                    return await self._divide(mine, steps, error)
                await self._wait(float(after), error)

    async def _wait(self, seconds: float, error: Exception) -> None:
        log.warning("consumer %s waits %.1f s: %s: %.300s", self.name, seconds, type(error).__name__, error)
        await asyncio.sleep(seconds)

    async def _divide(self, mine: Assignment, steps: Sequence[Step], error: Exception) -> None:
        applied = [n for n, step in enumerate(steps) if step.apply]
        if len(applied) > 1:
            middle = applied[len(applied) // 2]
            await self._apply(mine, steps[:middle])
            await self._apply(mine, steps[middle:])
            return
        why = dead_letter.reason(error)
        culprit = steps[applied[0] if applied else -1]
        if not applied or self._dead_in_a_row >= MOST_DEAD:
            for lane in {step.lane for step in steps}:
                mine.stop(lane, f"nothing can be processed any more: {why}")
            return
        log.error("consumer %s sets %s/%d offset %d aside: %s", self.name, *culprit.lane, culprit.record.offset, why)
        self._dead_in_a_row += 1
        await self._apply(mine, [replace(step, apply=False, dead=why) if step is culprit else step for step in steps])

    async def _transact(self, mine: Assignment, steps: Sequence[Step]) -> None:
        """One transaction: the position rows held and compared, the effect, the positions moved."""
        before, after = mine.expected(steps), {step.lane: step.after for step in steps}
        records = [step.record for step in steps if step.apply]
        dead = [(step.record, step.dead) for step in steps if step.dead is not None]
        for record, why in dead:
            letter = dead_letter.letter(self.name, record, why)
            await self._letters.send(self._names.name(f"{self._service}-dead-letter"), record.key.encode(), letter)
        async with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await positions.lock(cursor, self.name, before)
            if records:
                await self._handle(cursor, records)
            if self._dead is not None:
                for record, why in dead:
                    await self._dead(cursor, record, why)
            await positions.move(cursor, self.name, after)
        mine.moved(after)
        self._dead_in_a_row = 0 if records else self._dead_in_a_row
        metrics.DEAD_LETTERS.labels(self._service).inc(len(dead))
        metrics.LAST_PROGRESS.labels(self._service).set_to_current_time()

    async def _report(self, mine: Assignment) -> None:
        self.lag = mine.lag()
        for topic in self._topics:
            metrics.CONSUMER_LAG.labels(self._service, topic).set(self.lag.get(topic, 0))
        if time.monotonic() - self._committed > COMMIT_SECONDS:
            self._committed = time.monotonic()
            await mine.commit()
