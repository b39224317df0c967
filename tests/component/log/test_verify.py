"""The proof finds every change to what was recorded."""

from datetime import UTC, datetime

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared import database
from shared.journal import append as journal
from shared.journal import checkpoint, verify
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


async def test_a_checkpoint_finds_an_end_that_was_cut_off(recorded: str) -> None:
    """The rest of the journal is whole by itself: only what was written down elsewhere tells."""
    key = Ed25519PrivateKey.generate()
    address = database.conninfo(recorded, "intake")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        kept = (await checkpoint.take(connection, "intake", datetime.now(UTC))).signed(key)
        some = await checkpoint.take(connection, "intake", datetime.now(UTC), keys=["prv-001", "prv-004"])
        known = checkpoint.read(kept, key.public_key())
        assert await checkpoint.missing(connection, known) == []

        await connection.execute("ALTER TABLE journal DISABLE TRIGGER USER")
        await connection.execute("DELETE FROM journal WHERE position = 59")

        assert (known.position, len(known.heads), len(some.heads)) == (60, 6, 2)
        assert await checkpoint.missing(connection, known) == [("ledger", "prv-004")]


def test_a_checkpoint_that_was_changed_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    kept = checkpoint.Checkpoint("intake", datetime.now(UTC), 9, {("ledger", "prv-1"): "ab"}).signed(key)
    with pytest.raises(checkpoint.Forged):
        checkpoint.read(kept.replace(b'"ab"', b'"ac"'), key.public_key())
    with pytest.raises(checkpoint.Forged):
        checkpoint.read(kept, Ed25519PrivateKey.generate().public_key())
