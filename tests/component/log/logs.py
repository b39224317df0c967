"""What the tests of the log share: rows to append, and the judge that reads a topic as every consumer would."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
from aiokafka import TopicPartition
from psycopg.conninfo import make_conninfo

import deploy.topics
from shared import database, events, topics
from shared.events import envelope
from shared.journal import relay, rows, writer
from shared.kafka import producer, tail

DEADLINE = 15.0


def draft(subject: str = "prv-1", id_: uuid.UUID | None = None, **data: Any) -> events.Draft:
    return events.Draft(
        id=id_ or uuid.uuid4(),
        type="careledger.quality_concern.raised.v1",
        source="/places/X00000001/publishers/icb-quality",
        subject=subject,
        time=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        dataschema="/schemas/quality_concern.raised.v1.json",
        place="X00000001",
        data=data or {"concern_id": "QC-1"},
    )


def row(key: str = "prv-1", topic: rows.Topic = "ledger", id_: uuid.UUID | None = None, **data: Any) -> rows.Row:
    event = draft(key, id_, **data)
    return rows.Row(topic=topic, key=key, draft=event, digest=hashlib.sha256(repr(event.data).encode()).digest())


def many(count: int, keys: int = 40, start: int = 0) -> list[rows.Row]:
    return [row(f"prv-{n % keys:03d}", n=n) for n in range(start, start + count)]


async def until(check: Callable[[], Awaitable[Any]], seconds: float = DEADLINE) -> Any:
    """Ask again until the answer is true; the last answer is in the failure."""
    end = time.monotonic() + seconds
    while not (answer := await check()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {answer!r}")
        await asyncio.sleep(0.05)
    return answer


def one(url: str, schema: str, sql: str, *parameters: Any) -> Any:
    with psycopg.connect(database.conninfo(url, schema), autocommit=True) as connection:
        cursor = connection.execute(sql, parameters)
        found = cursor.fetchone() if cursor.description else None
        return found[0] if found and len(found) == 1 else found


def open_journal(url: str, schema: str, epoch: int = 1) -> None:
    """What the relay does once it has compared with Kafka: for tests that need no Kafka."""
    with psycopg.connect(database.conninfo(url, schema)) as connection:
        connection.execute("UPDATE mark SET run = journal_run(), epoch = %s", (epoch,))


@dataclass
class Verdict:
    """What a reader of one topic finds."""

    records: int = 0
    repeats: int = 0
    holes: int = 0
    broken: int = 0
    strangers: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.holes or self.broken) and len(self.ids) == len(set(self.ids))


def ids(given: Sequence[rows.Row]) -> set[str]:
    return {str(row.draft.id) for row in given}


def admin(url: str) -> str:
    """The same database without a service's schema."""
    return make_conninfo(url, options="")


async def creates(bootstrap: str, prefix: str) -> bool:
    """Create the topic set once more; not at once, where a topic is still being deleted."""
    try:
        return bool(await deploy.topics.create(bootstrap, prefix, seconds=5))
    except (deploy.topics.TopicsDiffer, TimeoutError):
        return False


def flat(found: dict[int, list[Any]]) -> list[Any]:
    return [record for some in found.values() for record in some]


async def records(bootstrap: str, name: str, partitions: int = topics.PARTITIONS) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {p: [] for p in range(partitions)}
    async with tail.reader(bootstrap) as consumer:
        every = [TopicPartition(name, p) for p in range(partitions)]
        begins, ends = await consumer.beginning_offsets(every), await consumer.end_offsets(every)
        async for tp, some in tail.stretch(consumer, begins, ends):
            found[tp.partition] += some
    return found


async def judge(bootstrap: str, name: str, partitions: int = topics.PARTITIONS) -> Verdict:
    """The rule of the whole system: not greater is a repeat, `prevsequence` must fit, chains are whole."""
    verdict = Verdict()
    for some in (await records(bootstrap, name, partitions)).values():
        last: dict[str, int] = {}
        chains: dict[tuple[str, bytes], str] = {}
        for record in some:
            event, verdict.records = orjson.loads(record.value), verdict.records + 1
            who, sequence = event["writer"], int(event["sequence"])
            if sequence <= last.get(who, 0):
                verdict.repeats += 1
                continue
            verdict.holes += int(event["prevsequence"]) != last.get(who, 0)
            whole = envelope.is_whole(record.value) and event["prevhash"] == chains.get((who, record.key), "")
            verdict.broken += not whole
            last[who], chains[who, record.key] = sequence, event["hash"]
            verdict.ids.append(event["id"])
    return verdict


@dataclass
class Service:
    """A service's writer and relay, as a service runs them."""

    url: str
    bootstrap: str
    names: topics.Topics
    schema: str = "intake"
    restore: Any = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Service":
        self.pool = database.pool(self.url, self.schema)
        await self.pool.open()
        self.writer = writer.Writer(self.pool, self.schema)
        self.tasks.append(asyncio.create_task(self.writer.run()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.pool.close()

    def lead(self) -> asyncio.Task[None]:
        self.relay = relay.Relay(self.url, self.schema, self.bootstrap, self.names, self.schema, restore=self.restore)
        self.tasks.append(asyncio.create_task(self.relay.run()))
        return self.tasks[-1]

    async def stop_relay(self) -> None:
        task = self.tasks.pop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def is_open(self) -> bool:
        return bool(one(self.url, self.schema, "SELECT journal_closed() IS NULL"))

    async def is_published(self) -> bool:
        return bool(
            one(self.url, self.schema, "SELECT position = (SELECT coalesce(max(position), 0) FROM journal) FROM mark")
        )

    async def judge(self, topic: str = "ledger") -> Verdict:
        return await judge(self.bootstrap, self.names.name(topic))

    async def append(self, given: Sequence[rows.Row]) -> list[rows.Result]:
        return await self.writer.append(given)


async def inject(bootstrap: str, name: str, partition: int, value: bytes, **headers: bytes) -> None:
    """Something that no relay of ours has sent."""
    sender = producer.Producer(bootstrap)
    await sender.send(name, b"prv-7", value, list(headers.items()), partition)
    await sender.close()
