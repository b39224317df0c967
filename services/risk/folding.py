"""A plain fold of the whole ledger, in memory, and the proof that every state that risk keeps equals it."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing

from services.risk import memory
from services.risk.desk import Desk
from services.risk.judge import Judge
from services.risk.lane import Lane
from services.risk.memory import Memory, PartitionRecord, ProviderRecord, Staged
from services.risk.remembered.partition import PartitionState
from shared import clock
from shared.kafka.record import RawRecord

logger = logging.getLogger(__name__)


class Plain:
    """A desk that keeps nothing but the lane's own memory."""

    def __init__(self, need: Callable[[str], Awaitable[None]]) -> None:
        self._need = need

    async def write(self, lane: Lane, staged: Staged) -> None:
        """Nothing is to be durable."""

    async def letter(self, record: RawRecord, reason: str) -> int:  # noqa: ARG002
        """Nothing is set aside."""
        return 0

    async def need(self, digest: str) -> None:
        """Wait until this policy is known. Raises UnusablePolicy."""
        await self._need(digest)

    def interrupted(self) -> bool:
        """Never."""
        return False


async def fold(
    records: AsyncIterator[RawRecord], number: int, judge: Judge, need: Callable[[str], Awaitable[None]]
) -> Memory:
    """One partition of the ledger, from nothing. Raises Hole, UnusableMark, UnusablePolicy."""
    lane = Lane(Memory(PartitionRecord(PartitionState(number))), judge, Plain(need), clock.now)
    async for record in records:
        await lane.take(record)
    await lane.sweep()
    await lane.flush()
    return lane.memory


class Unsettled(Exception):
    """The worker is in the middle of a sweep: ask again."""


async def differences(desk: Desk, number: int, judge: Judge) -> tuple[list[str], Memory]:
    """How the truth of one partition differs from a fold of the ledger up to its position, and that truth.

    Raises Unsettled, and what `fold` raises.
    """
    truth, _ = await desk.changelog.read(number)
    kept, _ = memory.restore(number, truth)
    if kept.partition.sweep is not None:
        raise Unsettled(f"partition {number} is being swept")
    first, _ = await desk.reader.bounds(desk.ledger, number)
    async with aclosing(desk.records(number, first, kept.partition.offset + 1)) as records:
        folded = await fold(records, number, judge, desk.need)
    return list(compared(kept, folded)), kept


def compared(kept: Memory, folded: Memory) -> Iterator[str]:
    """How two memories of a partition differ, in words."""
    if memory.encode(kept.partition.state) != memory.encode(folded.partition.state):
        yield "the partition itself"
    for provider_id in sorted(kept.providers.keys() | folded.providers.keys()):
        ours, theirs = kept.providers.get(provider_id), folded.providers.get(provider_id)
        if ours is None or theirs is None:
            yield f"{provider_id}: only in the {'ledger' if ours is None else 'changelog'}"
        elif _word(ours) != _word(theirs):
            yield f"{provider_id}: another state"


def _word(record: ProviderRecord) -> bytes:
    """What must be equal: all that is known, and what was last said. Numbers and chains are a version's own."""
    held = None if record.held is None else (record.held.event_id, record.held.offset, record.held.waiting)
    return memory.encode((record.state, record.said, held))
