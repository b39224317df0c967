"""A topic set under test: what was written to the ledger, and what must be true of what came out."""

import asyncio
import os
import pathlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.risk import folding, memory
from services.risk.commands import desk
from services.risk.desk import Desk
from services.risk.judge import Judge
from services.risk.lane import Lane
from services.risk.memory import Memory, PartitionRecord, Staged
from services.risk.policies import Policies
from services.risk.remembered.partition import PartitionState
from services.risk.settings import RiskSettings
from shared import clock, events, policy
from shared.events import envelope
from shared.kafka.order import judge
from shared.topics import PARTITIONS, Topics
from tests.component.risk.worker import Worker
from tests.support import ledger as ledgers
from tests.support import servers
from tests.support.settings import environment, settings_of

ROOT = pathlib.Path(__file__).parents[3]
Words = tuple[str, str, bytes]


@dataclass
class Proof:
    """What was found."""

    positions: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    said: dict[int, list[events.Event]] = field(default_factory=dict)
    """Each event once, by partition, in order."""
    expected: dict[int, list[Words]] = field(default_factory=dict)
    """What a plain fold says."""
    repeats: int = 0

    @property
    def kinds(self) -> Counter[str]:
        """How often each kind was said."""
        return Counter(event.kind for said in self.said.values() for event in said)

    def about(self, provider: str) -> list[events.Event]:
        """What was said about one provider."""
        return [event for said in self.said.values() for event in said if event.subject == provider]


class Capturing(folding.Plain):
    """A desk that keeps what is said."""

    def __init__(self, need: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(need)
        self.said: list[memory.Record] = []

    async def write(self, lane: Lane, staged: Staged) -> None:
        """Keep it."""
        self.said += staged.outputs


class World:
    """One topic set."""

    def __init__(self, bootstrap: str, topics: Topics) -> None:
        self.bootstrap, self.topics = bootstrap, topics
        self.ledger = ledgers.Ledger()
        self._written = 0

    @property
    def settings(self) -> RiskSettings:
        """Settings of a service over it."""
        made = settings_of(
            "risk", kafka_bootstrap=self.bootstrap, topic_set=self.topics.prefix, places_seconds=5, port=0
        )
        assert isinstance(made, RiskSettings)
        return made

    def adopt(self, **options: Any) -> str:
        """The place adopts Herefordshire's pack."""
        return self.ledger.adopt(policy.load("herefordshire-2018"), **options)

    def write(self) -> None:
        """Send whatever was sealed since the last time."""
        self.write_only(self.ledger.records[self._written :])

    def write_only(self, records: Sequence[ledgers.Sealed]) -> None:
        """Send these, and take all that was sealed so far for sent."""
        self._written = len(self.ledger.records)
        servers.run(ledgers.publish(self.bootstrap, self.topics, records))

    def command(self, *arguments: str, **faults: str) -> "subprocess.CompletedProcess[str]":
        """A command of the service; with `faults`, of the one that has them."""
        env = os.environ | environment(KAFKA_BOOTSTRAP=self.bootstrap, TOPIC_SET=self.topics.prefix) | faults
        argv = [sys.executable, "-m", "tests.support.faulty_risk" if faults else "services.risk", *arguments]
        return subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    def settle(self, *workers: Worker, seconds: float = 90) -> None:
        """Wait until the truth has reached the ledger's end and nothing is left to sweep."""
        servers.run(self._settle(workers, time.monotonic() + seconds))

    async def _settle(self, workers: tuple[Worker, ...], deadline: float) -> None:
        async with desk(self.settings) as (connected, _):
            left = list(range(PARTITIONS))
            while left := [number for number in left if not await _settled(connected, number)]:
                for worker in workers:
                    worker.sight()
                lines = [line for worker in workers for line in worker.lines[-15:]]
                assert time.monotonic() < deadline, "\n".join([f"partitions {left} are behind", *lines])
                await asyncio.sleep(0.3)  # each look reads whole changelogs: leave the cores to the workers

    def prove(self) -> Proof:
        """Look at everything: states, positions, what was said."""
        return servers.run(self._prove())

    async def _prove(self) -> Proof:
        proof = Proof()
        async with desk(self.settings) as (connected, policies):
            for number in range(PARTITIONS):
                await _look(connected, policies, number, proof)
        return proof


async def _settled(connected: Desk, number: int) -> bool:
    _, end = await connected.reader.bounds(connected.ledger, number)
    truth, _ = await connected.changelog.read(number)
    kept, _ = memory.restore(number, truth)
    return kept.partition.offset + 1 == end and kept.partition.sweep is None


async def _look(connected: Desk, policies: Policies, number: int, proof: Proof) -> None:
    truth, _ = await connected.changelog.read(number)
    kept, _ = memory.restore(number, truth)
    proof.positions[number] = kept.partition.offset + 1
    _, proof.ends[number] = await connected.reader.bounds(connected.ledger, number)
    capturing = Capturing(connected.need)
    judging = Judge(connected.version, policies.rules, policies.baseline)
    lane = Lane(Memory(PartitionRecord(PartitionState(number))), judging, capturing, clock.now)
    async for record in connected.records(number, 0, proof.positions[number]):
        await lane.take(record)
    await lane.flush()
    proof.differences += [f"{number}: {each}" for each in folding.compared(kept, lane.memory)]
    proof.expected[number] = [words(events.decode(value)) for _, value, _ in capturing.said]
    await _heard(connected, number, proof)


async def _heard(connected: Desk, number: int, proof: Proof) -> None:
    """Each once, in an unbroken order and chain; whatever is there again is the same to the byte."""
    seen: dict[int, bytes] = {}
    chains: dict[str, str] = {}
    last, kept = 0, proof.said.setdefault(number, [])
    begin, end = await connected.reader.bounds(connected.assessments, number)
    async for record in connected.reader.records(connected.assessments, number, begin, end):
        event = events.decode(record.value)
        assert envelope.is_whole(record.value)
        if judge(last, event.sequence, event.prevsequence) == "repeat":
            assert seen[event.sequence] == record.value, f"{event.id} has two contents"
            proof.repeats += 1
            continue
        assert event.prevsequence == last, f"a hole in what is said before {event.sequence}"
        assert event.prevhash == chains.get(event.subject, "")
        assert dict(record.headers)["id"] == str(event.id).encode()
        last, chains[event.subject], seen[event.sequence] = event.sequence, event.hash, record.value
        kept.append(event)


def words(event: events.Event) -> Words:
    """What does not depend on when it was said."""
    return str(event.id), event.type, orjson.dumps(event.data, option=orjson.OPT_SORT_KEYS)


def whole(proof: Proof) -> None:
    """Every state equals a plain fold; positions are exact; what was said is what a plain fold says, once, in order."""
    assert proof.differences == []
    assert proof.positions == proof.ends
    for number, said in proof.said.items():
        assert [words(event) for event in said] == proof.expected[number]
