"""The newest epoch that a writer has begun, remembered by Kafka: a restored database cannot know of one begun later.

It is kept as a group's committed offset. Nothing else is in that group; deploy needs no topic for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import topics
from shared.kafka import tail

SECONDS = 15


class Epochs:
    """One writer's epochs. Open only while the journal is compared with Kafka."""

    def __init__(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
        self._consumer, self._tp = consumer, tp

    async def newest(self) -> int:
        """The newest that was begun; 0 for a writer that Kafka has not heard of. Raises one of producer.FAILURES."""
        async with asyncio.timeout(SECONDS):
            return await self._consumer.committed(self._tp) or 0

    async def begin(self, epoch: int) -> None:
        """Remember this one, before anything is numbered with it. Raises one of producer.FAILURES."""
        async with asyncio.timeout(SECONDS):
            await self._consumer.commit({self._tp: epoch})


@asynccontextmanager
async def epochs(bootstrap: str, names: topics.Topics, writer: str, topic: str) -> AsyncIterator[Epochs]:
    """The epochs of a writer that feeds `topic`. Raises one of producer.FAILURES."""
    tp = TopicPartition(names.name(topic), 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=names.name(f"epochs-{writer}"), enable_auto_commit=False
    )
    try:
        async with asyncio.timeout(SECONDS):
            await consumer.start()
        consumer.assign([tp])
        yield Epochs(consumer, tp)
    finally:
        await tail.close(consumer)
