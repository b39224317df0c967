"""Closing days: once for each, all up to its date, in every partition, after everything of the day."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared import calendar, clock, database, topics
from shared.database import Pool
from shared.events import marks as published
from shared.journal import days, marks, rows
from shared.journal.days import DayCloser, Sources, TooEarly
from shared.journal.writer import Writer
from tests.component.log import logs

ONE_DAY = timedelta(days=1)


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Any]:
    """Move the development clock."""
    file = tmp_path / "clock"
    clock.configure(file)
    yield lambda offset: file.write_text(str(offset.total_seconds()))
    clock.configure(None)


@pytest.fixture
async def pool(journal_url: str) -> AsyncIterator[Pool]:
    logs.open_journal(journal_url, "intake")
    async with database.pool(journal_url, "intake") as opened:
        yield opened


@pytest.fixture
async def writer(pool: Pool) -> AsyncIterator[Writer]:
    made = Writer(pool, "intake")
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def bodies(pool: Pool) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        found = await connection.execute("SELECT partition, body FROM journal ORDER BY position")
        return [orjson.loads(body) | {"partition": partition} for partition, body in await found.fetchall()]


async def test_the_first_start_closes_yesterday_in_every_partition(writer: Writer, pool: Pool) -> None:
    yesterday = calendar.last_closed_day(clock.now())

    assert await DayCloser(writer, pool).close_if_over()
    assert not await DayCloser(writer, pool).close_if_over()

    found = await bodies(pool)
    assert [(mark["subject"], mark["partition"]) for mark in found] == [
        (f"partition/{n}", n) for n in range(topics.PARTITIONS)
    ]
    assert {mark["data"]["date"] for mark in found} == {str(yesterday)}
    assert {mark["writer"] for mark in found} == {"intake"}


async def test_one_mark_closes_all_days_up_to_its_date(writer: Writer, pool: Pool, moved: Any) -> None:
    closer = DayCloser(writer, pool)
    await closer.close_if_over()
    moved(timedelta(days=40))

    assert await closer.close_if_over()

    found = await bodies(pool)
    assert len(found) == 2 * topics.PARTITIONS
    assert found[-1]["data"]["date"] == str(calendar.last_closed_day(clock.now()))
    assert found[-1]["recordedtime"] >= calendar.midnight(closer.last + ONE_DAY).strftime("%Y-%m-%dT%H:%M:%S")  # type: ignore[operator]


async def test_it_waits_until_the_service_is_ready_and_says_what_was_heard(writer: Writer, pool: Pool) -> None:
    answers: list[Sources | None] = [None, {"X00000001": ["visit.completed", "returns.submitted"]}]
    asked: list[date] = []

    async def ready(day: date) -> Sources | None:
        asked.append(day)
        return answers.pop(0)

    closer = DayCloser(writer, pool, ready=ready)
    assert not await closer.close_if_over()
    assert await bodies(pool) == []

    assert await closer.close_if_over()
    assert (await bodies(pool))[0]["data"]["sources"] == {"X00000001": ["returns.submitted", "visit.completed"]}
    assert asked == [calendar.last_closed_day(clock.now())] * 2


async def test_what_is_due_follows_the_close_in_the_same_transaction(writer: Writer, pool: Pool) -> None:
    begun: list[date] = []

    async def due(cursor: days.Cursor, today: date) -> Sequence[rows.Row]:
        begun.append(today)
        data = published.PolicyInForce(place="X00000001", digest="d")
        return marks.in_force(data, writer="intake", at=clock.now(), adoption="one")

    await DayCloser(writer, pool, due=due).close_if_over()

    kinds = [mark["type"] for mark in await bodies(pool)]
    assert kinds == ["careledger.day.closed.v1"] * 12 + ["careledger.policy.in_force.v1"] * 12
    assert begun == [calendar.london_date(clock.now())]


async def test_partitions_that_lack_the_mark_get_it(writer: Writer, pool: Pool) -> None:
    """As after a restore that could read back only what had reached Kafka."""
    yesterday = calendar.last_closed_day(clock.now())
    some = marks.day_closed(yesterday, writer="intake", at=clock.now(), sources={}, partitions=[0, 5])
    await writer.append(some)

    assert await DayCloser(writer, pool).close_if_over()

    found = await bodies(pool)
    assert sorted(mark["partition"] for mark in found) == list(range(topics.PARTITIONS))


async def test_the_databases_clock_decides_whether_the_day_is_over(
    writer: Writer, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.now() + ONE_DAY
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with pytest.raises(TooEarly):
        await DayCloser(writer, pool).close_if_over()
    assert await bodies(pool) == []


async def test_it_runs_by_itself_as_days_pass(writer: Writer, pool: Pool, moved: Any) -> None:
    closer = DayCloser(writer, pool)
    task = asyncio.create_task(closer.run())

    async def closed_up_to(day: date) -> bool:
        return closer.last == day

    try:
        start: datetime = clock.now()
        await logs.until(lambda: closed_up_to(calendar.last_closed_day(start)))
        moved(2 * ONE_DAY)
        await logs.until(lambda: closed_up_to(calendar.last_closed_day(start + 2 * ONE_DAY)))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with pool.connection() as connection, connection.cursor() as cursor:
        done = await days.closed(cursor)
    assert set(done.values()) == {closer.last}
    assert len(await bodies(pool)) == 24
