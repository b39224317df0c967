"""The consumer on a real database and a real broker: an effect and its position are one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
import psycopg
import pytest

from shared import database, metrics
from shared.database import Pool
from shared.events import envelope
from shared.kafka import positions
from shared.kafka.consumer import Consumer
from shared.kafka.record import RawRecord, Record
from shared.topics import Topics
from tests.component.log import logs

Cursor = psycopg.AsyncCursor[Any]


@pytest.fixture
async def pool(journal_url: str) -> AsyncIterator[Pool]:
    with psycopg.connect(database.conninfo(journal_url, "intake")) as connection:
        connection.execute("CREATE TABLE seen(n bigserial, id text, key text, topic text)")
    async with database.pool(journal_url, "intake") as opened:
        yield opened


@pytest.fixture
async def intake(journal_url: str, kafka_bootstrap: str, topics: Topics) -> AsyncIterator[logs.Service]:
    async with logs.Service(journal_url, kafka_bootstrap, topics) as service:
        service.lead()
        await logs.until(service.is_open)
        yield service


async def note(cursor: Cursor, records: list[Record]) -> None:
    """An effect that would show every repeat."""
    for record in records:
        await cursor.execute(
            "INSERT INTO seen(id, key, topic) VALUES (%s, %s, %s)", (str(record.event.id), record.key, record.topic)
        )


class Running:
    """A consumer that runs while the test does."""

    def __init__(self, pool: Pool, intake: logs.Service, handle: Any = note, **options: Any) -> None:
        topics = options.pop("topics_", ["ledger"])
        name = options.pop("name", "history")
        self.consumer = Consumer(
            name, topics, pool, handle, bootstrap=intake.bootstrap, names=intake.names, service="intake", **options
        )

    async def __aenter__(self) -> Consumer:
        self.task = asyncio.create_task(self.consumer.run())
        return self.consumer

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


def seen(intake: logs.Service) -> list[str]:
    with psycopg.connect(database.conninfo(intake.url, "intake")) as connection:
        return [id_ for (id_,) in connection.execute("SELECT id FROM seen ORDER BY n")]


async def until_seen(intake: logs.Service, count: int) -> list[str]:
    async def enough() -> bool:
        return len(seen(intake)) >= count

    await logs.until(enough)
    return seen(intake)


def ids(rows: Sequence[Any]) -> list[str]:
    return [str(row.draft.id) for row in rows]


async def test_every_event_has_its_effect_once(pool: Pool, intake: logs.Service) -> None:
    given = logs.many(200)
    await intake.append(given[:100])

    async with Running(pool, intake):
        await intake.append(given[100:])
        found = await until_seen(intake, 200)

    assert sorted(found) == sorted(ids(given))
    by_key = {row.key: [] for row in given}
    for row in given:
        by_key[row.key].append(str(row.draft.id))
    assert all([id_ for id_ in found if id_ in own] == own for own in by_key.values())


async def test_a_restart_and_a_rewind_have_no_second_effect(pool: Pool, intake: logs.Service) -> None:
    given = logs.many(60)
    await intake.append(given)
    async with Running(pool, intake):
        await until_seen(intake, 60)
    async with pool.connection() as connection, connection.cursor() as cursor:
        await positions.reread(cursor, "history", "ledger")

    async with Running(pool, intake):
        more = logs.many(10, start=60)
        await intake.append(more)
        found = await until_seen(intake, 70)

    assert sorted(found) == sorted(ids(given + more))


async def test_a_new_name_begins_at_the_beginning(pool: Pool, intake: logs.Service) -> None:
    await intake.append(logs.many(20))
    async with Running(pool, intake):
        await until_seen(intake, 20)
    async with Running(pool, intake, name="history-2"):
        found = await until_seen(intake, 40)
    assert sorted(found[:20]) == sorted(found[20:])


async def test_a_poisoned_record_is_set_aside_and_the_rest_go_on(
    pool: Pool, intake: logs.Service, topics: Topics
) -> None:
    given = logs.many(30, keys=5)
    poison = str(given[17].draft.id)
    told: list[tuple[int, str]] = []

    async def handle(cursor: Cursor, records: list[Record]) -> None:
        await note(cursor, records)
        if any(str(record.event.id) == poison for record in records):
            raise KeyError("a secret text")

    async def dead(cursor: Cursor, record: RawRecord, why: str) -> None:
        told.append((record.offset, why))

    await intake.append(given)
    async with Running(pool, intake, handle, dead=dead):
        found = await until_seen(intake, 29)
        await intake.append(logs.many(1, start=99))
        found = await until_seen(intake, 30)

    assert set(ids(given)) - set(found) == {poison}
    letters = logs.flat(await logs.records(intake.bootstrap, topics.name("intake-dead-letter")))
    assert len(letters) == 1
    letter = orjson.loads(letters[0].value)
    assert (letter["consumer"], letter["topic"], letter["id"]) == ("history", "ledger", poison)
    assert letter["reason"].startswith("KeyError")
    assert b"secret" not in letters[0].value
    assert len(told) == 1

    async with Running(pool, intake, note) as consumer:
        await consumer.release("ledger", letter["partition"], letter["offset"])
    assert poison in seen(intake)


async def test_what_cannot_be_read_is_set_aside_by_its_headers(
    pool: Pool, intake: logs.Service, topics: Topics
) -> None:
    await intake.append([logs.row("prv-7", n=1)])
    await logs.until(intake.is_published)
    partition = logs.row("prv-7").lane
    await logs.inject(intake.bootstrap, topics.name("ledger"), partition, b"{broken")

    async with Running(pool, intake):
        await intake.append([logs.row("prv-7", n=2)])
        found = await until_seen(intake, 2)
    assert len(found) == 2


async def test_a_hole_stops_its_partition_and_says_so(pool: Pool, intake: logs.Service, topics: Topics) -> None:
    before = metrics.GAPS.labels("intake")._value.get()
    first = logs.row("prv-7", n=1)
    await intake.append([first])
    await logs.until(intake.is_published)
    body, _ = envelope.seal(
        logs.draft("prv-7"),
        recordedtime=first.draft.time,
        writer="intake",
        sequence=2 * 10**15,
        prevsequence=10**15 + 77,
        prevhash="",
        digest="",
    )
    await logs.inject(intake.bootstrap, topics.name("ledger"), first.lane, body)
    other = next(row for n in range(99) if (row := logs.row(f"prv-{n}")).lane != first.lane)

    async with Running(pool, intake) as consumer:

        async def has_stopped() -> bool:
            return bool(consumer.stopped)

        await logs.until(has_stopped)
        await intake.append([other])
        found = await until_seen(intake, 2)
        assert consumer.stopped.keys() == {("ledger", first.lane)}
        assert "hole" in (consumer.check() or "")

    assert found == ids([first, other])
    assert metrics.GAPS.labels("intake")._value.get() == before + 1


async def test_a_position_that_no_longer_fits_the_topic_stops_loudly(pool: Pool, intake: logs.Service) -> None:
    given = logs.row("prv-7")
    await intake.append([given])
    async with Running(pool, intake):
        await until_seen(intake, 1)
    async with pool.connection() as connection:
        await connection.execute("UPDATE positions SET last_id = 'another' WHERE partition = %s", (given.lane,))

    async with Running(pool, intake) as consumer:

        async def has_stopped() -> bool:
            return bool(consumer.stopped)

        await logs.until(has_stopped)
        assert "not the one" in (consumer.check() or "")


async def test_an_error_of_the_database_is_waited_out(pool: Pool, intake: logs.Service) -> None:
    tries = 0

    async def handle(cursor: Cursor, records: list[Record]) -> None:
        nonlocal tries
        tries += 1
        await note(cursor, records)
        if tries <= 3:
            raise psycopg.OperationalError("out of reach")

    await intake.append(logs.many(5))
    async with Running(pool, intake, handle):
        assert len(await until_seen(intake, 5)) == 5
    assert tries == 4


async def test_instances_that_all_believe_they_own_everything_change_nothing_twice(
    pool: Pool, intake: logs.Service
) -> None:
    """As zombies do: groups of their own, so that Kafka gives every partition to each of them."""
    given = logs.many(300)
    async with Running(pool, intake, group="one"), Running(pool, intake, group="two"):
        for start in range(0, 300, 20):
            await intake.append(given[start : start + 20])
        found = await until_seen(intake, 300)
        await intake.append(logs.many(12, keys=12, start=300))
        found = await until_seen(intake, 312)

    assert len(found) == len(set(found)) == 312


async def test_two_instances_of_a_group_share_the_work(pool: Pool, intake: logs.Service) -> None:
    async with Running(pool, intake) as first:
        await intake.append(logs.many(40))
        await until_seen(intake, 40)
        async with Running(pool, intake) as second:

            async def share() -> bool:
                return len(first.lanes) == len(second.lanes) == 6

            await logs.until(share)
            await intake.append(logs.many(40, start=40))
            found = await until_seen(intake, 80)
        await intake.append(logs.many(40, start=80))
        found = await until_seen(intake, 120)

    assert len(found) == len(set(found)) == 120


async def test_raw_records_are_handed_over_as_they_came(pool: Pool, intake: logs.Service, topics: Topics) -> None:
    async def handle(cursor: Cursor, records: list[RawRecord]) -> None:
        for record in records:
            await cursor.execute("INSERT INTO seen(id, topic) VALUES (%s, %s)", (record.raw.decode(), record.topic))

    name = "inbox-icb-quality"
    for n in range(3):
        await logs.inject(intake.bootstrap, topics.name(name), 0, f"{n}".encode())
    async with Running(pool, intake, handle, topics_=[name], enveloped=False, name="inbox"):
        await until_seen(intake, 3)
    async with Running(pool, intake, handle, topics_=[name], enveloped=False, name="inbox"):
        await logs.inject(intake.bootstrap, topics.name(name), 0, b"3")
        assert await until_seen(intake, 4) == ["0", "1", "2", "3"]
