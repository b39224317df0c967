"""The writer: many concurrent appends in few transactions, and a failing work fails alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
import pytest

from shared import database
from shared.database import Pool
from shared.journal import append as journal
from shared.journal.rows import Result, Row
from shared.journal.writer import Stopped, Writer
from tests.component.log import logs

Cursor = psycopg.AsyncCursor[Any]


class Registers:
    """A work that looks, writes a table of its own, appends, and may fail at either half."""

    def __init__(self, n: int, fails: str = "") -> None:
        self.n, self.fails = n, fails

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        await cursor.execute("INSERT INTO registered VALUES (%s)", (self.n,))
        if self.fails == "rows":
            raise LookupError(self.n)
        return [logs.row(f"prv-{self.n % 7}", n=self.n)]

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:
        await cursor.execute("UPDATE registered SET position = %s WHERE n = %s", (results[0].position, self.n))
        if self.fails == "done":
            raise LookupError(self.n)
        if self.fails == "sql":
            await cursor.execute("SELECT 1/0")
        return results[0].position or 0


@pytest.fixture
async def pool(journal_url: str) -> AsyncIterator[Pool]:
    logs.open_journal(journal_url, "intake")
    logs.one(journal_url, "intake", "CREATE TABLE intake.registered(n int PRIMARY KEY, position bigint)")
    async with database.pool(journal_url, "intake") as opened:
        yield opened


@pytest.fixture
async def writer(pool: Pool) -> AsyncIterator[Writer]:
    made = Writer(pool, "intake")
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def count(pool: Pool, sql: str) -> Any:
    async with pool.connection() as connection:
        return (await (await connection.execute(sql)).fetchall())[0][0]


async def test_concurrent_works_share_transactions(writer: Writer, pool: Pool) -> None:
    before = await count(pool, "SELECT pg_current_xact_id()::text::bigint")
    positions = await asyncio.gather(*(writer.submit(Registers(n)) for n in range(200)))
    used = await count(pool, "SELECT pg_current_xact_id()::text::bigint") - before

    assert sorted(positions) == list(range(1, 201))
    assert used < 50
    assert await count(pool, "SELECT count(*) FROM registered JOIN journal USING (position)") == 200


@pytest.mark.parametrize("half", ["rows", "done", "sql"])
async def test_a_failing_work_fails_alone_and_leaves_nothing(writer: Writer, pool: Pool, half: str) -> None:
    works = [Registers(n, half if n in (3, 17) else "") for n in range(40)]

    answers = await asyncio.gather(*(writer.submit(work) for work in works), return_exceptions=True)

    failed = [n for n, answer in enumerate(answers) if isinstance(answer, BaseException)]
    assert failed == [3, 17]
    assert sorted(answer for answer in answers if isinstance(answer, int)) == list(range(1, 39))
    assert await count(pool, "SELECT count(*) FROM registered") == 38
    assert await count(pool, "SELECT count(*) FROM journal") == 38


async def test_many_rows_go_in_several_transactions_in_order(writer: Writer) -> None:
    results = await asyncio.gather(*(writer.append(logs.many(300, start=300 * n)) for n in range(4)))
    assert [result.position for some in results for result in some] == list(range(1, 1201))


async def test_a_closed_journal_is_said_to_everybody(writer: Writer, journal_url: str) -> None:
    logs.one(journal_url, "intake", "UPDATE mark SET run = 'another' RETURNING 1")
    answers = await asyncio.gather(*(writer.append(logs.many(1)) for _ in range(5)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {journal.NotReconciled}


async def test_a_lost_connection_is_an_error_and_the_next_one_works(
    writer: Writer, pool: Pool, journal_url: str
) -> None:
    await writer.append(logs.many(1))
    logs.one(
        journal_url,
        "intake",
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()",
    )
    (result,) = await writer.append(logs.many(1))
    assert result.status == "accepted"


async def test_nobody_waits_for_a_writer_that_has_stopped(pool: Pool) -> None:
    writer = Writer(pool, "intake")
    task = asyncio.create_task(writer.run())
    async with pool.connection() as holder, holder.transaction():
        await holder.execute(journal.LOCK)
        waiting = [asyncio.create_task(writer.append(logs.many(1))) for _ in range(3)]
        await asyncio.sleep(0.1)
        task.cancel()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Stopped}
    with pytest.raises(Stopped):
        await writer.append(logs.many(1))


async def test_whoever_waits_for_room_is_answered_when_it_stops(pool: Pool) -> None:
    writer = Writer(pool, "intake", most=1)
    waiting = [asyncio.create_task(writer.append([logs.row("prv-1", n=n)])) for n in range(6)]
    await asyncio.sleep(0)
    running = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    running.cancel()

    async with asyncio.timeout(logs.DEADLINE):
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(answer) for answer in answers] == [Stopped] * 6
