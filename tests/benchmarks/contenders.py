"""The two that are measured, as processes of their own: the risk service, and the plain stock Faust application."""

import asyncio
import atexit
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import calendar, events
from shared.topics import PARTITIONS
from tests.component.risk.worker import Worker
from tests.component.risk.world import World
from tests.support.settings import environment

ROOT = pathlib.Path(__file__).parents[2]
SECONDS = 1800.0


class Ours:
    """The risk service."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.worker = Worker(world.topics, "bench", KAFKA_BOOTSTRAP=world.bootstrap)
        _wait(lambda: self.worker.ready)
        self.since = time.monotonic()
        """When it was at work."""

    def until(self, judged: int) -> float:
        """Wait until so many events were judged; when that was."""
        _wait(lambda: self._judged() >= judged)
        return time.monotonic()

    def _judged(self) -> float:
        lines = self.worker.metrics().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("careledger_assessments_total{"))

    def close(self, world: World) -> float:
        """Close a day; how long until everybody was judged at it."""
        day = calendar.london_date(world.ledger.clock)
        world.ledger.close_day(day)
        began = time.monotonic()
        world.write()
        asyncio.run(_judged_day(world, day))
        return time.monotonic() - began

    def again(self) -> float:
        """Kill -9 and start; how long until it is at work."""
        self.worker.kill()
        began = time.monotonic()
        self.worker.start()
        _wait(lambda: self.worker.ready)
        return time.monotonic() - began


class Stock:
    """The stock application."""

    def __init__(self, world: World, name: str, scratch: pathlib.Path) -> None:
        self._env = os.environ | environment(
            KAFKA_BOOTSTRAP=world.bootstrap,
            TOPIC_SET=world.topics.prefix,
            BENCH_PACK=name,
            BENCH_FOLDER=str(scratch),
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until its table is back."""
        argv = [sys.executable, "-m", "tests.benchmarks.stock_faust"]
        self._process = subprocess.Popen(
            argv, env=self._env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        atexit.register(self._process.kill)  # whatever happens to the measuring
        self.seen: dict[str, float] = {}
        self.until_said("recovered")

    def until(self, applied: int) -> float:
        """Wait until so many events were applied; when that was."""
        return self.until_said(f"applied {applied // 500 * 500}")

    def until_said(self, word: str) -> float:
        """Read what it prints; when it said that."""
        assert self._process.stdout is not None
        while word not in self.seen:
            line = self._process.stdout.readline()
            assert line, "the stock worker has ended"
            if line.startswith(("recovered", "applied")):  # else it is the library's own banner
                said, _, at = line.strip().rpartition(" ")
                self.seen[said] = float(at)
        return self.seen[word]

    def again(self) -> float:
        """Kill -9 and start; how long until its table is back."""
        self._process.kill()
        self._process.wait()
        began = time.monotonic()
        self.start()
        taken = self.seen["recovered"] - began
        self._process.kill()
        self._process.wait()
        return taken


async def _judged_day(world: World, day: date) -> None:
    """Wait until every partition says that all its providers were judged at a day."""
    consumer = AIOKafkaConsumer(bootstrap_servers=world.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        topic, left = world.topics.name("assessments"), set(range(PARTITIONS))
        consumer.assign([TopicPartition(topic, number) for number in left])
        while left:
            for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                for record in records:
                    if b"day.judged" in record.value and events.decode(record.value).data["date"] == day.isoformat():
                        left.discard(tp.partition)
    finally:
        await consumer.stop()


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
