"""The exact agent: takes what Faust hands over, and makes it durable in the order that loses and doubles nothing.

Truth is the changelog (`changelog.py`): a batch of changes, the position and what is said are one RecordBatch. Order:
changelog acknowledged → outputs acknowledged → memory → committable. A restart sends the last outputs again. An event
is applied only at the position + 1: lower is a replay, higher makes us go back. Any doubt ends the process (exit 70).
"""

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import Any, cast

import faust
from faust.types import TP

from services.risk import versions
from services.risk.desk import SERVICE, Desk, Retired
from services.risk.ending import end
from services.risk.judge import Judge
from services.risk.lane import Hole, Interrupted, Lane, UnusableMark
from services.risk.policies import UnusablePolicy
from services.risk.releases import Releases
from services.risk.transport import Consumer
from shared import clock, metrics
from shared.kafka.record import RawRecord
from shared.topics import LEDGER

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
MEASURE_SECONDS = 1.0
VERSION_SECONDS = 5.0
UNUSABLE = (UnusableMark, UnusablePolicy)


class Agent:
    """All partitions that this worker owns."""

    def __init__(self, app: faust.App, desk: Desk, judge: Judge, most: int) -> None:
        self._app, self._desk, self._judge, self._most = app, desk, judge, most
        self.lanes: dict[int, Lane] = {}
        self.halted: dict[int, str] = {}
        """Partitions that stopped, and why: the others go on."""
        self._owned = -1
        self._gone_back: dict[int, int] = {}
        self._releases = Releases(desk)
        self._measured = self._looked = time.monotonic()
        desk.interrupted = self._interrupted

    @property
    def adopted(self) -> bool:
        """Whether the partitions of the present assignment have been taken up."""
        return self._owned >= 0 and not self._interrupted()

    async def run(self, stream: Any) -> None:
        """The Faust agent's body. An exception in it ends the process: Faust would take the batch for applied."""
        try:
            self._consumer.positions = self._positions
            while True:
                await self._turn(stream.channel.queue)
        except StopAsyncIteration:  # Faust closes the channel when it stops
            if not self._app.should_stop:
                end("the stream ended")
        except asyncio.CancelledError:  # the client library lets out cancellations of its own, too
            if not self._app.should_stop:
                end("the agent was cancelled")
            raise
        except Retired as retired:
            await self._handed_over(retired)
        except Exception:
            end("the agent failed")

    async def _handed_over(self, retired: Retired) -> None:
        """A re-fold has taken over: wait until it is done, then end to start again as what it left."""
        self.halted = {-1: str(retired)}
        logger.warning("%s", retired)
        while await versions.current(self._desk.reader, self._desk.versions) <= self._desk.version:  # noqa: ASYNC110
            await asyncio.sleep(MEASURE_SECONDS)
        end(f"{retired}: starting again")

    async def _look_for_a_newer_version(self) -> None:
        """A worker with nothing to write would not meet the fence of a re-fold: it must not wait for a record."""
        if time.monotonic() - self._looked < VERSION_SECONDS:
            return
        self._looked = time.monotonic()
        if await versions.current(self._desk.reader, self._desk.versions) > self._desk.version:
            end(f"version {self._desk.version} of risk's state is no longer in use: starting again")

    @property
    def _consumer(self) -> Consumer:
        return cast(Consumer, self._app.consumer)

    def _interrupted(self) -> bool:
        return self._app.rebalancing or self._consumer.epoch != self._owned

    def _positions(self) -> dict[TP, int]:
        return {self._tp(number): lane.durable for number, lane in self.lanes.items()}

    def _tp(self, number: int) -> TP:
        return TP(self._desk.ledger, number)

    async def _turn(self, queue: Any) -> None:
        batch = await taken(queue, self._most)
        if self._app.rebalancing:
            return  # dropped, not applied: the next adoption goes back to it
        try:
            if self._consumer.epoch != self._owned:
                await self._adopt()
            elif batch:
                await self._work(batch)
            else:
                self._audit(queue)
            if not self._interrupted():
                await self._releases.look(self.lanes)
        except Interrupted:
            return
        await self._look_for_a_newer_version()
        self._measure()

    async def _adopt(self) -> None:
        """Take up the partitions of a new assignment. Nothing is fetched before this says from where."""
        epoch, lanes = self._consumer.epoch, dict[int, Lane]()
        if not epoch:
            return  # the group has not met yet
        self.lanes, self.halted = {}, {}
        for number in sorted(tp.partition for tp in self._consumer.assignment() if tp.topic == self._desk.ledger):
            if self._app.rebalancing or self._consumer.epoch != epoch:
                return
            lanes[number] = Lane(await self._desk.open(number), self._judge, self._desk, clock.now)
        if self._app.rebalancing or self._consumer.epoch != epoch:
            return
        self.lanes, self._owned, self._gone_back = lanes, epoch, {}
        self._desk.forget_all_but(lanes)
        for number, lane in lanes.items():
            try:
                await lane.ready()
                await lane.sweep()
            except UNUSABLE as why:
                self._halt(number, str(why))
            else:
                self._consumer.goto(self._tp(number), lane.next)
        logger.info("took up %d partitions: %s", len(lanes), " ".join(map(str, lanes)))

    async def _work(self, batch: list[Any]) -> None:
        """Apply a batch, each partition in its own order. A revocation waits for it."""
        messages: dict[int, list[Any]] = {}
        for event in batch:
            messages.setdefault(event.message.partition, []).append(event.message)
        last = batch[-1].message
        self._consumer.track_message(last)
        try:
            lanes = [(self.lanes[number], found) for number, found in messages.items() if number in self.lanes]
            ended = await asyncio.gather(*(self._apply(*each) for each in lanes), return_exceptions=True)
        finally:
            self._consumer.ack(last)
            self._consumer.unacked.discard(last)
        failures = [each for each in ended if each is not None]
        for error in sorted(failures, key=lambda each: isinstance(each, Interrupted)):
            raise error

    async def _apply(self, lane: Lane, messages: list[Any]) -> None:
        tp = self._tp(lane.number)
        for message in messages:
            if message.generation_id != self._consumer.lap.get(tp) or message.offset < lane.next:
                continue  # of an older lap, or a replay
            if message.offset > lane.next:
                self._back(lane, f"{message.offset} came instead")
                break
            try:
                await lane.take(_record(message))
            except Hole as hole:
                self._hole(lane, str(hole))
                break
            except UNUSABLE as why:
                self._halt(lane.number, str(why))
                break
        await lane.flush()

    def _back(self, lane: Lane, why: str) -> None:
        logger.warning("%s %d: back to %d: %s", LEDGER, lane.number, lane.next, why)
        self._consumer.goto(self._tp(lane.number), lane.next)  # ends the process after many tries for one offset

    def _hole(self, lane: Lane, why: str) -> None:
        """A writer's record is missing although no offset is: look once more, then stop and say so."""
        metrics.GAPS.labels(SERVICE).inc()
        if self._gone_back.get(lane.number) == lane.next:
            self._halt(lane.number, f"a hole at {lane.next}: {why}")
            return
        self._gone_back[lane.number] = lane.next
        self._back(lane, why)

    def _halt(self, number: int, why: str) -> None:
        logger.critical("%s %d stops: %s", LEDGER, number, why)
        self.halted[number] = why
        self._consumer.halt(self._tp(number))

    def _audit(self, queue: Any) -> None:
        """Idle: what was handed over but is neither queued nor applied got lost on the way."""
        for number, lane in self.lanes.items():
            if queue.empty() and self._consumer.cursor.get(self._tp(number), 0) > lane.next:
                self._back(lane, "what was handed over is not here")

    def _measure(self) -> None:
        if time.monotonic() - self._measured < MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        ends = {number: self._consumer.highwater(self._tp(number)) for number in self.lanes}
        lag = sum(max((ends[number] or 0) - lane.durable, 0) for number, lane in self.lanes.items())
        metrics.CONSUMER_LAG.labels(SERVICE, LEDGER).set(lag)
        metrics.PROVIDERS_UNPROCESSED.clear()
        for lane in self.lanes.values():
            for place, count in lane.unprocessed().items():
                metrics.PROVIDERS_UNPROCESSED.labels(place).inc(count)


async def taken(queue: Any, most: int) -> list[Any]:
    """What there is now, at most so many; waits a moment for the first."""
    try:
        batch = [await asyncio.wait_for(queue.get(), IDLE_SECONDS)]
    except TimeoutError:
        return []
    while len(batch) < most and not queue.empty():
        batch.append(queue.get_nowait())
    return batch


def _record(message: Any) -> RawRecord:
    return RawRecord(
        topic=LEDGER,
        partition=message.partition,
        offset=message.offset,
        key=(message.key or b"").decode(errors="replace"),
        raw=message.value or b"",
        timestamp=datetime.fromtimestamp(message.timestamp, UTC),
        headers={name: value for name, value in message.headers or () if value is not None},
    )
