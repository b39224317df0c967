"""Faust's Kafka transport with one change: where a partition is read belongs to the agent, and to nobody else.

`install()` before the application is built. Made for faust-streaming 0.15.3 and aiokafka 0.14.0, whose private parts it
overrides (`OVERRIDDEN`; a test compares their signatures, and the versions are pinned). For plain append-only topics.

- `goto(tp, offset)` is the only way to start, and to start again, a partition. It opens a new *lap*: every message
  carries its lap, and whatever was fetched or queued in an older one is void.
- `cursor[tp]` is the next offset to hand over. A partition without a cursor is not fetched at all, so nothing can be
  fetched and dropped during a rebalance. It moves by exactly one, after the hand-over.
- One loop seeks and fetches, one after the other; between two fetches the client's own position must equal the cursor.
- Faust's gap marking, its committed offsets and its livelock detector are not used. Commits are advisory.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiokafka.errors import ConsumerStoppedError, IllegalStateError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport import drivers
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.risk.ending import end

LOGGER = logging.getLogger("faust.transport.exact")
"""Under Faust's own, so that only its warnings are heard."""
TRIES = 20
"""How often one offset is asked for again before we give up: retention, or a truncated topic, will not heal by it."""
FETCH_SECONDS = 0.5
CHECK_SECONDS = 1.0
IDLE_SECONDS = 0.02
YIELD_EVERY = 100

OVERRIDDEN: dict[str, str] = {
    "Consumer._new_consumer_thread": "(self)",
    "Consumer.on_partitions_revoked": "(self, revoked)",
    "Consumer.on_partitions_assigned": "(self, assigned, generation_id=0)",
    "Consumer.perform_seek": "(self)",
    "Consumer.force_commit": "(self, topics=None, start_new_transaction=True)",
    "Consumer._drain_messages": "(self, fetcher)",
    "Consumer._getmany": "(self, active_partitions, timeout)",
    "Consumer._to_message": "(self, tp, record)",
    "Consumer._get_active_partitions": "(self)",
    "Consumer.highwater": "(self, tp)",
    "AIOKafkaConsumerThread._commit": "(self, offsets)",
    "AIOKafkaConsumerThread.verify_event_path": "(self, now, tp)",
    "AIOKafkaConsumerThread.seek_wait": "(self, partitions)",
    "AIOKafkaConsumerThread.position": "(self, tp)",
}
"""Private parts of Faust's driver that are overridden or relied on, with their parameters."""


class Thread(driver.AIOKafkaConsumerThread):
    """The thread in which the client lives (so that heartbeats go on while the main loop judges)."""

    logger = LOGGER

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Stock ends the worker on any error of a commit; ours are advisory, and will be repeated."""
        try:
            marks = {TopicPartition(*tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
            await self._ensure_consumer().commit(marks)
        except Exception as error:
            self.log.warning("commit failed, will be repeated: %r", error)
            return False
        return True

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Stock reads sensors of streams, which the agent does not use."""


class Consumer(driver.Consumer):
    """Hands over what the agent asked for: each offset once a lap, in order, without a hole."""

    logger = LOGGER

    epoch = 0
    """Raised by every revocation and every assignment."""
    _laps = 0
    positions: Callable[[], dict[TP, int]] = staticmethod(dict)
    """Set by the agent: the next offset of each partition, as far as it is durable."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.cursor: dict[TP, int] = {}
        self.wanted: dict[TP, int] = {}
        self.lap: dict[TP, int] = {}
        self._again: dict[TP, tuple[int, int]] = {}
        self._checked = 0.0
        super().__init__(*args, **kwargs)

    def goto(self, tp: TP, offset: int) -> None:
        """From here on hand over this partition from `offset`. Ends the process if that was asked for too often."""
        last, tries = self._again.get(tp, (-1, 0))
        self._again[tp] = (offset, tries + 1 if last == offset else 1)
        if self._again[tp][1] > TRIES:
            end(f"{tp.topic} {tp.partition}: no way to get offset {offset}")
        Consumer._laps += 1
        self.lap[tp] = Consumer._laps
        self.cursor.pop(tp, None)
        self.wanted[tp] = offset

    def halt(self, tp: TP) -> None:
        """Do not fetch this partition any more, until the next assignment."""
        Consumer._laps += 1
        self.lap[tp] = Consumer._laps
        self.cursor.pop(tp, None)
        self.wanted.pop(tp, None)

    # What Faust calls

    def _new_consumer_thread(self) -> Thread:
        return Thread(self, loop=self.loop, beacon=self.beacon)

    def _forget(self) -> None:
        self.epoch += 1
        for known in (self.cursor, self.wanted, self.lap, self._again):
            known.clear()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Waits for the batch in flight, and commits its position."""
        await super().on_partitions_revoked(revoked)
        self._forget()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Nothing is fetched before the agent says from where."""
        self._forget()
        await super().on_partitions_assigned(assigned, generation_id)

    async def perform_seek(self) -> None:
        """Stock goes back to Kafka's committed offset, which is not the truth."""

    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002, FBT
        """Commit the durable positions: for whoever watches the group, never to start from."""
        mine = self.assignment()
        new = {tp: at for tp, at in self.positions().items() if tp in mine and at > (self._committed_offset[tp] or 0)}
        self._acked.clear()
        self._acked_index.clear()
        if not new or not await self._commit(new):
            return False
        self._committed_offset.update(new)
        return True

    # The one loop that seeks and fetches

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                await self._round()
        except (asyncio.CancelledError, ConsumerStoppedError):
            if not self.app.should_stop:
                raise

    async def _round(self) -> None:
        if self.wanted:
            await self._seek_wanted()
        ready = {tp for tp in self._get_active_partitions() if tp in self.cursor}
        if not ready or not self.flow_active:  # an empty set would mean "all" to the client
            await asyncio.sleep(IDLE_SECONDS)
            return
        epoch = self.epoch
        for tp, records in (await self._getmany(ready, FETCH_SECONDS) or {}).items():
            if epoch == self.epoch:
                await self._hand_over(tp, records, epoch)
        if epoch == self.epoch and time.monotonic() - self._checked > CHECK_SECONDS:
            self._checked = time.monotonic()
            await self._check_positions(epoch)
        await asyncio.sleep(0)

    async def _hand_over(self, tp: TP, records: list[Any], epoch: int) -> None:
        lap = self.lap.get(tp)
        for count, record in enumerate(records, 1):
            if count % YIELD_EVERY == 0:
                await asyncio.sleep(0)
            want = self.cursor.get(tp)
            if want is None or not self._current(tp, lap, epoch):
                return  # a goto or a rebalance came in between: this lap is void
            if record.offset > want:  # fetched records went missing below us
                self.log.warning("%s %d: fetched %d instead of %d", *tp, record.offset, want)
                self.goto(tp, want)
                return
            if record.offset < want:
                continue
            message = self._to_message(tp, record)
            message.generation_id = lap
            if not await self._delivered(tp, message):
                if self._current(tp, lap, epoch):
                    self.goto(tp, want)
                return
            if self._current(tp, lap, epoch):
                self.cursor[tp] = want + 1

    def _current(self, tp: TP, lap: int | None, epoch: int) -> bool:
        return epoch == self.epoch and self.lap.get(tp) == lap

    async def _delivered(self, tp: TP, message: Any) -> bool:
        """Whether the agent's queue surely has it. Not known: it will be handed over again, in a new lap."""
        full = any(channel.queue.full() for channel in self.app.topics._tp_index[tp])  # type: ignore[attr-defined]
        if self.app.flow_control.is_active() and not full:
            await self.callback(message)
            return True
        done = await self.wait_first(self.callback(message), self.suspend_flow.wait())
        return self.flow_active and not done.stopped

    async def _seek_wanted(self) -> None:
        for tp, offset in list(self.wanted.items()):
            lap = self.lap.get(tp)
            try:
                await self._thread.seek_wait({tp: offset})
            except IllegalStateError:  # not ours, or not any more: the agent will ask again
                if self.lap.get(tp) == lap:
                    self.wanted.pop(tp, None)
                continue
            except Exception as error:
                self.log.warning("seek %s %d to %d failed, again: %r", *tp, offset, error)
                await asyncio.sleep(IDLE_SECONDS * 10)
                continue
            if self.lap.get(tp) == lap and self.wanted.get(tp) == offset:
                del self.wanted[tp]
                self.cursor[tp] = offset

    async def _check_positions(self, epoch: int) -> None:
        """Also finds a dropped tail, which no later record would reveal."""
        for tp, want in list(self.cursor.items()):
            try:
                at = await asyncio.wait_for(self._thread.position(tp), 5)
            except Exception as error:
                self.log.warning("position of %s %d is not known just now: %r", *tp, error)
                continue
            if epoch == self.epoch and self.cursor.get(tp) == want and at != want:
                self.log.warning("%s %d: the client reads at %d instead of %d", *tp, at, want)
                self.goto(tp, want)


class Transport(driver.Transport):
    """Faust's driver with the consumer above."""

    Consumer = Consumer


def install() -> None:
    """Make `kafka://` mean this transport. Faust looks it up when an application is built."""
    drivers.TRANSPORTS.aliases["kafka"] = f"{__name__}:Transport"
