"""Yesterday's vault: what was destroyed since is destroyed again before anything is read."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from deploy.local import ports, postgres
from deploy.local.servers import Server
from shared import database, sealing, vault
from shared.events.registry import Sealed
from shared.vault import Vault

MASTER = bytes(range(32))
EVENT = UUID(int=1)


def _resurrect(url: str, sealed: Sealed) -> None:
    """What the restoring of yesterday's backup does: the key is there again."""
    wrapped = sealing.MasterKey(MASTER).wrap(UUID(sealed.kid), bytes(32))
    with psycopg.connect(database.conninfo(url, vault.SCHEMA)) as yesterday:
        yesterday.execute("alter table data_keys disable trigger tombstones")
        yesterday.execute("update data_keys set destroyed_at = null, wrapped = %s", [wrapped])
        yesterday.execute("alter table data_keys enable trigger tombstones")


class TestBackup:
    async def test_a_restored_vault_is_told_again_before_it_opens(
        self, texts: Vault, vault_url: str, database_url: str
    ) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        await texts.destroy("ann")
        _resurrect(vault_url, sealed)

        async with Vault(vault_url, MASTER, log_url=database_url) as restored:
            with pytest.raises(vault.KeyDestroyed):
                await restored.open(sealed, event_id=EVENT)

    async def test_a_backup_restored_beside_a_server_that_never_stopped_is_told_too(
        self, texts: Vault, vault_url: str
    ) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        await texts.destroy("ann")
        info = psycopg.conninfo.conninfo_to_dict(vault_url)
        name, backup = (sql.Identifier(f"{info['dbname']}{end}") for end in ("", "_backup"))
        server = psycopg.conninfo.make_conninfo(vault_url, dbname="postgres")
        _resurrect(vault_url, sealed)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [info["dbname"]]
            )
            connection.execute(sql.SQL("alter database {} rename to {}").format(name, backup))
            connection.execute(sql.SQL("create database {} template {}").format(name, backup))
            connection.execute(sql.SQL("drop database {}").format(backup))

        with pytest.raises(vault.KeyDestroyed):
            await texts.open(sealed, event_id=EVENT)

    async def test_what_was_logged_but_not_done_is_done_at_the_next_start(
        self, texts: Vault, vault_url: str, database_url: str
    ) -> None:
        sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
        with psycopg.connect(database.conninfo(database_url, vault.LOG_SCHEMA)) as log:
            log.execute("insert into destructions (kid) values (%s)", [sealed.kid])

        async with Vault(vault_url, MASTER, log_url=database_url) as after_the_crash:
            with pytest.raises(vault.KeyDestroyed):
                await after_the_crash.open(sealed, event_id=EVENT)


class TestRestart:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Server]:
        """A PostgreSQL of this test's own, which it may stop."""
        (port,), directory = ports.free(1), tmp_path / "postgres"
        postgres.prepare(directory)
        command = postgres.command(directory, port, durable=False)
        server = Server(command, postgres.url(directory, port), command.popen(tethered=True), tethered=True)
        server.wait_ready()
        yield server
        server.stop()

    async def test_a_vault_restored_under_a_running_service_is_told_again(
        self, server: Server, database_url: str
    ) -> None:
        async with Vault(server.address, MASTER, log_url=database_url) as texts:
            sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
            await texts.destroy("ann")
            _resurrect(server.address, sealed)
            server.stop()
            server.start()

            with pytest.raises(vault.KeyDestroyed):
                await texts.open(sealed, event_id=EVENT)

    async def test_a_vault_that_is_away_fails_and_comes_back(self, server: Server, database_url: str) -> None:
        async with Vault(server.address, MASTER, log_url=database_url) as texts:
            sealed = await texts.seal("a", event_id=EVENT, subjects=["ann"])
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                await texts.open(sealed, event_id=EVENT)
            server.start()

            assert await texts.open(sealed, event_id=EVENT) == "a"
