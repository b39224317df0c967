"""The partitions that are ours at the moment: where each stands, whether it may go on, what of a fetch is next."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError

from shared import metrics, topics
from shared.database import Pool
from shared.kafka import positions, sorting, tail
from shared.kafka.positions import Lane, Position
from shared.kafka.record import RawRecord, raw_record
from shared.kafka.sorting import Hole, Step

log = logging.getLogger(__name__)

Batches = Mapping[TopicPartition, tail.Records]


@dataclass(slots=True)
class Assigned:
    """One partition that is ours."""

    position: Position
    is_checked: bool
    """Whether the record at the position was seen to be the one that was applied."""
    is_whole: bool = True
    """Whether the partition still begins at offset 0."""
    rewound: int | None = None
    """The offset of the hole for which we have gone back once."""


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]
    """Follows Kafka's group, but begins at our own positions: nothing is taken from a partition before its was read."""

    def __init__(
        self, consumer: AIOKafkaConsumer, name: str, service: str, names: topics.Topics, *, enveloped: bool
    ) -> None:
        self._consumer, self._name, self._service, self._names = consumer, name, service, names
        self._enveloped = enveloped
        self.lanes: dict[Lane, Assigned] = {}
        self.stopped: dict[Lane, str] = {}
        """Partitions that stand still until a person has looked, and why."""

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Another instance may go on with them from now."""
        for tp in revoked:
            self.lanes.pop(self._lane(tp), None)
            self.stopped.pop(self._lane(tp), None)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing may be fetched yet."""
        self._consumer.pause(*assigned)

    async def place(self, pool: Pool) -> None:
        """Begin at the positions of new partitions: at the last record applied, to see that it is still there."""
        new = {tp: self._lane(tp) for tp in self._consumer.assignment() if self._is_new(self._lane(tp))}
        if not new:
            return
        begins = await self._consumer.beginning_offsets(list(new))
        ends = await self._consumer.end_offsets(list(new))
        async with pool.connection() as connection, connection.cursor() as cursor:
            found = await positions.read(cursor, self._name, new.values())
        for tp in new.keys() & self._consumer.assignment():
            lane, position = new[tp], found[new[tp]]
            self.lanes[lane] = Assigned(position, position.offset < begins[tp], is_whole=begins[tp] == 0)
            if position.offset >= ends[tp]:
                self.stop(lane, f"offset {position.offset} was applied, but the topic ends before it")
            elif -1 < position.offset < begins[tp] - 1:
                self.stop(lane, f"what followed offset {position.offset} was deleted unread", gap=True)
            else:
                self._consumer.seek(tp, max(position.offset, begins[tp]))
                self._consumer.resume(tp)

    def stop(self, lane: Lane, why: str, *, gap: bool = False) -> None:
        """Let one partition stand still and say so; the others go on."""
        if gap:
            metrics.GAPS.labels(self._service).inc()
        self.stopped[lane] = why
        log.critical("consumer %s stops at %s/%d: %s", self._name, *lane, why)
        if (tp := self._tp(lane)) in self._consumer.assignment():
            self._consumer.pause(tp)

    def forget(self, lanes: Iterable[Lane]) -> None:
        """Read these positions again before anything else of theirs is taken."""
        for lane in lanes:
            if self.lanes.pop(lane, None) and (tp := self._tp(lane)) in self._consumer.assignment():
                self._consumer.pause(tp)

    def sort(self, batches: Batches) -> list[Step]:
        """What to do with the records of a fetch."""
        steps: list[Step] = []
        for tp, found in batches.items():
            lane = self._lane(tp)
            if lane in self.lanes and lane not in self.stopped:
                steps += self._sort(lane, [raw_record(lane[0], record) for record in found])
        return steps

    def expected(self, steps: Sequence[Step]) -> dict[Lane, Position]:
        """Where the rows of these steps' partitions have to be. Raises positions.Fenced if one is no longer ours."""
        first = {step.lane: step.before for step in reversed(steps)}
        if lost := [lane for lane, before in first.items() if not self._is_at(lane, before)]:
            raise positions.Fenced(lost)
        return first

    def moved(self, to: Mapping[Lane, Position]) -> None:
        """These positions are committed."""
        for lane, position in to.items():
            if lane in self.lanes:
                self.lanes[lane].position = position

    def lag(self) -> dict[str, int]:
        """Records not yet applied, by topic. Where the end is not known yet, one is taken to be left."""
        lag: dict[str, int] = {}
        for tp in self._consumer.assignment():
            lane, end = self._lane(tp), self._consumer.highwater(tp)
            mine = self.lanes.get(lane)
            left = 1 if mine is None or end is None else max(end - mine.position.offset - 1, 0)
            lag[lane[0]] = lag.get(lane[0], 0) + left
        return lag

    async def commit(self) -> None:
        """Tell Kafka, for onlookers. Nothing depends on it."""
        done = {self._tp(lane): mine.position.offset + 1 for lane, mine in self.lanes.items()}
        if not done:
            return
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(2):
                await self._consumer.commit(done)

    def _lane(self, tp: TopicPartition) -> Lane:
        return self._names.logical(tp.topic), tp.partition

    def _tp(self, lane: Lane) -> TopicPartition:
        return TopicPartition(self._names.name(lane[0]), lane[1])

    def _is_new(self, lane: Lane) -> bool:
        return lane not in self.lanes and lane not in self.stopped

    def _is_at(self, lane: Lane, before: Position) -> bool:
        return lane in self.lanes and lane not in self.stopped and self.lanes[lane].position.offset == before.offset

    def _sort(self, lane: Lane, records: Sequence[RawRecord]) -> list[Step]:
        mine = self.lanes[lane]
        if not mine.is_checked:
            if (records[0].offset, records[0].identity) != (mine.position.offset, mine.position.last_id):
                self.stop(lane, f"the record at offset {mine.position.offset} is not the one that was applied")
                return []
            mine.is_checked, records = True, records[1:]
        steps, hole = sorting.sort(
            lane, mine.position, records, enveloped=self._enveloped, whole=mine.is_whole, accept=mine.rewound
        )
        if hole is not None:
            self._hole(lane, hole, steps[-1].after if steps else mine.position)
        return steps

    def _hole(self, lane: Lane, hole: Hole, position: Position) -> None:
        """Go back once: the library may have lost what it fetched. Twice the same: it is missing in the topic."""
        mine = self.lanes[lane]
        if mine.rewound == hole.offset:
            self.stop(lane, f"a hole before offset {hole.offset}: {hole.says}", gap=True)
        else:
            log.error("consumer %s goes back in %s/%d: %s", self._name, *lane, hole.says)
            mine.rewound = hole.offset
            self._consumer.seek(self._tp(lane), position.offset + 1)
