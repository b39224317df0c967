"""A migrated journal for each test, as a service makes it at its start, and the few topics that these tests need."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import deploy.topics
import shared.journal
import shared.kafka
from shared import database
from shared import topics as register
from tests.support.servers import Servers, fresh_database, run

MIGRATIONS = tuple(Path(part.__file__ or "").parent / "migrations" for part in (shared.journal, shared.kafka))
NEEDED = ("ledger", "places", "inbox-icb-quality", "intake-dead-letter")


@pytest.fixture(scope="session")
def migrated(servers: Servers) -> Iterator[str]:
    """The name of a database with two journals, in the schemas `intake` and `governance`, to be copied."""
    with fresh_database(servers.database_url) as url:
        for schema in ("intake", "governance"):
            database.migrate(url, schema, *MIGRATIONS)
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def journal_url(servers: Servers, migrated: str) -> Iterator[str]:
    """A database of the test's own, with two empty journals: a copy, because migrating is most of a test's time."""
    name = f"t_{secrets.token_hex(6)}"
    one, copy = sql.Identifier(name), sql.Identifier(migrated)
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(one, copy))
        yield make_conninfo(servers.database_url, dbname=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(one))


async def create(bootstrap: str, names: register.Topics) -> None:
    """The needed topics, with the partitions and settings that they have everywhere."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        wanted = [topic for topic in register.TOPICS if topic.name in NEEDED]
        await client.create_topics(
            [NewTopic(names.name(each.name), each.partitions, 1, topic_configs=each.config) for each in wanted]
        )
    finally:
        await client.close()


@pytest.fixture
def topics(kafka_bootstrap: str) -> Iterator[register.Topics]:
    """A fresh topic set, smaller than the whole: creating is most of a test's time."""
    names = register.Topics(prefix=f"t{secrets.token_hex(5)}-")
    run(create(kafka_bootstrap, names))
    yield names
    run(deploy.topics.delete(kafka_bootstrap, names.prefix))
