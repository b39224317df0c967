"""A ledger partition, a changelog and an `assessments` partition in memory, and a worker over them that may crash."""

from dataclasses import dataclass, field
from functools import cache

import orjson

from services.risk import memory
from services.risk.criteria import Rules
from services.risk.judge import Judge
from services.risk.lane import Interrupted, Lane
from services.risk.memory import Staged
from shared import clock, events, policy
from shared.journal.rows import partition_of
from shared.kafka import order
from shared.kafka.record import RawRecord
from tests.support import ledger as ledgers

PARTITION = 3
LIMIT = 60_000
"""Bytes of a batch: so few that a sweep needs several."""
Words = tuple[str, str, bytes]


def homes(count: int) -> list[str]:
    """Providers of this partition."""
    return [name for name in map(ledgers.provider_id, range(500)) if partition_of(name) == PARTITION][:count]


@cache
def rules() -> Rules:
    """Herefordshire's pack, made ready."""
    return Rules(policy.load("herefordshire-2018"))


class Crash(Exception):
    """The process is gone."""


@dataclass
class Log:
    """What is durable."""

    ledger: list[RawRecord] = field(default_factory=list)
    truth: dict[bytes, bytes] = field(default_factory=dict)
    assessments: list[memory.Record] = field(default_factory=list)
    letters: list[tuple[RawRecord, str]] = field(default_factory=list)
    batches: int = 0

    def add(self, sealed: ledgers.Sealed, *, value: bytes | None = None) -> None:
        """One more record of the ledger."""
        self.ledger.append(
            RawRecord(
                topic="ledger",
                partition=PARTITION,
                offset=len(self.ledger),
                key=sealed.key.decode(),
                raw=sealed.value if value is None else value,
                timestamp=sealed.event.recordedtime,
                headers=dict(sealed.headers),
            )
        )

    def said(self) -> list[events.Event]:
        """Each once, in an unbroken order; what is there again must be the same."""
        seen: dict[int, bytes] = {}
        last, kept = 0, []
        for _, value, _ in self.assessments:
            event = events.decode(value)
            verdict = order.judge(last, event.sequence, event.prevsequence)
            assert verdict != "hole"
            if verdict == "repeat":
                assert seen[event.sequence] == value
                continue
            last, seen[event.sequence] = event.sequence, value
            kept.append(event)
        return kept


@dataclass
class Worker:
    """One life of a process: from what is durable, until it crashes or is told to stop."""

    log: Log
    crash: tuple[str, int] = ("never", 0)
    """Before the truth of this batch, before its outputs, or after them."""
    interrupt_after: int = -1
    asked: int = 0

    def __post_init__(self) -> None:
        kept, outputs = memory.restore(PARTITION, self.log.truth)
        self.log.assessments += outputs
        self.lane = Lane(kept, Judge(1, lambda _: rules()), self, clock.now, LIMIT)

    async def write(self, lane: Lane, staged: Staged) -> None:
        """The truth, then what is said; or not even that."""
        turn = self.log.batches
        self._perhaps("before_truth", turn)
        self.log.batches += 1
        for key, body in staged.bodies().items():
            self.log.truth[key] = body
        self._perhaps("before_outputs", turn)
        self.log.assessments += staged.outputs
        self._perhaps("after", turn)

    def _perhaps(self, moment: str, turn: int) -> None:
        if self.crash == (moment, turn):
            raise Crash

    async def letter(self, record: RawRecord, reason: str) -> int:
        """Set aside."""
        self.log.letters.append((record, reason))
        return len(self.log.letters)

    async def need(self, digest: str) -> None:
        """It is there."""

    def interrupted(self) -> bool:
        """Once, in the middle of a sweep."""
        self.asked += 1
        return self.asked == self.interrupt_after

    async def work(self, flush_every: int) -> None:
        """From where it is to the end of the ledger, in batches. Raises Crash, Interrupted."""
        await self.lane.sweep()
        for count, record in enumerate(self.log.ledger[self.lane.next :], 1):
            await self.lane.take(record)
            if count % flush_every == 0:
                await self.lane.flush()
        await self.lane.flush()


async def plain(ledger: list[RawRecord]) -> Log:
    """What one life without any trouble leaves."""
    log = Log(list(ledger))
    await Worker(log).work(10**9)
    return log


def words(event: events.Event) -> Words:
    """What does not depend on when it was said."""
    return str(event.id), event.type, orjson.dumps(event.data, option=orjson.OPT_SORT_KEYS)


def states(log: Log) -> dict[str, bytes]:
    """Everything known, by provider, and the partition."""
    kept, _ = memory.restore(PARTITION, log.truth)
    found = {id_: memory.encode((each.state, each.said, each.number)) for id_, each in kept.providers.items()}
    return found | {"": memory.encode((kept.partition.state, kept.partition.offset, kept.partition.sweep))}


__all__ = ["Crash", "Interrupted", "Log", "Worker", "plain", "states", "words"]
