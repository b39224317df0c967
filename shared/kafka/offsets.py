"""Where topics stand, by the broker's word: what is there now, and what was there before an instant."""

from collections.abc import Iterable
from datetime import datetime

from aiokafka import TopicPartition

from shared import topics
from shared.kafka import tail
from shared.kafka.positions import Lane

WIDTH = {topic.name: topic.partitions for topic in topics.TOPICS}


async def before(
    bootstrap: str, names: topics.Topics, wanted: Iterable[str], instant: datetime
) -> dict[Lane, tuple[int, int]]:
    """Each partition's (first offset there is, first offset at or after `instant`): a reader there has all before it.

    `instant` is real time: a development clock's offset taken away. Raises one of producer.FAILURES.
    """
    lanes = _lanes(names, wanted)
    if not lanes:
        return {}
    async with tail.reader(bootstrap) as consumer:
        # The ends first: what comes while we ask is after the instant, or late.
        ends = await consumer.end_offsets(list(lanes))
        begins = await consumer.beginning_offsets(list(lanes))
        found = await consumer.offsets_for_times(dict.fromkeys(lanes, int(instant.timestamp() * 1000)))
    return {lane: (begins[tp], at.offset if (at := found[tp]) else ends[tp]) for tp, lane in lanes.items()}


async def last(bootstrap: str, names: topics.Topics, wanted: Iterable[str]) -> dict[Lane, int]:
    """The offset of each partition's last record, for whoever must read all before it acts; none for empty ones.

    Raises one of producer.FAILURES.
    """
    lanes = _lanes(names, wanted)
    async with tail.reader(bootstrap) as consumer:
        ends = await consumer.end_offsets(list(lanes))
    return {lanes[tp]: end - 1 for tp, end in ends.items() if end > 0}


def _lanes(names: topics.Topics, wanted: Iterable[str]) -> dict[TopicPartition, Lane]:
    return {
        TopicPartition(names.name(topic), partition): (topic, partition)
        for topic in wanted
        for partition in range(WIDTH.get(topic, topics.PARTITIONS))
    }
