"""Topics read whole, partition by partition in their order, up to where they ended when it began: for proofs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka import tail
from shared.kafka.record import RawRecord, raw_record
from shared.topics import TOPICS, Topics

Stretch = tuple[int, int]


class Whole:
    """What stood in Kafka at one moment. No group, no commits."""

    def __init__(self, consumer: AIOKafkaConsumer, names: Topics, lanes: Mapping[tuple[str, int], Stretch]) -> None:
        self._consumer, self._names = consumer, names
        self.lanes = lanes
        """By logical topic and partition: the first offset, and the one after the last."""

    @property
    def records(self) -> int:
        """How many there are to read, at most."""
        return sum(end - begin for begin, end in self.lanes.values())

    async def lane(self, topic: str, partition: int) -> AsyncIterator[RawRecord]:
        """The records of one partition. Raises tail.Stalled, KafkaError."""
        tp = TopicPartition(self._names.name(topic), partition)
        begin, end = self.lanes[topic, partition]
        async for _, found in tail.stretch(self._consumer, {tp: begin}, {tp: end}):
            for record in found:
                yield raw_record(topic, record)


@asynccontextmanager
async def opened(bootstrap: str, names: Topics, wanted: Sequence[str]) -> AsyncIterator[Whole]:
    """These logical topics as they stand now. Raises one of producer.FAILURES."""
    width = {topic.name: topic.partitions for topic in TOPICS}
    async with tail.reader(bootstrap) as consumer:
        every = {(topic, n): TopicPartition(names.name(topic), n) for topic in wanted for n in range(width[topic])}
        begins = await consumer.beginning_offsets(list(every.values()))
        ends = await consumer.end_offsets(list(every.values()))
        yield Whole(consumer, names, {lane: (begins[tp], ends[tp]) for lane, tp in every.items()})
