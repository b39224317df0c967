"""Reading one partition of a topic from here to there, outside any consumer group: the truth, and what was parked."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

READ_MILLISECONDS = 500
FETCH_MILLISECONDS = 10
"""A reading begins when the fetch of the one before has come back, so that one must not wait for news."""
STUCK_SECONDS = 60.0


class Unreadable(Exception):
    """Records that must be there could not be read for a minute."""


class Reader:
    """Kafka clients without a group: one a topic, since a client forgets the topic that it had before."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._topics: dict[str, _Topic] = {}
        self._spare: _Topic | None = None

    async def start(self) -> None:
        """Raises KafkaConnectionError while no broker answers."""
        first = _Topic(_client(self._bootstrap))
        try:
            await first.client.start()
        except BaseException:
            await _stopped(first)
            raise
        first.open, self._spare = True, first

    async def stop(self) -> None:
        """Close the clients."""
        open_ = [topic for topic in (self._spare, *self._topics.values()) if topic is not None and topic.open]
        await asyncio.gather(*map(_stopped, open_))

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """The first offset that is there, and the next one to be written."""
        where, client = TopicPartition(topic, partition), (await self._topic(topic)).client
        first, last = await asyncio.gather(client.beginning_offsets([where]), client.end_offsets([where]))
        return first[where], last[where]

    async def records(self, topic: str, partition: int, first: int, end: int) -> AsyncGenerator[Any, None]:
        """The records with `first` ≤ offset < `end`. Who may leave it early closes it. Raises Unreadable.

        One reading of a topic at a time; others wait.
        """
        where, opened = TopicPartition(topic, partition), await self._topic(topic)
        async with opened.busy:
            opened.client.assign([where])
            opened.client.seek(where, first)
            async for record in _until(opened.client, where, end):
                yield record

    async def _topic(self, name: str) -> "_Topic":
        if name not in self._topics:
            self._topics[name] = self._spare or _Topic(_client(self._bootstrap))
            self._spare = None
        found = self._topics[name]
        async with found.opening:
            if not found.open:
                await found.client.start()
                found.open = True
        return found


class _Topic:
    def __init__(self, client: AIOKafkaConsumer) -> None:
        self.client, self.open = client, False
        self.opening, self.busy = asyncio.Lock(), asyncio.Lock()


async def _stopped(topic: _Topic) -> None:
    # As a group of futures of its own: the library lets a cancellation of its own task out that is none of ours.
    await asyncio.gather(topic.client.stop(), return_exceptions=True)


def _client(bootstrap: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_MILLISECONDS,
        max_partition_fetch_bytes=4 << 20,
    )


async def _until(client: AIOKafkaConsumer, where: TopicPartition, end: int) -> AsyncIterator[Any]:
    loop = asyncio.get_running_loop()
    moved = loop.time()
    # The position is compared, not the last record: compaction leaves holes, at the end too.
    while await client.position(where) < end:
        found = (await client.getmany(where, timeout_ms=READ_MILLISECONDS)).get(where, ())
        if found:
            moved = loop.time()
        elif loop.time() - moved > STUCK_SECONDS:
            raise Unreadable(f"{where.topic} {where.partition} up to {end}")
        for record in found:
            if record.offset >= end:
                return
            yield record
