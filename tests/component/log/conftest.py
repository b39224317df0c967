"""A migrated journal for each test, as a service makes it at its start, and the few topics that these tests need."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import deploy.topics
import shared.journal
import shared.kafka
from shared import database
from shared import topics as register
from tests.support.servers import run

MIGRATIONS = tuple(Path(part.__file__ or "").parent / "migrations" for part in (shared.journal, shared.kafka))
NEEDED = ("ledger", "places", "inbox-icb-quality", "intake-dead-letter")


@pytest.fixture
def journal_url(database_url: str) -> str:
    """A database with two journals, in the schemas `intake` and `governance`."""
    for schema in ("intake", "governance"):
        database.migrate(database_url, schema, *MIGRATIONS)
    return database_url


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
