"""One ledger partition as it is worked through: record by record, batch by batch, sweep by sweep.

Whatever becomes durable does so through a `Desk`: the agent's writes to Kafka, a plain fold's only to memory.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Protocol

import msgspec

from services.risk import partition
from services.risk.changelog import LIMIT, TooLarge
from services.risk.judge import Judge, stage_of
from services.risk.memory import Change, Held, Memory, PartitionRecord, ProviderRecord, Staged
from services.risk.partition import Place
from services.risk.publish import Cause
from services.risk.state import empty
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
        """Wait until this policy is known."""

    def interrupted(self) -> bool:
        """Whether to let go at the next chance."""


class Lane:
    """One partition, owned."""

    def __init__(self, memory: Memory, judge: Judge, desk: Desk, now: Callable[[], datetime]) -> None:
        self.memory, self._judge, self._desk, self._now = memory, judge, desk, now
        self._staged = Staged(memory)
        self._count = 0

    @property
    def number(self) -> int:
        """The partition."""
        return self.memory.partition.state.number

    @property
    def next(self) -> int:
        """The offset to be applied next, counting what is not durable yet."""
        return self._staged.partition.offset + 1

    @property
    def durable(self) -> int:
        """The offset to be applied next, as the changelog has it."""
        return self.memory.partition.offset + 1

    async def take(self, record: RawRecord) -> None:
        """Apply the next record. Raises Hole, UnusableMark, Interrupted."""
        if self._staged.partition.sweep is not None:
            await self.sweep()
        await self._breathe()
        try:
            event = events.decode(record.raw)
        except ValueError as error:
            await self._unreadable(record, error)
            return
        here = self._staged.partition
        match partition.place_of(here.state, event):
            case Place.HOLE:
                raise Hole(f"{event.writer} {event.prevsequence} is missing before {event.sequence}")
            case Place.REPEAT:
                await self._stage(Change(self._judge.passed(here, record.offset)))
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
        sweep = self._staged.partition.sweep
        if sweep is None:
            return
        await self.ready(sweep.before)
        for provider_id in self._staged.providers():
            known = self._staged.provider(provider_id)
            if provider_id <= sweep.after or known is None:
                continue
            if self._desk.interrupted():
                raise Interrupted
            await self._breathe()
            here = self._staged.partition
            broken = await self._attempt(partial(self._judge.swept, here, provider_id, known, self._now()))
            if broken is not None:
                await self._hold(
                    self._judge.skipped(here, provider_id), known, self._nothing(known, sweep.cause), broken
                )
        await self._stage(self._judge.sweep_ended(self._staged.partition, self._now()))
        await self.flush()

    async def ready(self, *more: partition.PartitionState) -> None:
        """Wait until every policy in force, here and in `more`, is known."""
        for state in (self._staged.partition.state, *more):
            for in_force in state.policies.values():
                await self._desk.need(in_force.digest)

    def held(self) -> dict[str, Held]:
        """Providers with a record that could not be processed."""
        providers = self.memory.providers
        return {id_: held for id_ in sorted(self.memory.held) if (held := providers[id_].held) is not None}

    def unprocessed(self) -> Counter[str]:
        """How many providers of each place those are."""
        return Counter(self.memory.providers[id_].state.place for id_ in self.memory.held)

    async def retry(self, provider_id: str, records: AsyncIterator[RawRecord]) -> bool:
        """What is held of a provider, and what waits behind it, once more. `records`: the ledger from there to here.

        False: it, or a later one, still cannot be processed.
        """
        known = self.memory.providers[provider_id]
        if known.held is None:
            return True
        await self.ready(known.held.at)
        seen, cause = dict(known.held.at.sequences), Cause.release(known.held.event_id, known.state.place)
        async for record in records:
            await self._breathe()
            if record.key != provider_id:
                continue
            here, known = self._staged.partition, self._staged.provider(provider_id) or known
            try:
                event = events.decode(record.raw)
            except ValueError as error:
                return await self._held_again(here, known, record, error)
            if event.sequence <= seen.get(event.writer, 0):
                continue
            judged = partial(self._judge.retried, here, known, event, record.offset, self._now())
            if (broken := await self._attempt(judged)) is not None:
                return await self._held_again(here, known, record, broken)
            seen[event.writer], cause = event.sequence, Cause.of(event)
        here, known = self._staged.partition, self._staged.provider(provider_id) or known
        broken = await self._attempt(partial(self._judge.resumed, here, known, cause, self._now()))
        if broken is not None:
            return await self._held_again(here, known, self._nothing(known, cause.id), broken)
        await self.flush()
        return True

    # What a record can be

    async def _mark(self, event: Event, record: RawRecord) -> None:
        if event.kind == "policy.in_force":
            await self._desk.need(str(event.data.get("digest")))
        try:
            change = self._judge.mark(self._staged.partition, event, record.offset)
        except Exception as error:
            await self.flush()
            raise UnusableMark(f"{event.kind} at {record.offset}: {dead_letter.reason(error)}") from error
        await self._stage(change)
        if self._staged.partition.sweep is not None:
            await self.flush()
            await self.sweep()

    async def _fact(self, event: Event, record: RawRecord) -> None:
        known = self._staged.provider(event.subject)
        passed = self._judge.passed(self._staged.partition, record.offset, event)
        if known is not None and known.held is not None:
            await self._stage(self._judge.parked(passed, known))
            return
        broken = await self._attempt(partial(self._judge.fact, passed, known, event, self._now()))
        if broken is not None:
            await self._hold(passed, known, record, broken, event)

    async def _attempt(self, judged: Callable[[], Change]) -> Exception | None:
        """Stage what the core says. If it breaks, or says more than fits any batch: why; that is this record's own."""
        try:
            change = judged()
        except MemoryError:
            raise
        except Exception as error:
            return error
        try:
            await self._stage(change)
        except TooLarge as error:
            return error
        return None

    async def _held_again(
        self, here: PartitionRecord, known: ProviderRecord, record: RawRecord, error: Exception
    ) -> bool:
        await self._hold(here, known, record, error)
        await self.flush()
        return False

    async def _unreadable(self, record: RawRecord, error: Exception) -> None:
        """Not an event. The headers say whose row it was, so that the next one shows no hole."""
        here = self._staged.partition
        passed = self._judge.passed(here, record.offset)
        writer, sequence = record.headers.get("writer"), record.headers.get("sequence", b"")
        if writer is not None and sequence.isdigit():
            sequences = {**here.state.sequences, writer.decode(): int(sequence)}
            passed = msgspec.structs.replace(passed, state=msgspec.structs.replace(here.state, sequences=sequences))
        if not record.key or record.key.startswith("partition/"):
            await self._desk.letter(record, dead_letter.reason(error))
            await self.flush()
            raise UnusableMark(f"unreadable at {record.offset}: {dead_letter.reason(error)}") from error
        known = self._staged.provider(record.key)
        if known is not None and known.held is not None:
            await self._stage(self._judge.parked(passed, known))
            return
        await self._hold(passed, known, record, error)

    async def _hold(
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
        at = stage_of(self._staged.partition.state, known.state.place) if known.held is None else known.held.at
        waiting = 0 if known.held is None else known.held.waiting
        held = Held(cause.id, record.offset, reason, behind, at, waiting)
        await self._stage(self._judge.held(passed, known, held, cause, self._now()))

    def _nothing(self, known: ProviderRecord, cause: str) -> RawRecord:
        """Stands for a provider's next record, where none broke the core but time alone."""
        return RawRecord(
            topic=LEDGER,
            partition=self.number,
            offset=self.next,
            key=known.state.provider_id,
            raw=b"",
            timestamp=self._now(),
            headers={"id": cause.encode()},
        )

    async def _stage(self, change: Change) -> None:
        """Add to the batch; what does not fit any more becomes durable first. Raises TooLarge for what never fits."""
        if not self._staged.add(change, LIMIT):
            await self.flush()
            if not self._staged.add(change, LIMIT):
                raise TooLarge(f"one change of partition {self.number}")

    async def _breathe(self) -> None:
        self._count += 1
        if self._count % YIELD_EVERY == 0:
            await asyncio.sleep(0)
