"""A real PostgreSQL and a real Kafka for tests: a pair a session, a fresh database and topic set a test.

CARELEDGER_TEST_SERVERS may name a JSON file with the addresses of running ones; otherwise a pair is started
in a scratch folder.
"""

import asyncio
import concurrent.futures
import contextlib
import json
import os
import pathlib
import secrets
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import pytest

import deploy.topics
from deploy.local import postgres
from deploy.local import servers as local_servers
from shared.topics import Topics

T = TypeVar("T")


@dataclass(frozen=True)
class Servers:
    """Where the session's servers are. The database is PostgreSQL's own `postgres`; tests make theirs beside it."""

    database_url: str
    kafka_bootstrap: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The session's PostgreSQL and Kafka."""
    with started() as running:
        yield running


@contextlib.contextmanager
def started() -> Iterator[Servers]:
    """The servers that are named, or a pair of our own."""
    if given := os.environ.get("CARELEDGER_TEST_SERVERS"):
        known = json.loads(pathlib.Path(given).read_text())
        yield Servers(known["database_url"], known["kafka_bootstrap"])
        return
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="careledger-test-"))
    try:
        ours = local_servers.start(scratch)
        try:
            yield Servers(ours.postgres.address, ours.kafka.address)
        finally:
            ours.stop()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def fresh_database(address: str) -> Iterator[str]:
    """A database of its own, dropped afterwards, whoever is still connected."""
    name = f"t_{secrets.token_hex(6)}"
    url = postgres.create_database(address, name)
    try:
        yield url
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("drop database {} with (force)").format(psycopg.sql.Identifier(name)))


@contextlib.contextmanager
def fresh_topics(bootstrap: str) -> Iterator[Topics]:
    """A topic set of its own, created, and deleted afterwards."""
    prefix = f"t{secrets.token_hex(5)}-"
    run(deploy.topics.create(bootstrap, prefix))
    try:
        yield Topics(prefix=prefix)
    finally:
        run(deploy.topics.delete(bootstrap, prefix))


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine from synchronous code in a thread, so that the test's own event loop is not disturbed."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def kafka_bootstrap(servers: Servers) -> str:
    """Where the session's Kafka is."""
    return servers.kafka_bootstrap


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """A fresh, empty database."""
    with fresh_database(servers.database_url) as url:
        yield url


@pytest.fixture
def vault_url(servers: Servers) -> Iterator[str]:
    """A fresh, empty database for the vault, which lives apart."""
    with fresh_database(servers.database_url) as url:
        yield url


@pytest.fixture
def topics(servers: Servers) -> Iterator[Topics]:
    """A fresh topic set with every topic of `shared.topics`."""
    with fresh_topics(servers.kafka_bootstrap) as names:
        yield names
