"""Append on a real database: order, partition, sequence and chain are fixed under one lock."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared import database
from shared.events import envelope
from shared.journal import append as journal
from shared.journal import verify
from shared.journal.rows import Result, Row
from tests.component.log import logs


@pytest.fixture
def opened(journal_url: str) -> str:
    logs.open_journal(journal_url, "governance")
    return journal_url


def put(url: str, rows: Sequence[Row], schema: str = "governance", **options: Any) -> list[Result]:
    with psycopg.connect(database.conninfo(url, schema)) as connection, connection.cursor() as cursor:
        return journal.run(cursor, journal.append(rows, schema, **options))


def kept(url: str) -> list[dict[str, Any]]:
    with psycopg.connect(database.conninfo(url, "governance"), row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM journal ORDER BY position").fetchall()


async def proof(url: str) -> verify.Proof:
    address = database.conninfo(url, "governance")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        return await verify.journal(connection, "governance")


def statuses(results: Sequence[Result]) -> list[str]:
    return [result.status for result in results]


async def test_each_row_takes_its_place(opened: str) -> None:
    rows = [logs.row("prv-1", n=1), logs.row("prv-2", n=2), logs.row("prv-1", n=3)]

    results = put(opened, rows)

    assert [(result.status, result.position) for result in results] == [
        ("accepted", 1),
        ("accepted", 2),
        ("accepted", 3),
    ]
    first, _, third = kept(opened)
    event = orjson.loads(third["body"])
    assert event["sequence"] == "0001000000000000003"
    assert event["prevsequence"] == "0001000000000000001"
    assert event["prevhash"] == first["hash"]
    assert event["writer"] == "governance"
    assert event["recordedtime"] > orjson.loads(first["body"])["recordedtime"]
    assert bytes.fromhex(event["digest"]) == rows[2].digest
    assert (await proof(opened)).is_whole


def test_the_same_again_is_a_duplicate_and_other_content_a_conflict(opened: str) -> None:
    row = logs.row(n=1)
    other = replace(row, digest=b"other")

    together = put(opened, [row, row, other])
    later = put(opened, [row, other])

    assert statuses(together) == ["accepted", "duplicate", "conflict"]
    assert statuses(later) == ["duplicate", "conflict"]
    assert {result.position for result in together + later} == {1}
    assert later[0].recordedtime == together[0].recordedtime


async def test_bad_rows_are_refused_alone(opened: str) -> None:
    bad = [
        logs.row("prv\0", n=1),
        logs.row("prv-\ud800", n=1),
        logs.row("", n=1),
        logs.row(n="x" * 300_000),
        logs.row(n="\ud800"),
        logs.row(n=object()),
        replace(logs.row(), partition=12),
        replace(logs.row(), topic="places", partition=1),
        replace(logs.row(), topic="notifications"),
    ]
    good = [logs.row(n=n) for n in range(len(bad))]

    results = put(opened, [row for pair in zip(bad, good, strict=True) for row in pair])

    assert statuses(results[::2]) == ["refused"] * len(bad)
    assert all(result.reason for result in results[::2])
    assert [result.position for result in results[1::2]] == list(range(1, len(good) + 1))
    assert (await proof(opened)).is_whole


def test_the_largest_event_is_measured_as_it_will_stand(opened: str) -> None:
    (small,) = put(opened, [logs.row(n="")])
    room = envelope.MAX_BYTES - len(kept(opened)[0]["body"])
    spare = len(orjson.dumps("x" * 64)) - 2  # the first of its chain carries no prevhash

    fits, large = put(opened, [logs.row(n="x" * (room - spare)), logs.row(n="x" * (room - spare + 1))])

    assert (small.status, fits.status, large.status) == ("accepted", "accepted", "refused")
    assert len(kept(opened)[1]["body"]) == envelope.MAX_BYTES


def test_times_never_go_back_and_never_precede_their_cause(opened: str) -> None:
    (first,) = put(opened, [logs.row()], offset=timedelta(days=100))
    assert first.recordedtime

    (second,) = put(opened, [logs.row()])
    (third,) = put(opened, [replace(logs.row(), cause=first.recordedtime + timedelta(hours=1))])

    assert second.recordedtime == first.recordedtime + journal.TICK
    assert third.recordedtime == first.recordedtime + timedelta(hours=1) + journal.TICK


def test_topics_have_sequences_of_their_own(opened: str) -> None:
    put(opened, [logs.row("X00000001", "places", n=n) for n in range(3)] + [logs.row("prv-1")])
    place = [row for row in kept(opened) if row["topic"] == "places"]
    ledger = [row for row in kept(opened) if row["topic"] == "ledger"]
    assert {row["partition"] for row in place} == {0}
    assert [row["prevsequence"] % journal.EPOCH for row in place] == [0, 1, 2]
    assert ledger[0]["prevsequence"] == 0


def test_it_is_closed_until_it_was_compared_with_kafka(journal_url: str) -> None:
    with pytest.raises(journal.NotReconciled):
        put(journal_url, [logs.row()])
    logs.open_journal(journal_url, "governance")
    assert statuses(put(journal_url, [logs.row()])) == ["accepted"]

    logs.one(journal_url, "governance", "UPDATE mark SET run = 'another' RETURNING 1")
    with pytest.raises(journal.Unavailable) as caught:
        put(journal_url, [logs.row()])
    assert caught.value.retry_after > 0


def test_it_is_closed_when_too_much_is_unpublished(opened: str) -> None:
    assert statuses(put(opened, logs.many(5), limit=5)) == ["accepted"] * 5
    with pytest.raises(journal.Full):
        put(opened, [logs.row()], limit=5)


def test_what_was_recorded_cannot_be_changed(opened: str) -> None:
    put(opened, [logs.row()])
    for statement in ("UPDATE journal SET body = ''", "DELETE FROM journal", "TRUNCATE journal"):
        with pytest.raises(psycopg.errors.RaiseException):
            logs.one(opened, "governance", statement)


def test_dict_rows_serve_as_well(opened: str) -> None:
    row = logs.row()
    address = database.conninfo(opened, "governance")
    with psycopg.connect(address, row_factory=dict_row) as connection, connection.cursor() as cursor:
        assert statuses(journal.run(cursor, journal.append([row, row], "governance"))) == ["accepted", "duplicate"]


async def test_journals_of_one_database_do_not_wait_for_each_other(opened: str) -> None:
    logs.open_journal(opened, "intake")
    with psycopg.connect(database.conninfo(opened, "governance")) as holder:
        holder.execute(journal.LOCK)
        (result,) = await asyncio.to_thread(put, opened, [logs.row()], "intake")
    assert result.status == "accepted"


async def test_many_at_once_leave_no_gap(opened: str) -> None:
    """Threads with synchronous cursors and tasks with asynchronous ones, some of which roll back."""
    failures: list[BaseException] = []

    def sync(worker: int) -> None:
        try:
            with psycopg.connect(database.conninfo(opened, "governance")) as connection:
                for n in range(25):
                    with connection.transaction(force_rollback=n % 5 == 0), connection.cursor() as cursor:
                        journal.run(cursor, journal.append(logs.many(3, start=n * worker), "governance"))
        except BaseException as error:
            failures.append(error)

    async def asynchronous() -> None:
        address = database.conninfo(opened, "governance")
        async with await psycopg.AsyncConnection.connect(address) as connection:
            for n in range(25):
                async with connection.transaction(force_rollback=n % 5 == 1), connection.cursor() as cursor:
                    await journal.arun(cursor, journal.append(logs.many(3, start=n), "governance"))

    threads = [threading.Thread(target=sync, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    await asyncio.gather(*(asynchronous() for _ in range(4)))
    for thread in threads:
        await asyncio.to_thread(thread.join)

    assert not failures
    assert [row["position"] for row in kept(opened)] == list(range(1, 8 * 20 * 3 + 1))
    assert (await proof(opened)).is_whole


calls = st.lists(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.sampled_from(["ledger", "places"])), max_size=6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls)
async def test_whatever_is_appended_the_proof_holds(opened: str, calls: list[list[tuple[int, int, Any]]]) -> None:
    """Any calls with any repeats: positions without a gap, sequences and chains whole, each id once."""
    before = len(kept(opened))
    accepted = 0
    for call in calls:
        rows = [logs.row(f"k-{key}", topic, logs.uuid.uuid5(logs.uuid.NAMESPACE_URL, f"{n}")) for n, key, topic in call]
        accepted += statuses(put(opened, rows)).count("accepted")
    found = kept(opened)
    assert len(found) == before + accepted
    assert [row["position"] for row in found] == list(range(1, len(found) + 1))
    assert (await proof(opened)).is_whole
