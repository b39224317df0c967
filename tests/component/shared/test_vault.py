"""The vault on a real PostgreSQL: what is destroyed stays destroyed, whatever is restored."""

import threading
from uuid import UUID

import psycopg
import pytest

from shared import database, sealing, vault
from shared.events.registry import Sealed
from shared.vault import Clear, Vault

MASTER = bytes(range(32))
EVENT, OTHER_EVENT = UUID(int=1), UUID(int=2)


def _rows(url: str, statement: str, schema: str = vault.SCHEMA) -> list[tuple[object, ...]]:
    with psycopg.connect(database.conninfo(url, schema)) as connection:
        return connection.execute(statement).fetchall()


class TestSeal:
    async def test_what_goes_in_comes_out(self, texts: Vault) -> None:
        sealed = await texts.seal("the carer was rough", event_id=EVENT, subjects=["prv-1"])

        assert await texts.open(sealed, event_id=EVENT) == "the carer was rough"

    async def test_each_text_has_a_key_of_its_own(self, texts: Vault) -> None:
        first, second = await texts.seal_many([Clear("a", EVENT, ["prv-1"]), Clear("a", EVENT, ["prv-1"])])

        assert first.kid != second.kid

    async def test_many_are_stored_all_or_none(self, texts: Vault, vault_url: str) -> None:
        with pytest.raises(ValueError, match="surrogates"):
            await texts.seal_many([Clear("a", EVENT, ["prv-1"]), Clear("\ud800", EVENT, ["prv-1"])])

        assert _rows(vault_url, "select * from data_keys") == []

    async def test_a_text_without_subject_is_refused(self, texts: Vault) -> None:
        with pytest.raises(ValueError, match="subject"):
            await texts.seal("a", event_id=EVENT, subjects=[])

    async def test_the_key_outlives_the_process(self, texts: Vault, vault_url: str, database_url: str) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["prv-1"])

        async with Vault(vault_url, MASTER, log_url=database_url) as again:
            assert await again.open(sealed, event_id=EVENT) == "a"

    async def test_no_clear_text_and_no_usable_key_is_stored(self, texts: Vault, vault_url: str) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["prv-1"])

        ((kid, wrapped),) = _rows(vault_url, "select kid, wrapped from data_keys")

        assert str(kid) == sealed.kid
        assert isinstance(wrapped, bytes)
        with pytest.raises(sealing.NotAuthentic):
            sealing.open_(sealed, key=wrapped[-32:], event_id=EVENT)

    def test_the_blocking_twins_do_the_same(self, vault_url: str, database_url: str) -> None:
        blocking = Vault(vault_url, MASTER, log_url=database_url)
        blocking.start_sync()
        try:
            sealed = blocking.seal_sync("a", event_id=EVENT, subjects=["prv-1"])
            assert blocking.open_sync(sealed, event_id=EVENT) == "a"
            blocking.destroy_sync("prv-1")
            with pytest.raises(vault.KeyDestroyed):
                blocking.open_sync(sealed, event_id=EVENT)
        finally:
            blocking.close_sync()


class TestOpen:
    async def test_for_another_event_fails(self, texts: Vault) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["prv-1"])

        with pytest.raises(sealing.NotAuthentic):
            await texts.open(sealed, event_id=OTHER_EVENT)

    async def test_under_another_master_key_fails(self, texts: Vault, vault_url: str, database_url: str) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["prv-1"])

        async with Vault(vault_url, bytes(32), log_url=database_url) as other:
            with pytest.raises(sealing.NotAuthentic, match="another master key"):
                await other.open(sealed, event_id=EVENT)

    @pytest.mark.parametrize("kid", ["3bfe8278-ec47-4b1d-8ef9-39e5a3e2f550", "txt-unknown", ""])
    async def test_a_lost_key_is_not_shown_as_an_erasure(self, texts: Vault, kid: str) -> None:
        with pytest.raises(vault.KeyUnknown):
            await texts.open(Sealed(kid=kid, nonce="AAAA", ciphertext="AAAA"), event_id=EVENT)

    async def test_of_many_gives_none_where_one_was_erased(self, texts: Vault) -> None:
        kept = await texts.seal("kept", event_id=EVENT, subjects=["prv-1"])
        gone = await texts.seal("gone", event_id=EVENT, subjects=["prv-2"])
        await texts.destroy("prv-2")

        assert await texts.open_many([(gone, EVENT), (kept, EVENT)]) == [None, "kept"]


class TestDestroy:
    async def test_every_text_of_the_subject_is_gone_and_no_other(self, texts: Vault) -> None:
        shared = await texts.seal("about both", event_id=EVENT, subjects=["ann", "bob"])
        other = await texts.seal("about bob", event_id=EVENT, subjects=["bob"])

        destroyed = await texts.destroy("ann")

        assert [str(kid) for kid in destroyed] == [shared.kid]
        assert await texts.open(other, event_id=EVENT) == "about bob"
        with pytest.raises(vault.KeyDestroyed):
            await texts.open(shared, event_id=EVENT)

    async def test_may_be_repeated_and_takes_what_came_since(self, texts: Vault) -> None:
        await texts.seal("first", event_id=EVENT, subjects=["ann"])
        await texts.destroy("ann")
        since = await texts.seal("since", event_id=EVENT, subjects=["ann"])

        assert [str(kid) for kid in await texts.destroy("ann")] == [since.kid]
        assert await texts.destroy("ann") == []

    @pytest.mark.parametrize(
        "statement",
        [
            "update data_keys set wrapped = 'x', destroyed_at = null",
            "delete from data_keys",
            "insert into data_keys select kid, master, 'x' from data_keys",
        ],
    )
    async def test_a_tombstone_is_never_recreated_nor_removed(
        self, texts: Vault, vault_url: str, statement: str
    ) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        await texts.destroy("ann")

        with psycopg.connect(database.conninfo(vault_url, vault.SCHEMA)) as connection:
            connection.execute("delete from key_subjects")
            with pytest.raises(psycopg.Error, match=r"destroyed|duplicate key"):
                connection.execute(statement)  # type: ignore[arg-type]

        with pytest.raises(vault.KeyDestroyed):
            await texts.open(sealed, event_id=EVENT)

    async def test_is_logged_outside_the_vault(self, texts: Vault, database_url: str) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        await texts.destroy("ann")

        assert _rows(database_url, "select kid::text from destructions", vault.LOG_SCHEMA) == [(sealed.kid,)]

    async def test_without_its_log_nothing_is_destroyed(self, texts: Vault, database_url: str) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        with psycopg.connect(database_url) as connection:
            connection.execute("drop schema vault_log cascade")

        with pytest.raises(psycopg.Error):
            await texts.destroy("ann")

        assert await texts.open(sealed, event_id=EVENT) == "a"


class TestLegalHold:
    async def test_blocks_destruction_through_anybody_concerned(self, texts: Vault) -> None:
        sealed = await texts.seal("about both", event_id=EVENT, subjects=["ann", "bob"])
        await texts.hold("bob", "inquest")

        with pytest.raises(vault.LegalHold):
            await texts.destroy("ann")

        assert await texts.open(sealed, event_id=EVENT) == "about both"

    async def test_ends_with_its_release(self, texts: Vault) -> None:
        await texts.seal("a", event_id=EVENT, subjects=["ann"])
        await texts.hold("ann", "inquest")
        await texts.release("ann")

        assert len(await texts.destroy("ann")) == 1


class TestStart:
    def test_several_at_once_make_the_tables_once(self, vault_url: str, database_url: str) -> None:
        vaults = [Vault(vault_url, MASTER, log_url=database_url) for _ in range(4)]
        failures: list[BaseException] = []

        def start(each: Vault) -> None:
            try:
                each.start_sync()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=start, args=[each]) for each in vaults]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for each in vaults:
            each.close_sync()

        assert failures == []

    async def test_readiness_notices_a_vault_that_is_gone(self, texts: Vault) -> None:
        await texts.check()
        texts.close_sync()

        with pytest.raises(psycopg.OperationalError):
            await texts.check()
