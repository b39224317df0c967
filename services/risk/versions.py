"""Which version of risk's state is the one in use: one record on a topic of its own, where every restart finds it."""

import orjson
from aiokafka import AIOKafkaProducer

from services.risk.reading import Reader

KEY = b"version"
FIRST = 1


async def current(reader: Reader, topic: str) -> int:
    """The version in use. 1 before any re-fold."""
    version = FIRST
    begin, end = await reader.bounds(topic, 0)
    async for record in reader.records(topic, 0, begin, end):
        version = max(version, int(orjson.loads(record.value)["version"]))
    return version


async def advance(producer: AIOKafkaProducer, topic: str, version: int) -> None:
    """From now on this version is the one in use."""
    await producer.send_and_wait(topic, orjson.dumps({"version": version}), KEY, partition=0)
