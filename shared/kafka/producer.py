"""Idempotent producers with bounded waits: how anything of ours is sent to Kafka."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.structs import RecordMetadata

Headers = Sequence[tuple[str, bytes]]

ACK_SECONDS = 30
START_SECONDS = 15
FAILURES = (KafkaError, OSError, TimeoutError)
"""What a broker out of reach looks like: to be tried again."""
REFUSED = (
    UnknownTopicOrPartitionError, TopicAuthorizationFailedError, MessageSizeTooLargeError, RecordListTooLargeError,
)  # fmt: skip
"""What says something of one topic or record, and not of the brokers."""

log = logging.getLogger(__name__)


async def connect(bootstrap: str, *, linger_ms: int = 0) -> AIOKafkaProducer:
    """A started producer: idempotent, acknowledged by all in-sync replicas. Raises one of FAILURES."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=linger_ms,
        request_timeout_ms=10_000,
        max_batch_size=512 * 1024,
        max_request_size=1 << 20,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            await producer.start()
    except BaseException:
        await abandon(producer)
        raise
    return producer


async def exists(bootstrap: str, topic: str) -> bool:
    """Whether a topic is there, by its name on the broker. Raises one of FAILURES."""
    # Listing makes no topic, which asking for one by its name may do.
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await client.start()
        return topic in await client.list_topics()
    finally:
        await client.close()


async def abandon(producer: AIOKafkaProducer) -> None:
    """Stop at once, without flushing: what is not acknowledged by now is sent again by a new producer, or not at all.

    The library's own `stop` waits for ever while a broker is down, because idempotent batches never expire there.
    """
    producer._closed = True  # its finaliser would warn of a producer left open
    with suppress(*FAILURES):
        async with asyncio.timeout(5):
            await producer.client.close()
            if producer._sender is not None:
                await producer._sender.close()


class Producer:
    """Sends single records and waits for their acknowledgement. After a failure it starts again with a new producer."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def send(
        self, topic: str, key: bytes | None, value: bytes, headers: Headers = (), partition: int | None = None
    ) -> RecordMetadata:
        """Send one record to a topic by its name on the broker, and wait until it is kept. Raises one of FAILURES."""
        async with self._starting:
            if self._producer is None:
                self._producer = await connect(self._bootstrap)
            producer = self._producer
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return await producer.send_and_wait(topic, value, key, partition, headers=list(headers))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop. Every `send` that was awaited is kept; others are not."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await abandon(producer)
