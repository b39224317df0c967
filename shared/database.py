"""PostgreSQL: how a service reaches its schema, and how the schema is brought up to date (architecture §8)."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[psycopg.AsyncConnection]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_MIGRATION = re.compile(r"\d{4}_\w+\.sql")
_LOCK = 0x6D696772
_SESSION = (
    # A process that is stopped (or a host that vanishes) in the middle of a transaction may not hold a lock for ever.
    "-c idle_in_transaction_session_timeout=30000",
    "-c lock_timeout=20000",
    "-c timezone=UTC",
)

_HISTORY = """
CREATE TABLE IF NOT EXISTS migrations(
  name text PRIMARY KEY, digest bytea NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())
"""


class MigrationChanged(Exception):
    """A migration that has been applied was edited afterwards: write a new one instead."""


def conninfo(url: str, schema: str) -> str:
    """The address of one service's schema. Raises ValueError for a name that is not a plain lower-case word."""
    if not _NAME.fullmatch(schema):
        raise ValueError(f"{schema!r} is no name for a schema")
    given = str(conninfo_to_dict(url).get("options") or "")
    options = " ".join(part for part in (given, f"-c search_path={schema}", *_SESSION) if part)
    return make_conninfo(
        url,
        options=options,
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        # Keepalives say nothing while a statement is under way to a host that has vanished: this ends it, not an hour.
        tcp_user_timeout=30_000,
    )


def pool(url: str, schema: str, *, min_size: int = 1, max_size: int = 8) -> Pool:
    """A pool on one schema, not yet open: `async with pool(...)`. A dead connection is replaced before it is lent."""
    return AsyncConnectionPool(
        conninfo(url, schema),
        min_size=min_size,
        max_size=max_size,
        timeout=5,
        open=False,
        check=AsyncConnectionPool.check_connection,
        name=schema,
    )


def migrate(url: str, schema: str, *directories: Path) -> list[str]:
    """Bring one schema up to date: each directory's `0001_name.sql` files in order, all in one transaction.

    Services that start at the same time wait for one another. Returns the names of what was applied now.
    Raises MigrationChanged, and psycopg.Error: then nothing was applied.
    """
    applied = []
    with psycopg.connect(conninfo(url, schema)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, schema))
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        connection.execute(_HISTORY)
        known = {name: bytes(digest) for name, digest in connection.execute("SELECT name, digest FROM migrations")}
        for name, text in _files(directories):
            digest = hashlib.sha256(text).digest()
            if name not in known:
                connection.execute(text)
                connection.execute("INSERT INTO migrations(name, digest) VALUES (%s, %s)", (name, digest))
                applied.append(name)
            elif known[name] != digest:
                raise MigrationChanged(f"{schema}: {name}")
    return applied


def _files(directories: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    for directory in directories:
        for file in sorted(directory.iterdir()):
            if _MIGRATION.fullmatch(file.name):
                # The owner's name goes in, because several parts bring migrations to one schema.
                yield f"{directory.resolve().parent.name}/{file.name}", file.read_bytes()
