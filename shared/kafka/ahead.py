"""Reading ahead of a consumer that is behind: from given offsets to what is there now. Moves nobody's position."""

from collections.abc import AsyncIterator, Mapping

from aiokafka import TopicPartition

from shared.kafka import tail
from shared.kafka.positions import Lane
from shared.kafka.record import RawRecord, raw_record
from shared.topics import Topics


async def read(bootstrap: str, names: Topics, starts: Mapping[Lane, int]) -> AsyncIterator[list[RawRecord]]:
    """The records of each lane from its start on, in order within a lane. Raises one of producer.FAILURES, Stalled."""
    lanes = {TopicPartition(names.name(topic), partition): (topic, partition) for topic, partition in starts}
    async with tail.reader(bootstrap) as consumer:
        ends = await consumer.end_offsets(list(lanes))
        begins = await consumer.beginning_offsets(list(lanes))
        there = {tp: max(starts[lane], begins[tp]) for tp, lane in lanes.items()}
        async for tp, found in tail.stretch(consumer, there, ends):
            yield [raw_record(lanes[tp][0], one) for one in found]
