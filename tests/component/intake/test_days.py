"""Intake closes its day only when every inbox has been read up to its midnight, and says what was heard."""

import asyncio
from datetime import timedelta

import httpx2
import orjson
import pytest

from services.intake import app as composition
from shared import calendar, clock, topics
from tests.component.intake.conftest import PLACE, Running, concern, run, until

MARKS = "SELECT body FROM journal WHERE type = 'careledger.day.closed.v1' ORDER BY position"


@pytest.fixture
def moved(tmp_path):
    """The shared clock, which a test may move forward."""
    file = tmp_path / "clock"
    file.write_text("0")
    clock.configure(file)
    yield file
    clock.configure(None)


async def marks(intake):
    return [orjson.loads(body)["data"] for (body,) in await intake.rows(MARKS)]


async def test_the_first_start_closes_yesterday_and_each_midnight_says_what_was_heard(fresh, partners, moved):
    async with run(fresh, partners) as intake:

        async def closed(times):
            return len(await marks(intake)) == times * topics.PARTITIONS

        await until(lambda: closed(1))
        first, today = (await marks(intake))[0], calendar.london_date(clock.now())
        await intake.result(concern(await intake.register()))
        late = concern(await intake.register()) | {"type": "careledger.cqc_rating.published.v1"}
        await intake.result(late | {"data": {"overall": "good", "report_date": "2026-01-05"}}, publisher="cqc")

        moved.write_text(str(24 * 3600))
        await until(lambda: closed(2))
        moved.write_text(str(4 * 24 * 3600))
        await until(lambda: closed(3))

        seen = await marks(intake)
        assert first == {"date": str(today - timedelta(days=1)), "sources": {}}
        heard = {PLACE: ["cqc_rating.published", "quality_concern.raised"]}
        assert seen[topics.PARTITIONS :: topics.PARTITIONS] == [
            {"date": str(today), "sources": heard},
            {"date": str(today + timedelta(days=3)), "sources": {}},
        ]


async def test_a_record_that_came_before_midnight_holds_the_day_open_until_it_is_read(fresh, partners):
    app, intake = composition.create(fresh)
    app.state.tasks, app.state.task_ended = (intake.parts.writer.run, intake.relay.run), lambda _: None
    today = calendar.london_date(clock.now())
    yesterday = today - timedelta(days=1)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://intake")
    async with app.router.lifespan_context(app), client:
        running = Running(intake, client, partners, fresh)
        await until(lambda: is_open(intake))
        provider = await running.register()
        assert await intake.inbox.ready(today) == {}

        await running.send("icb-quality", (orjson.dumps(concern(provider)), []), partition=7)
        assert await intake.inbox.ready(yesterday) == {}
        assert await intake.inbox.ready(today) is None

        reading = asyncio.create_task(intake.inbox.consumer.run())
        try:
            await until(lambda: is_ready(intake, today))
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        assert await intake.inbox.ready(today) == {PLACE: ["quality_concern.raised"]}
        assert await running.rows("SELECT count(*) FROM journal WHERE key = %s", provider) == [(2,)]


async def test_it_stays_open_while_kafka_cannot_be_asked(fresh, partners):
    silent = fresh.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"})
    app, intake = composition.create(silent)
    app.state.tasks, app.state.task_ended = (), print
    async with app.router.lifespan_context(app):
        assert await intake.inbox.ready(calendar.last_closed_day(clock.now())) is None


async def is_open(intake):
    return await intake.journal_is_open() is None


async def is_ready(intake, day):
    return await intake.inbox.ready(day) is not None
