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
    """One Kafka client without a group. One reading at a time; others wait."""

    def __init__(self, bootstrap: str) -> None:
        self._client = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=FETCH_MILLISECONDS,
            max_partition_fetch_bytes=4 << 20,
        )
        self._busy = asyncio.Lock()

    async def start(self) -> None:
        """Raises KafkaConnectionError while no broker answers."""
        await self._client.start()

    async def stop(self) -> None:
        """Close the client."""
        await self._client.stop()

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """The first offset that is there, and the next one to be written."""
        where = TopicPartition(topic, partition)
        first, last = await asyncio.gather(self._client.beginning_offsets([where]), self._client.end_offsets([where]))
        return first[where], last[where]

    async def records(self, topic: str, partition: int, first: int, end: int) -> AsyncGenerator[Any, None]:
        """The records with `first` ≤ offset < `end`. Who may leave it early closes it. Raises Unreadable."""
        where = TopicPartition(topic, partition)
        async with self._busy:
            self._client.assign([where])
            self._client.seek(where, first)
            async for record in self._until(where, end):
                yield record

    async def _until(self, where: TopicPartition, end: int) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        moved = loop.time()
        # The position is compared, not the last record: compaction leaves holes, at the end too.
        while await self._client.position(where) < end:
            found = (await self._client.getmany(where, timeout_ms=READ_MILLISECONDS)).get(where, ())
            if found:
                moved = loop.time()
            elif loop.time() - moved > STUCK_SECONDS:
                raise Unreadable(f"{where.topic} {where.partition} up to {end}")
            for record in found:
                if record.offset >= end:
                    return
                yield record
