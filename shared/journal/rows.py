"""What goes into the journal and what is answered: the row, the result, the Kafka partition of a key."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Literal
from uuid import UUID

from shared import topics
from shared.events import envelope

Topic = Literal["ledger", "places", "notifications"]
Status = Literal["accepted", "duplicate", "conflict", "refused"]

WIDTH = {topic.name: topic.partitions for topic in topics.TOPICS}
"""How many partitions each topic has, for life."""
CARRIED = (topics.LEDGER, topics.PLACES, topics.NOTIFICATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event as a caller hands it in."""

    topic: Topic
    key: str
    """The provider's id, the place on `places`, `partition/7` for a mark."""
    draft: envelope.Draft
    digest: bytes
    """Keyed digest of the plaintext: the same id with another digest is a conflict."""
    partition: int | None = None
    """Only marks say so themselves."""
    cause: datetime | None = None
    """The recordedtime of what led to it: never recorded before its cause."""

    @property
    def lane(self) -> int:
        """The Kafka partition it belongs to."""
        return partition_of(self.key, WIDTH[self.topic]) if self.partition is None else self.partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one row."""

    id: UUID
    status: Status
    position: int | None = None
    """Its place in the journal; of the row that was there before, for a duplicate or a conflict."""
    recordedtime: datetime | None = None
    reason: str | None = None


@cache
def topics_of(writer: str) -> tuple[str, ...]:
    """The topics that a writer's journal feeds."""
    return tuple(topic.name for topic in topics.TOPICS if writer in topic.writers and topic.name in CARRIED)


@lru_cache(100_000)
def partition_of(key: str, partitions: int = topics.PARTITIONS) -> int:
    """Kafka's own rule (murmur2, made positive, modulo), so that any client finds a provider where we put it."""
    data, mix, mask = key.encode(), 0x5BD1E995, 0xFFFFFFFF
    value = 0x9747B28C ^ len(data)
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * mix & mask
        value = (value * mix & mask) ^ ((word ^ word >> 24) * mix & mask)
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * mix & mask
    value = (value ^ value >> 13) * mix & mask
    return ((value ^ value >> 15) & 0x7FFFFFFF) % partitions
