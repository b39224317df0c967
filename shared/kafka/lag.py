"""How far a consumer group of another service is behind on a topic, by what it has committed: for whoever must wait."""

import re

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared import topics
from shared.kafka import tail

START_SECONDS = 15


async def behind(bootstrap: str, names: topics.Topics, topic: str, groups: str) -> int | None:
    """Records of a topic not yet read by the foremost of the groups whose names, less the set's prefix, fit `groups`.

    None: no such group has ever read. Of several (a state that is built anew beside the one in use) the foremost is the
    one that answers now. Raises one of producer.FAILURES.
    """
    committed = await _committed(bootstrap, names, groups)
    if not committed:
        return None
    async with tail.reader(bootstrap) as consumer:
        ends = await _ends(consumer, names.name(topic))
    return min(sum(max(end - at.get(tp, 0), 0) for tp, end in ends.items()) for at in committed)


async def _committed(bootstrap: str, names: topics.Topics, groups: str) -> list[dict[TopicPartition, int]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=START_SECONDS * 1000)
    await admin.start()
    try:
        known = [group for group, _ in await admin.list_consumer_groups()]
        mine = [group for group in known if re.fullmatch(re.escape(names.prefix) + groups, group)]
        found = [await admin.list_consumer_group_offsets(group) for group in mine]
    finally:
        await admin.close()
    return [{tp: at.offset for tp, at in each.items() if at.offset >= 0} for each in found if each]


async def _ends(consumer: AIOKafkaConsumer, topic: str) -> dict[TopicPartition, int]:
    partitions = [TopicPartition(topic, number) for number in range(topics.PARTITIONS)]
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    return ends
