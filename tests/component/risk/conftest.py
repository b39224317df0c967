"""Workers over a fresh topic set."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import deploy.topics
from shared import topics as register
from tests.component.risk.worker import Worker
from tests.component.risk.world import World
from tests.support.servers import run

NEEDED = ("ledger", "places", "assessments", "risk-changelog", "risk-version", "risk-dead-letter")


async def create(bootstrap: str, names: register.Topics) -> None:
    """What risk needs, with the partitions and settings that they have everywhere."""
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


@pytest.fixture
def world(kafka_bootstrap: str, topics: register.Topics) -> World:
    """Ledger, places and what comes out."""
    return World(kafka_bootstrap, topics)


@pytest.fixture
def start(world: World) -> Iterator[Callable[..., Worker]]:
    """Start workers; whatever lives at the end is ended."""
    workers: list[Worker] = []

    def begin(name: str = "one", **env: str) -> Worker:
        workers.append(Worker(world.topics, name, **({"KAFKA_BOOTSTRAP": world.bootstrap} | env)))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.end()
