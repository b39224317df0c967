"""The relay on a real database and a real broker: in order, never skipping, whatever is killed."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

import deploy.topics
from shared import metrics
from shared.events import envelope
from shared.journal import relay, skew
from shared.journal.tails import Contradiction
from shared.topics import Topics
from tests.component.log import logs

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def intake(journal_url: str, kafka_bootstrap: str, topics: Topics) -> AsyncIterator[logs.Service]:
    async with logs.Service(journal_url, kafka_bootstrap, topics) as service:
        yield service


async def opened(intake: logs.Service) -> logs.Service:
    intake.lead()
    await logs.until(intake.is_open)
    return intake


async def test_what_is_appended_reaches_kafka_in_order(intake: logs.Service) -> None:
    await opened(intake)
    given = logs.many(300)

    results = await asyncio.gather(*(intake.append([row]) for row in given))
    await logs.until(intake.is_published)

    assert [result.status for (result,) in results] == ["accepted"] * 300
    verdict = await intake.judge()
    assert verdict.is_clean
    assert verdict.repeats == 0
    assert set(verdict.ids) == logs.ids(given)


async def test_headers_repeat_what_readers_and_tools_need(intake: logs.Service) -> None:
    await opened(intake)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    row = logs.row("prv-1")
    traced = replace(row, draft=row.draft.model_copy(update={"traceparent": trace}))
    (result,) = await intake.append([traced])
    await logs.until(intake.is_published)

    (record,) = logs.flat(await logs.records(intake.bootstrap, intake.names.name("ledger")))
    assert record.key == b"prv-1"
    assert record.partition == row.lane
    assert dict(record.headers) == {
        "id": str(row.draft.id).encode(),
        "type": b"careledger.quality_concern.raised.v1",
        "writer": b"intake",
        "sequence": b"0001000000000000001",
        "recordedtime": envelope.instant(result.recordedtime).encode(),  # type: ignore[arg-type]
        "traceparent": trace.encode(),
        "content-type": b"application/cloudevents+json",
    }


async def test_a_restart_begins_at_the_mark(intake: logs.Service) -> None:
    await opened(intake)
    await intake.append(logs.many(50))
    await logs.until(intake.is_published)
    await intake.stop_relay()
    await intake.append(logs.many(50, start=50))

    intake.lead()
    await logs.until(intake.is_published)

    verdict = await intake.judge()
    assert (verdict.is_clean, verdict.records) == (True, 100)


async def test_a_relay_killed_again_and_again_loses_and_doubles_nothing(intake: logs.Service) -> None:
    """kill -9 of real processes under load, at random moments."""
    given = logs.many(1200)

    def start() -> subprocess.Popen[bytes]:
        arguments = [intake.url, intake.bootstrap, intake.names.prefix]
        return subprocess.Popen([sys.executable, "-m", "tests.component.log.relay_process", *arguments], cwd=ROOT)

    async def load() -> None:
        for n in range(0, len(given), 10):
            await intake.append(given[n : n + 10])
            await asyncio.sleep(0.02)

    process = start()
    try:
        await logs.until(intake.is_open)
        loading = asyncio.create_task(load())
        while not loading.done():
            await asyncio.sleep(random.uniform(0.9, 1.3))
            process.kill()
            process.wait()
            process = start()
        await loading
        await logs.until(intake.is_published)
    finally:
        process.kill()
        process.wait()

    verdict = await intake.judge()
    assert verdict.is_clean
    assert set(verdict.ids) == logs.ids(given)


class Sleepy(relay.Relay):
    """Loses its lead between reading and sending, and sends all the same: a zombie."""

    naps = 3

    async def _publish(self, connection: Any, *arguments: Any) -> None:
        if self.naps:
            self.naps -= 1
            logs.one(
                logs.admin(self._address),
                "intake",
                "SELECT pg_terminate_backend(%s)",
                connection.info.backend_pid,
            )
            await asyncio.sleep(0.8)
        await super()._publish(connection, *arguments)


async def test_a_zombie_adds_repeats_and_nothing_else(intake: logs.Service) -> None:
    sleepy = Sleepy(intake.url, "intake", intake.bootstrap, intake.names, "intake")
    intake.tasks.append(asyncio.create_task(sleepy.run()))
    await logs.until(intake.is_open)
    intake.lead()
    given = logs.many(600)
    for n in range(0, len(given), 20):
        await intake.append(given[n : n + 20])
        await asyncio.sleep(0.05)
    await logs.until(intake.is_published)

    async def slept() -> bool:
        return sleepy.naps < 3

    await logs.until(slept)
    await asyncio.sleep(1)
    verdict = await intake.judge()
    assert verdict.is_clean
    assert set(verdict.ids) == logs.ids(given)


async def test_only_one_leads(intake: logs.Service) -> None:
    await opened(intake)
    first = intake.relay
    intake.lead()
    await intake.append(logs.many(5))
    await logs.until(intake.is_published)
    assert (first.leading, intake.relay.leading) == (True, False)


async def test_a_lost_topic_is_published_again(intake: logs.Service) -> None:
    await opened(intake)
    given = logs.many(120)
    await intake.append(given)
    await logs.until(intake.is_published)
    await intake.stop_relay()

    await deploy.topics.delete(intake.bootstrap, intake.names.name("ledger"))
    await logs.until(lambda: logs.creates(intake.bootstrap, intake.names.prefix))
    more = logs.many(5, start=120)
    await intake.append(more)
    intake.lead()

    async def all_there() -> bool:
        return len((await intake.judge()).ids) == 125

    await logs.until(all_there)
    verdict = await intake.judge()
    assert (verdict.is_clean, verdict.records) == (True, 125)
    assert set(verdict.ids) == logs.ids(given + more)


async def test_a_topic_made_anew_under_a_running_relay_is_a_matter_for_a_person(intake: logs.Service) -> None:
    """What it sends next is kept before anything tells it; it sees that at once, and does not go on."""
    leading = (await opened(intake)).tasks[-1]
    await intake.append(logs.many(120))
    await logs.until(intake.is_published)
    await deploy.topics.delete(intake.bootstrap, intake.names.name("ledger"))
    await logs.until(lambda: logs.creates(intake.bootstrap, intake.names.prefix))

    await intake.append(logs.many(120, start=120))

    with pytest.raises(Contradiction, match="hole"):
        await asyncio.wait_for(leading, 2 * logs.DEADLINE)


async def test_it_says_how_much_is_unpublished(intake: logs.Service) -> None:
    logs.open_journal(intake.url, "intake")
    await intake.append(logs.many(30))
    await opened(intake)
    await logs.until(intake.is_published)

    async def said() -> bool:
        return bool(metrics.JOURNAL_UNPUBLISHED.labels("intake")._value.get() == 0) and intake.relay.unpublished == 0

    await logs.until(said)


@pytest.mark.parametrize("whose", ["database", "broker"])
async def test_clocks_that_differ_end_it_loudly(
    intake: logs.Service, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    module = skew if whose == "database" else relay
    await opened(intake)
    await intake.stop_relay()
    real = module.time.time
    monkeypatch.setattr(module, "time", Shifted(real))
    await intake.append(logs.many(1))

    with pytest.raises(skew.ClockSkew, match=whose):
        await asyncio.wait_for(intake.lead(), logs.DEADLINE)


class Shifted:
    """A host whose clock is ten seconds ahead."""

    def __init__(self, real: Any) -> None:
        self.time = lambda: real() + 10
        self.monotonic = relay.time.monotonic


async def test_a_journal_that_contradicts_kafka_is_a_matter_for_a_person(intake: logs.Service) -> None:
    await opened(intake)
    await intake.append(logs.many(3, keys=1))
    await logs.until(intake.is_published)
    await intake.stop_relay()
    with psycopg.connect(logs.admin(intake.url)) as connection:
        connection.execute("SET search_path TO intake; ALTER TABLE journal DISABLE TRIGGER USER")
        connection.execute("UPDATE journal SET hash = repeat('0', 64)")

    with pytest.raises(Contradiction):
        await asyncio.wait_for(intake.lead(), logs.DEADLINE)
