"""A database restored from yesterday: nothing that was published is lost or contradicted."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from shared import database, events
from shared.events import envelope
from shared.journal import append as journal
from shared.journal import reconcile, rows, verify
from shared.journal.tails import Contradiction
from shared.topics import Topics
from tests.component.log import conftest, logs
from tests.support.servers import Servers

Yesterday = tuple[logs.Service, list[list[rows.Row]]]


class Backup:
    """A copy of a test's database, taken and put back while nobody is connected."""

    def __init__(self, servers: Servers, url: str) -> None:
        self._admin, self._name = servers.database_url, str(conninfo_to_dict(url)["dbname"])

    def _run(self, text: str) -> None:
        one, copy = sql.Identifier(self._name), sql.Identifier(f"{self._name}_yesterday")
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(one=one, copy=copy))

    def take(self) -> None:
        self._run("CREATE DATABASE {copy} TEMPLATE {one}")

    def put_back(self) -> None:
        self._run("DROP DATABASE {one} WITH (FORCE)")
        self._run("ALTER DATABASE {copy} RENAME TO {one}")


class Day:
    """What the service's own tables learn of events that were read back."""

    def __init__(self) -> None:
        self.restored: list[events.Event] = []

    async def restore(self, cursor: psycopg.AsyncCursor[object], read_back: Sequence[events.Event]) -> None:
        await cursor.execute("SELECT 1")
        self.restored += read_back


@pytest.fixture
async def yesterday(servers: Servers, own_url: str, kafka_bootstrap: str, topics: Topics) -> Yesterday:
    """A journal of two days, of which the database has only the first; three more rows were never published."""
    backup = Backup(servers, own_url)
    days: list[list[rows.Row]] = []
    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        await logs.until(service.is_open)
        days.append([*logs.many(60), logs.row("X00000001", "places", n=1)])
        await service.append(days[0])
        await logs.until(service.is_published)
    backup.take()
    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        days.append([*logs.many(45, start=60), logs.row("X00000001", "places", n=2)])
        await service.append(days[1])
        await logs.until(service.is_published)
        await service.stop_relay()
        days.append(logs.many(3, start=200))
        await service.append(days[2])
    backup.put_back()
    return logs.Service(own_url, kafka_bootstrap, topics, schema="governance"), days


async def test_nothing_published_is_lost_or_contradicted(yesterday: Yesterday) -> None:
    service, (first, second, unpublished) = yesterday
    day = Day()
    service.restore = day.restore
    published = first + second
    async with service as intake:
        with pytest.raises(journal.NotReconciled):
            await intake.append(logs.many(1))
        intake.lead()
        await logs.until(intake.is_open)

        again = await intake.append(published)
        other = await intake.append([replace(row, digest=b"other") for row in published])
        lost = await intake.append(unpublished)
        more = logs.many(30, start=300)
        results = await intake.append(more)
        await logs.until(intake.is_published)

    assert {result.status for result in again} == {"duplicate"}
    assert {result.status for result in other} == {"conflict"}
    assert {result.status for result in [*lost, *results]} == {"accepted"}
    assert [str(event.id) for event in day.restored] == [str(row.draft.id) for row in second]
    assert results[0].recordedtime > day.restored[-1].recordedtime
    verdict, places = await intake.judge(), await logs.judge(intake.bootstrap, intake.names.name("places"), 1)
    assert verdict.is_clean
    assert places.is_clean
    assert set(verdict.ids) | set(places.ids) == logs.ids(first + second + unpublished + more)
    await proves(intake)
    assert logs.one(intake.url, "governance", "SELECT epoch FROM mark") == 2


async def proves(intake: logs.Service) -> None:
    address = database.conninfo(intake.url, "governance")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        own = await verify.journal(connection, "governance")
    theirs = await verify.kafka(intake.bootstrap, intake.names, "governance")
    assert own.faults == []
    assert theirs.faults == []
    assert (own.lanes, own.chains) == (theirs.lanes, theirs.chains)


async def test_it_stays_closed_until_the_services_own_tables_are_right(
    yesterday: Yesterday,
) -> None:
    service, _ = yesterday
    async with service as intake:
        intake.lead()

        async def is_held() -> bool:
            return bool(logs.one(intake.url, "governance", "SELECT held FROM mark"))

        await logs.until(is_held)
        with pytest.raises(journal.NotReconciled, match="read back"):
            await intake.append(logs.many(1))
        async with intake.pool.connection() as connection, connection.cursor() as cursor:
            await reconcile.release(cursor)
        (result,) = await intake.append(logs.many(1))
    assert result.status == "accepted"


async def test_a_late_send_of_the_lost_database_never_passes_for_a_new_row(
    yesterday: Yesterday,
) -> None:
    """A row that was lost unpublished, sent by a relay that outlived its database, after ours took its place."""
    service, days = yesterday
    service.restore = Day().restore
    ghost = days[2][0]
    async with service as intake:
        intake.lead()
        await logs.until(intake.is_open)
        ours = [replace(logs.row(ghost.key, n=n), key=ghost.key) for n in range(3)]
        await intake.append(ours)
        await logs.until(intake.is_published)

        body, _ = envelope.seal(
            ghost.draft, recordedtime=ghost.draft.time, writer="governance", sequence=journal.EPOCH + 108,
            prevsequence=journal.EPOCH + 61, prevhash="", digest="",
        )  # fmt: skip
        headers = {"writer": b"governance", "sequence": envelope.number(journal.EPOCH + 108).encode()}
        await logs.inject(intake.bootstrap, intake.names.name("ledger"), ghost.lane, body, **headers)
        await intake.append([logs.row(ghost.key, n=9)])
        await intake.stop_relay()
        intake.lead()
        await logs.until(intake.is_published)

    verdict = await intake.judge()
    assert verdict.is_clean
    assert verdict.repeats == 1
    await proves(intake)


async def test_an_epoch_that_only_the_lost_database_knew_is_never_used_again(
    servers: Servers, own_url: str, kafka_bootstrap: str, topics: Topics
) -> None:
    """It was started, took rows and was lost before any was published: they may still be under way somewhere."""
    backup = Backup(servers, own_url)
    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        await logs.until(service.is_open)
    backup.take()
    logs.one(own_url, "governance", "UPDATE mark SET run = 'started again' RETURNING 1")
    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        await logs.until(service.is_open)
        await service.stop_relay()
        (lost,) = await service.append([logs.row(n=1)])
    used = logs.one(own_url, "governance", "SELECT sequence FROM journal WHERE position = %s", lost.position)
    backup.put_back()

    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as service:
        service.lead()
        await logs.until(service.is_open)
        (ours,) = await service.append([logs.row(n=2)])
    given = logs.one(own_url, "governance", "SELECT sequence FROM journal WHERE position = %s", ours.position)

    assert ours.position == lost.position
    assert given > used


async def test_a_database_lost_altogether_is_read_back_whole(
    own_url: str, kafka_bootstrap: str, topics: Topics
) -> None:
    given = logs.many(150)
    async with logs.Service(own_url, kafka_bootstrap, topics, "governance") as intake:
        intake.lead()
        await logs.until(intake.is_open)
        await intake.append(given)
        await logs.until(intake.is_published)
    with psycopg.connect(logs.admin(own_url), autocommit=True) as connection:
        connection.execute("DROP SCHEMA governance CASCADE")
    database.migrate(own_url, "governance", *conftest.MIGRATIONS)
    day = Day()

    async with logs.Service(own_url, kafka_bootstrap, topics, "governance", restore=day.restore) as intake:
        intake.lead()
        await logs.until(intake.is_open)
        assert {result.status for result in await intake.append(given)} == {"duplicate"}
        await intake.append(logs.many(10, start=150))
        await logs.until(intake.is_published)

    assert [str(event.id) for event in day.restored] == [str(row.draft.id) for row in given]
    assert (await intake.judge()).is_clean
    await proves(intake)


async def test_rows_taken_before_the_comparison_are_a_matter_for_a_person(
    yesterday: Yesterday,
) -> None:
    """Somebody opened a restored journal by hand: two different rows now have one place. Nothing may go on."""
    service, _ = yesterday
    logs.open_journal(service.url, "governance")
    async with service as intake:
        await intake.append(logs.many(5, start=900))
        with pytest.raises(Contradiction):
            await asyncio.wait_for(intake.lead(), logs.DEADLINE)
