"""The truth: one compacted Kafka partition for each ledger partition, written by one fenced writer in whole batches.

A writer first appends a *fence*; the fence's offset is its token, which every record it writes carries. Whoever reads
the truth believes, after a fence, only records with that token or a later one: what an older writer still manages to
write is ignored, and written over. A batch of changes is one Kafka RecordBatch, so it is there whole or not at all, and
it must land right behind our last one: anything else means that somebody else writes, and ends the process.
What the records mean is the agent's business; here they are bytes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from services.risk.ending import end
from services.risk.reading import Reader

logger = logging.getLogger(__name__)

FENCE = b"\x00fence"
TOKEN_BYTES = 8
LIMIT = 900_000
"""Bytes of one RecordBatch; the topics take 1 MiB."""
RECORD_OVERHEAD = 40
WRITE_SECONDS = 90.0

Header = tuple[str, bytes]
Record = tuple[bytes, bytes, Sequence[Header]]
"""Key, value, headers."""


class TooLarge(Exception):
    """One record, or records that must stay together, do not fit one RecordBatch."""


@dataclass(slots=True)
class Claim:
    """Our right to write to one partition of the changelog."""

    token: int
    end: int
    """Where our next record must land."""


def size_of(key: bytes, body: bytes) -> int:
    """An upper bound of what one record takes of a batch."""
    return len(key) + len(body) + TOKEN_BYTES + RECORD_OVERHEAD


class Appender:
    """Appends whole RecordBatches to a partition, and knows where they landed."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        self.producer, self.topic = producer, topic

    async def append(
        self, partition: int, records: Sequence[Record], *, together: bool = False
    ) -> list[tuple[int, int]]:
        """(base offset, count) of each batch, all acknowledged. Raises TooLarge, TimeoutError, KafkaError."""
        batch, waiting, counts = self.producer.create_batch(), [], []
        async with asyncio.timeout(WRITE_SECONDS):
            for key, value, headers in records:
                added = batch.append(key=key, value=value, timestamp=None, headers=list(headers))
                if added is None and batch.record_count():
                    if together:
                        raise TooLarge(f"{len(records)} records of {self.topic}")
                    counts.append(batch.record_count())
                    waiting.append(await self._ship(batch, partition))
                    batch = self.producer.create_batch()
                    added = batch.append(key=key, value=value, timestamp=None, headers=list(headers))
                if added is None:
                    raise TooLarge(f"a record of {len(value)} bytes for {self.topic}")
            if batch.record_count():
                counts.append(batch.record_count())
                waiting.append(await self._ship(batch, partition))
            acked = await asyncio.gather(*waiting)
        return [(each.offset, count) for each, count in zip(acked, counts, strict=True)]

    async def _ship(self, batch: Any, partition: int) -> Any:
        batch.close()
        return await self.producer.send_batch(batch, self.topic, partition=partition)


class Changelog:
    """The changelog topic of one state version."""

    def __init__(self, topic: str, producer: AIOKafkaProducer, reader: Reader) -> None:
        self.topic, self._reader = topic, reader
        self._log = Appender(producer, topic)

    async def claim(self, partition: int, held: Claim | None = None) -> tuple[Claim, dict[bytes, bytes] | None]:
        """Fence off every earlier writer and read the truth: key to body. None: nobody wrote since we did."""
        claim = await self.fence(partition)
        if held is not None and claim.token == held.end:
            return claim, None
        truth, overwritten = await self.read(partition, until=claim.token)
        if overwritten:
            logger.warning("%s %d: writing over %d records of fenced writers", self.topic, partition, len(overwritten))
            await self.append(partition, claim, {key: truth.get(key, b"") for key in overwritten}, together=False)
        return claim, truth

    async def fence(self, partition: int) -> Claim:
        """Fence off every earlier writer."""
        [(fence, _)] = await self._log.append(partition, [(FENCE, b"", ())])
        return Claim(fence, fence + 1)

    async def append(
        self, partition: int, claim: Claim, changes: Mapping[bytes, bytes], *, together: bool = True
    ) -> None:
        """Write changed bodies (empty: the key is no more). Ends the process if anybody else wrote in between."""
        token = claim.token.to_bytes(TOKEN_BYTES)
        records = [(key, token + body, ()) for key, body in changes.items()]
        for base, count in await self._log.append(partition, records, together=together):
            at = base if base >= 0 else await self._end(partition) - count  # acknowledged as a repeat of a resent batch
            if at != claim.end:
                end(f"{self.topic} {partition}: somebody else wrote at {claim.end}..{at}")
            claim.end = at + count

    async def read(self, partition: int, until: int | None = None) -> tuple[dict[bytes, bytes], set[bytes]]:
        """The truth up to an offset (or the present end), and the keys whose newest record is a fenced writer's."""
        _, last = await self._reader.bounds(self.topic, partition)
        truth: dict[bytes, bytes] = {}
        overwritten: set[bytes] = set()
        token = -1
        async for record in self._reader.records(self.topic, partition, 0, last if until is None else until):
            if record.key == FENCE:
                token = record.offset
                continue
            theirs = int.from_bytes(record.value[:TOKEN_BYTES])
            if theirs < token:
                overwritten.add(record.key)
                continue
            token = theirs
            overwritten.discard(record.key)
            if body := record.value[TOKEN_BYTES:]:
                truth[record.key] = body
            else:
                truth.pop(record.key, None)
        return truth, overwritten

    async def _end(self, partition: int) -> int:
        return (await self._reader.bounds(self.topic, partition))[1]
