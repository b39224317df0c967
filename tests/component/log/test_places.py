"""`places`: read whole before the start, followed afterwards, and never with a text missing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from shared import calendar, clock, events, identifiers
from shared.events import envelope
from shared.journal.rows import Row
from shared.kafka.places import Broken, Places
from shared.topics import Topics
from tests.component.log import logs

PLACE = "X00000001"


def today() -> date:
    """At this moment: a run may last over midnight."""
    return calendar.london_date(clock.now())


def adoption(pack: str, effective: date, n: int = 0) -> Row:
    data = events.places.PolicyAdopted(
        pack=pack, version=str(n), digest=f"{pack}-{n}", text={"pack": pack}, effective_from=effective
    )
    draft = events.Draft(
        id=identifiers.derived_id("adoption", pack, str(n), logs.uuid.uuid4().hex),
        type="careledger.policy.adopted.v1",
        source="/governance",
        subject=PLACE,
        time=datetime.now(UTC),
        dataschema="/schemas/policy.adopted.v1.json",
        place=PLACE,
        classification="official",
        data=events.dumped(data),
    )
    return Row(topic="places", key=PLACE, draft=draft, digest=draft.id.bytes)


@pytest.fixture
async def governance(journal_url: str, kafka_bootstrap: str, topics: Topics) -> AsyncIterator[logs.Service]:
    async with logs.Service(journal_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        await logs.until(service.is_open)
        yield service


class Following:
    def __init__(self, service: logs.Service) -> None:
        self.places = Places(service.bootstrap, service.names)

    async def __aenter__(self) -> Places:
        self.task = asyncio.create_task(self.places.run())
        await asyncio.wait_for(self.places.until_ready(), logs.DEADLINE)
        return self.places

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_what_was_there_is_known_before_it_is_ready(governance: logs.Service) -> None:
    await governance.append([adoption("first", today(), n) for n in range(30)])
    await logs.until(governance.is_published)

    async with Following(governance) as places:
        found = places.policy(PLACE)
        assert found is not None
        assert found.digest == "first-29"
        assert found.text == {"pack": "first"}
        assert places.policy("X00000002") is None
        assert places.places() == {PLACE}
        known = places.text("first-3")
        assert known is not None
        assert known.version == "3"


async def test_an_empty_topic_is_read_whole_too(governance: logs.Service) -> None:
    async with Following(governance) as places:
        assert places.ready
        assert places.policy(PLACE) is None


async def test_it_follows_what_is_adopted_later(governance: logs.Service) -> None:
    async with Following(governance) as places:
        waiting = asyncio.create_task(places.until("next-1"))
        await governance.append([adoption("next", today(), 1)])
        found = await asyncio.wait_for(waiting, logs.DEADLINE)
    assert found.pack == "next"


async def test_the_policy_of_a_day_is_the_last_that_took_effect_by_then(governance: logs.Service) -> None:
    """One that is adopted with an earlier date counts from its adoption, as its mark does."""
    later = today() + timedelta(days=10)
    await governance.append(
        [adoption("a", today()), adoption("b", later), adoption("c", today() - timedelta(days=300))]
    )
    await logs.until(governance.is_published)

    async with Following(governance) as places:

        def on(day: date) -> str | None:
            found = places.policy(PLACE, day)
            return found and found.pack

        assert on(today() - timedelta(days=1)) is None
        assert on(today()) == "c"
        assert on(later - timedelta(days=1)) == "c"
        assert on(later) == "b"


async def test_what_the_library_lost_is_read_once_more(
    governance: logs.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await governance.append([adoption("a", today(), n) for n in range(3)])
    await logs.until(governance.is_published)
    whole, lost = AIOKafkaConsumer.getmany, list[Any]()

    async def getmany(self: AIOKafkaConsumer, **given: Any) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = await whole(self, **given)
        if not lost:
            for records in found.values():
                lost.append(records.pop(0))
        return found

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", getmany)
    async with Following(governance) as places:
        assert lost
        assert places.text("a-0") is not None


@pytest.mark.parametrize("what", ["a hole", "cannot be read"])
async def test_nothing_goes_on_with_a_text_missing(governance: logs.Service, what: str) -> None:
    row = adoption("a", today())
    body, _ = envelope.seal(
        row.draft,
        recordedtime=row.draft.time,
        writer="governance",
        sequence=77,
        prevsequence=76,
        prevhash="",
        digest="",
    )
    await logs.inject(governance.bootstrap, governance.names.name("places"), 0, body if what == "a hole" else b"{")
    running: asyncio.Task[Any] = asyncio.create_task(Places(governance.bootstrap, governance.names).run())
    with pytest.raises(Broken, match=what):
        await asyncio.wait_for(running, logs.DEADLINE)
