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
SCHEMAS = ("intake", "governance")
NEEDED = ("ledger", "places", "inbox-icb-quality", "intake-dead-letter")


@pytest.fixture(scope="session")
def shared_url(servers: Servers) -> Iterator[str]:
    """A database with two journals, in the schemas `intake` and `governance`."""
    with fresh_database(servers.database_url) as url:
        for schema in SCHEMAS:
            database.migrate(url, schema, *MIGRATIONS)
        yield url


RESET = """
SET session_replication_role = replica;
TRUNCATE journal, heads_partition, heads_key, published, positions;
ALTER TABLE journal ENABLE TRIGGER USER;
UPDATE mark SET position = 0, epoch = 0, reconciled = '-infinity', run = NULL, held = NULL;
DROP TABLE IF EXISTS seen, registered;
"""


@pytest.fixture
def journal_url(shared_url: str) -> str:
    """The same database for most tests, emptied: to make one for each is most of a test's time."""
    with psycopg.connect(shared_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for schema in SCHEMAS:
        with psycopg.connect(database.conninfo(shared_url, schema)) as connection:
            connection.execute(RESET)
    return shared_url


@pytest.fixture
def own_url(servers: Servers, journal_url: str) -> Iterator[str]:
    """A copy of its own, for a test that puts whole databases away and back."""
    name = f"t_{secrets.token_hex(6)}"
    one, copy = sql.Identifier(name), sql.Identifier(str(conninfo_to_dict(journal_url)["dbname"]))
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
