"""Migrations: once, in order, under a lock, or not at all."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from shared import database
from tests.component.log import logs


def write(directory: Path) -> Path:
    """A directory of migrations, empty but for a file that is none."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "README.md").write_text("not a migration")
    return directory


def test_applies_each_once_and_in_order(database_url: str, tmp_path: Path) -> None:
    owner = write(tmp_path / "owner" / "migrations")
    (owner / "0001_a.sql").write_text("CREATE TABLE a(n int)")
    (owner / "0002_b.sql").write_text("ALTER TABLE a ADD m int")

    assert database.migrate(database_url, "intake", owner) == ["owner/0001_a.sql", "owner/0002_b.sql"]
    assert database.migrate(database_url, "intake", owner) == []

    (owner / "0003_c.sql").write_text("INSERT INTO a VALUES (1, 2)")
    assert database.migrate(database_url, "intake", owner) == ["owner/0003_c.sql"]
    assert logs.one(database_url, "intake", "SELECT m FROM intake.a") == 2
    assert logs.one(database_url, "intake", "SELECT current_schema()") == "intake"


def test_a_mistake_leaves_nothing_behind(database_url: str, tmp_path: Path) -> None:
    owner = write(tmp_path / "owner" / "migrations")
    (owner / "0001_a.sql").write_text("CREATE TABLE a(n int)")
    (owner / "0002_b.sql").write_text("SELECT nonsense")

    with pytest.raises(psycopg.errors.UndefinedColumn):
        database.migrate(database_url, "intake", owner)

    assert logs.one(database_url, "intake", "SELECT to_regclass('intake.a')") is None


def test_an_edited_migration_is_refused(database_url: str, tmp_path: Path) -> None:
    owner = write(tmp_path / "owner" / "migrations")
    (owner / "0001_a.sql").write_text("CREATE TABLE a(n int)")
    database.migrate(database_url, "intake", owner)
    (owner / "0001_a.sql").write_text("CREATE TABLE a(n bigint)")
    with pytest.raises(database.MigrationChanged):
        database.migrate(database_url, "intake", owner)


def test_services_that_start_together_wait_for_one_another(database_url: str, tmp_path: Path) -> None:
    owner = write(tmp_path / "owner" / "migrations")
    (owner / "0001_a.sql").write_text("CREATE TABLE a(n int); SELECT pg_sleep(0.2)")
    with ThreadPoolExecutor(3) as threads:
        applied = list(threads.map(lambda _: database.migrate(database_url, "intake", owner), range(3)))
    assert sorted(map(len, applied)) == [0, 0, 1]


def test_a_schema_is_a_plain_word() -> None:
    with pytest.raises(ValueError, match="schema"):
        database.conninfo("postgresql://localhost/x", 'intake" -c evil=1')


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such limit")
def test_a_statement_to_a_host_that_has_vanished_ends(database_url: str) -> None:
    with (
        psycopg.connect(database.conninfo(database_url, "intake")) as connection,
        socket.socket(fileno=os.dup(connection.fileno())) as wire,
    ):
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
