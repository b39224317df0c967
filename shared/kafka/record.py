"""A record as a consumer's handler sees it."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiokafka.structs import ConsumerRecord

from shared import events

_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record of a topic, by the topic's logical name, as it came: what partners send is no event of ours yet."""

    topic: str
    partition: int
    offset: int
    key: str
    raw: bytes
    timestamp: datetime = _NEVER
    """When the broker took it; where a topic allows it, when its sender says."""
    headers: dict[str, bytes] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What tells whether the same record is still at its offset."""
        return f"sha256:{hashlib.sha256(self.raw).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(RawRecord):
    """One record with its event."""

    event: events.Event


def raw_record(topic: str, found: "ConsumerRecord[bytes | None, bytes | None]") -> RawRecord:
    """A record from the client library, under its topic's logical name."""
    return RawRecord(
        topic=topic,
        partition=found.partition,
        offset=found.offset,
        key=(found.key or b"").decode(errors="replace"),
        raw=found.value or b"",
        timestamp=datetime.fromtimestamp(found.timestamp / 1000, UTC),
        headers={name: value for name, value in found.headers if value is not None},
    )


def decoded(record: RawRecord) -> Record:
    """The same with its event. Raises pydantic's ValidationError."""
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        raw=record.raw,
        timestamp=record.timestamp,
        headers=record.headers,
        event=events.decode(record.raw),
    )
