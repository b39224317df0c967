"""Where topics end at this moment: for whoever must have read all that is there before it acts."""

from collections.abc import Iterable

from aiokafka import TopicPartition

from shared import topics
from shared.kafka import tail
from shared.kafka.positions import Lane

WIDTH = {topic.name: topic.partitions for topic in topics.TOPICS}


async def last_offsets(bootstrap: str, names: topics.Topics, logical: Iterable[str]) -> dict[Lane, int]:
    """The offset of the last record of each partition of these topics; none for empty ones. Raises FAILURES."""
    where = {
        TopicPartition(names.name(topic), partition): (topic, partition)
        for topic in logical
        for partition in range(WIDTH[topic])
    }
    async with tail.reader(bootstrap) as consumer:
        found = await consumer.end_offsets(list(where))
    return {where[tp]: end - 1 for tp, end in found.items() if end > 0}
