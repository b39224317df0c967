"""Create exactly the topics of `shared.topics`, in this topic set: `python -m deploy.topics`.

`python -m deploy.topics outbox-icb-quality` makes the topic of a recipient of alerts as well. Harmless to repeat.
A topic that is there with other partitions is an error: keys must not move.
"""

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from shared import topics

TOPIC_ALREADY_EXISTS = 36
FEW = 3
"""From this many brokers on, everything is kept three times and a write needs two of them (architecture §3)."""


class TopicsDiffer(Exception):
    """The broker refused a topic, or has it with another number of partitions."""


async def create(bootstrap: str, prefix: str = "", *, outboxes: Sequence[str] = (), seconds: float = 60) -> list[str]:
    """Create what is missing of a topic set and wait until every partition has a leader; returns the names created.

    `outboxes`: topics of recipients besides. Raises TopicsDiffer, KafkaError, TimeoutError, ValueError.
    """
    all_topics = (*topics.TOPICS, *map(topics.outbox, outboxes))
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        async with asyncio.timeout(seconds):
            brokers = len((await client.describe_cluster())["brokers"])
            names = topics.Topics(prefix=prefix)
            wanted = {names.name(topic.name): topic for topic in all_topics}
            created = await _create(client, [_new(name, topic, brokers) for name, topic in wanted.items()])
            while await _without_leader(client, wanted):  # noqa: ASYNC110 - only the broker knows
                await asyncio.sleep(0.05)
            return created
    finally:
        await client.close()


async def delete(bootstrap: str, prefix: str) -> None:
    """Delete a whole topic set: for tests, which make many. Raises KafkaError, ValueError for the unprefixed set."""
    if not prefix:
        raise ValueError("the unprefixed topic set is not deleted")
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        doomed = [name for name in await client.list_topics() if name.startswith(prefix)]
        if doomed:
            await client.delete_topics(doomed)
    finally:
        await client.close()


def _new(name: str, topic: topics.Topic, brokers: int) -> NewTopic:
    few = brokers < FEW
    config = dict(topic.config) | ({} if few else {"min.insync.replicas": "2"})
    return NewTopic(name, topic.partitions, 1 if few else FEW, topic_configs=config)


async def _create(client: AIOKafkaAdminClient, wanted: list[NewTopic]) -> list[str]:
    answer = await client.create_topics(wanted)
    created = []
    for name, code, *rest in answer.topic_errors:
        if code and code != TOPIC_ALREADY_EXISTS:
            raise TopicsDiffer(f"{name}: {for_code(code).__name__}: {rest[0] if rest else ''}")
        if not code:
            created.append(name)
    return created


async def _without_leader(client: AIOKafkaAdminClient, wanted: dict[str, topics.Topic]) -> list[str]:
    """The topics that cannot be written to yet. Raises TopicsDiffer for a wrong number of partitions."""
    waiting = []
    for found in await client.describe_topics(list(wanted)):
        name, partitions = found["topic"], found["partitions"]
        if found["error_code"] or any(each["leader"] < 0 for each in partitions):
            waiting.append(name)
        elif len(partitions) != wanted[name].partitions:
            raise TopicsDiffer(f"{name} has {len(partitions)} partitions, not {wanted[name].partitions}")
    return waiting


def _names(created: Iterable[str]) -> str:
    return ", ".join(created) or "nothing, all were there"


def main() -> None:
    """Create the set named by TOPIC_SET on KAFKA_BOOTSTRAP, and the recipients' topics that are named."""
    bootstrap, prefix = os.environ.get("KAFKA_BOOTSTRAP"), os.environ.get("TOPIC_SET", "")
    if not bootstrap:
        raise SystemExit("KAFKA_BOOTSTRAP is not set: it names the brokers, as host:port,host:port")
    try:
        created = asyncio.run(create(bootstrap, prefix, outboxes=sys.argv[1:]))
    except (KafkaError, OSError, TimeoutError, TopicsDiffer, ValueError) as problem:
        raise SystemExit(
            f"the topics could not be created on {bootstrap}: {type(problem).__name__} {problem}"
        ) from problem
    print(f"topics created: {_names(created)}")


if __name__ == "__main__":
    main()
