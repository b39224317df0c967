"""The proof finds every change to what was recorded."""

import psycopg
import pytest

from shared import database
from shared.journal import append as journal
from shared.journal import verify
from tests.component.log import logs


async def proof(url: str) -> verify.Proof:
    address = database.conninfo(url, "intake")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        return await verify.journal(connection, "intake")


@pytest.fixture
def recorded(journal_url: str) -> str:
    logs.open_journal(journal_url, "intake")
    with psycopg.connect(database.conninfo(journal_url, "intake")) as connection, connection.cursor() as cursor:
        journal.run(cursor, journal.append(logs.many(60, keys=6), "intake"))
    return journal_url


async def test_an_untouched_journal_is_whole(recorded: str) -> None:
    found = await proof(recorded)
    assert (found.rows, len(found.chains), found.faults) == (60, 6, [])


TAMPERED = {
    "a body was changed": "UPDATE journal SET body = replace(convert_from(body, 'UTF8'), '\"n\":20', '\"n\":21')::bytea"
    " WHERE position = 21",
    "a row was taken out": "DELETE FROM journal WHERE position = 30",
    "the last row was taken out": "DELETE FROM journal WHERE position = 60",
    "a column was changed": "UPDATE journal SET hash = repeat('a', 64) WHERE position = 12",
    "two rows changed places": "UPDATE journal AS a SET body = b.body FROM journal AS b"
    " WHERE (a.position, b.position) IN ((7, 13), (13, 7))",
    "a head was changed": "UPDATE heads_key SET hash = repeat('b', 64) WHERE key = 'prv-003'",
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_every_change_is_found(recorded: str, how: str) -> None:
    with psycopg.connect(database.conninfo(recorded, "intake")) as connection:
        connection.execute("ALTER TABLE journal DISABLE TRIGGER USER")
        assert connection.execute(TAMPERED[how]).rowcount >= 1

    assert not (await proof(recorded)).is_whole
