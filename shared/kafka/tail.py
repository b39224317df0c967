"""Reading stretches of topics that end: from given offsets to what is there now. No group, no commits."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

START_SECONDS = 15
STALL_MS = 30_000
STOP_SECONDS = 3

log = logging.getLogger(__name__)

Records = list["ConsumerRecord[bytes, bytes]"]


class Stalled(TimeoutError):
    """The broker said there is more, and gave nothing."""


@asynccontextmanager
async def reader(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group. Raises one of producer.FAILURES."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=4 << 20,
        request_timeout_ms=START_SECONDS * 1000,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await close(consumer)


async def close(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer, within seconds.

    aiokafka 0.14's fetcher swallows its own cancellation when the assignment has just changed, and `stop` then waits
    for ever; a second cancellation, which the time limit brings, ends it. With a broker out of reach it is slow too.
    """
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await consumer.stop()
            return
    log.warning("a Kafka consumer did not stop by itself")
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await consumer._client.close()


async def stretch(
    consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> AsyncIterator[tuple[TopicPartition, Records]]:
    """Every record from its partition's start up to, not including, its end. Raises Stalled, KafkaError."""
    todo = {tp for tp, start in starts.items() if start < ends[tp]}
    if not todo:
        return
    consumer.assign(todo)
    for tp in todo:
        consumer.seek(tp, starts[tp])
    while todo:
        for tp, records in (await _more(consumer)).items():
            if wanted := [record for record in records if record.offset < ends[tp]]:
                yield tp, wanted
            if records[-1].offset + 1 >= ends[tp]:
                todo.discard(tp)
                consumer.pause(tp)
        # Transaction markers and compacted records take an offset and are never given out.
        todo -= {tp for tp in todo if await consumer.position(tp) >= ends[tp]}


async def _more(consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, Records]:
    found: Mapping[TopicPartition, Records] = await consumer.getmany(timeout_ms=STALL_MS)
    if not found:
        raise Stalled("no records although the end is not reached")
    return found
