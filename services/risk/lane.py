"""One ledger partition as it is worked through: record by record, batch by batch, sweep by sweep.

Whatever becomes durable does so through a `Desk`: the agent's writes to Kafka, a plain fold's only to memory.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

import msgspec

from services.risk.changelog import LIMIT, TooLarge
from services.risk.judge import Judge, stage_of
from services.risk.memory import Change, Held, Memory, PartitionRecord, ProviderRecord, Staged
from services.risk.publish import Cause
from services.risk.remembered import partition
from services.risk.remembered.partition import Place
from services.risk.remembered.state import empty
from shared import events
from shared.events import Event
from shared.kafka import dead_letter
from shared.kafka.record import RawRecord
from shared.topics import LEDGER

logger = logging.getLogger(__name__)

YIELD_EVERY = 20


class Hole(Exception):
    """A writer's record is missing before this one."""


class UnusableMark(Exception):
    """A mark that cannot be folded: time or policy would be guessed from here on, so the partition stops."""


class Interrupted(Exception):
    """The partition is wanted elsewhere: what is durable stays, the rest is dropped."""


class Desk(Protocol):
    """Where a lane's work becomes durable."""

    async def write(self, lane: "Lane", staged: Staged) -> None:
        """Make it durable: the truth first, then what is said."""

    async def letter(self, record: RawRecord, reason: str) -> int:
        """Set a record aside; returns the offset behind its letter."""

    async def need(self, digest: str) -> None:
        """Wait until this policy or baseline is known."""

    def interrupted(self) -> bool:
        """Whether to let go at the next chance."""


class Lane:
    """One partition, owned."""

    def __init__(
        self, memory: Memory, judge: Judge, desk: Desk, now: Callable[[], datetime], limit: int = LIMIT
    ) -> None:
        self.memory, self.judge, self._desk, self.now, self._limit = memory, judge, desk, now, limit
        self._staged = Staged(memory)
        self._count = 0

    @property
    def here(self) -> PartitionRecord:
        """The partition as it is, counting what is not durable yet."""
        return self._staged.partition

    def known(self, provider_id: str) -> ProviderRecord | None:
        """A provider as it is, counting what is not durable yet."""
        return self._staged.provider(provider_id)

    def providers(self) -> list[str]:
        """Ids of all that are known, in order."""
        return self._staged.providers()

    @property
    def number(self) -> int:
        """The partition."""
        return self.memory.partition.state.number

    @property
    def next(self) -> int:
        """The offset to be applied next, counting what is not durable yet."""
        return self.here.offset + 1

    @property
    def durable(self) -> int:
        """The offset to be applied next, as the changelog has it."""
        return self.memory.partition.offset + 1

    async def take(self, record: RawRecord) -> None:
        """Apply the next record. Raises Hole, UnusableMark, Interrupted."""
        if self.here.sweep is not None:
            await self.sweep()
        await self.breathe()
        try:
            event = events.decode(record.raw)
        except ValueError as error:
            await self._unreadable(record, error)
            return
        here = self.here
        match partition.place_of(here.state, event):
            case Place.HOLE:
                raise Hole(f"{event.writer} {event.prevsequence} is missing before {event.sequence}")
            case Place.REPEAT:
                await self.stage(Change(self.judge.passed(here, record.offset)))
            case Place.NEXT if partition.is_mark(event):
                await self._mark(event, record)
            case Place.NEXT:
                await self._fact(event, record)

    async def flush(self) -> None:
        """Make what is staged durable."""
        if self._staged:
            await self._desk.write(self, self._staged)
            self._staged.settle()
            self._staged = Staged(self.memory)

    async def sweep(self) -> None:
        """Judge everybody whom a mark concerns, from where it was left. Raises Interrupted."""
        sweep = self.here.sweep
        if sweep is None:
            return
        await self.ready(sweep.before)
        for provider_id in self.providers():
            known = self.known(provider_id)
            if provider_id <= sweep.after or known is None:
                continue
            if self._desk.interrupted():
                raise Interrupted
            await self.breathe()
            here = self.here
            broken = await self.attempt(partial(self.judge.swept, here, provider_id, known, self.now()))
            if broken is not None:
                await self.hold(self.judge.skipped(here, provider_id), known, self.nothing(known, sweep.cause), broken)
        await self.stage(self.judge.sweep_ended(self.here, self.now()))
        await self.flush()

    async def ready(self, *more: partition.PartitionState) -> None:
        """Wait until every policy and baseline in force, here and in `more`, is known."""
        for state in (self.here.state, *more):
            for digest in sorted(state.texts()):
                await self._desk.need(digest)

    def held(self) -> dict[str, Held]:
        """Providers with a record that could not be processed."""
        providers = self.memory.providers
        return {id_: held for id_ in sorted(self.memory.held) if (held := providers[id_].held) is not None}

    def unprocessed(self) -> Counter[str]:
        """How many providers of each place those are."""
        return Counter(self.memory.providers[id_].state.place for id_ in self.memory.held)

    # What a record can be

    async def _mark(self, event: Event, record: RawRecord) -> None:
        if event.kind != "day.closed" and (digest := event.data.get("digest")) is not None:
            await self._desk.need(str(digest))
        try:
            change = self.judge.mark(self.here, event, record.offset)
        except Exception as error:
            await self.flush()
            raise UnusableMark(f"{event.kind} at {record.offset}: {dead_letter.reason(error)}") from error
        await self.stage(change)
        if self.here.sweep is not None:
            await self.flush()
            await self.sweep()

    async def _fact(self, event: Event, record: RawRecord) -> None:
        known = self.known(event.subject)
        passed = self.judge.passed(self.here, record.offset, event)
        if known is not None and known.held is not None:
            await self.stage(self.judge.parked(passed, known))
            return
        broken = await self.attempt(partial(self.judge.fact, passed, known, event, self.now()))
        if broken is not None:
            await self.hold(passed, known, record, broken, event)

    async def attempt(self, judged: Callable[[], Change]) -> Exception | None:
        """Stage what the core says. If it breaks, or says more than fits any batch: why; that is this record's own."""
        try:
            change = judged()
        except MemoryError:
            raise
        except Exception as error:
            return error
        try:
            await self.stage(change)
        except TooLarge as error:
            return error
        return None

    async def _unreadable(self, record: RawRecord, error: Exception) -> None:
        """Not an event. The headers say whose row it was, so that the next one shows no hole."""
        here = self.here
        passed = self.judge.passed(here, record.offset)
        writer, sequence = record.headers.get("writer"), record.headers.get("sequence", b"")
        if writer is not None and sequence.isdigit():
            sequences = {**here.state.sequences, writer.decode(): int(sequence)}
            passed = msgspec.structs.replace(passed, state=msgspec.structs.replace(here.state, sequences=sequences))
        if not record.key or record.key.startswith("partition/"):
            await self._desk.letter(record, dead_letter.reason(error))
            await self.flush()
            raise UnusableMark(f"unreadable at {record.offset}: {dead_letter.reason(error)}") from error
        known = self.known(record.key)
        if known is not None and known.held is not None:
            await self.stage(self.judge.parked(passed, known))
            return
        await self.hold(passed, known, record, error)

    async def hold(
        self,
        passed: PartitionRecord,
        known: ProviderRecord | None,
        record: RawRecord,
        error: Exception,
        event: Event | None = None,
    ) -> None:
        """Caught alone: set aside, its provider's level unknown, whatever comes later of that provider waits."""
        known = known or ProviderRecord(empty(record.key, "" if event is None else event.place))
        cause = Cause.of_record(record, known.state.place) if event is None else Cause.of(event)
        reason = dead_letter.reason(error)
        logger.error("%s %d at %d cannot be processed: %s", record.topic, record.partition, record.offset, reason)
        behind = await self._desk.letter(record, reason)
        at = stage_of(self.here.state, known.state.place) if known.held is None else known.held.at
        waiting = 0 if known.held is None else known.held.waiting
        held = Held(cause.id, record.offset, reason, behind, at, waiting)
        await self.stage(self.judge.held(passed, known, held, cause, self.now()))

    def nothing(self, known: ProviderRecord, cause: str) -> RawRecord:
        """Stands for a provider's next record, where none broke the core but time alone."""
        return RawRecord(
            topic=LEDGER,
            partition=self.number,
            offset=self.next,
            key=known.state.provider_id,
            raw=b"",
            timestamp=self.now(),
            headers={"id": cause.encode()},
        )

    async def stage(self, change: Change) -> None:
        """Add to the batch; what does not fit any more becomes durable first. Raises TooLarge for what never fits."""
        if not self._staged.add(change, self._limit):
            await self.flush()
            if not self._staged.add(change, self._limit):
                raise TooLarge(f"one change of partition {self.number}")

    async def breathe(self) -> None:
        """Let others have the event loop, now and then."""
        self._count += 1
        if self._count % YIELD_EVERY == 0:
            await asyncio.sleep(0)
