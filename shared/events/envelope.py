"""The envelope: CloudEvents 1.0, structured JSON, with our chain fields (architecture §4)."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PREFIX = "careledger."
CONTENT_TYPE = "application/cloudevents+json"
MAX_BYTES = 256 * 1024
"""An event as it stands in Kafka."""

Basis = Literal["live", "import", "carried-over", "adoption", "rebuild"]
"""Why it was written now. Only basis decides whether people are told one by one."""
Classification = Literal["official", "official-sensitive", "restricted-safeguarding"]

_TIMES = ("time", "observedtime", "receivedtime", "embargountil")
_HASH_TAIL = len(b',"hash":"') + 64 + len(b'"}')


class Draft(BaseModel):
    """An event before the journal gives it its place in the order."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    type: str = Field(pattern=r"^careledger\.[a-z_.]+\.v\d+$")
    source: str
    subject: str
    """The provider's id; the place on `places`; `partition/7` for a mark."""
    time: AwareDatetime
    """When it happened."""
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    observedtime: AwareDatetime | None = None
    """When the publisher learned it."""
    receivedtime: AwareDatetime | None = None
    """When it first reached us, where a quarantine lay in between."""
    place: str
    basis: Basis = "live"
    correlationid: str | None = None
    causationid: str | None = None
    classification: Classification = "official-sensitive"
    traceparent: str | None = None
    audiences: str | None = None
    """Who may have it, and nobody else: kinds of organisation, with blanks between (SAL-20). Unsaid: not limited."""
    nottoprovider: bool | None = None
    """The provider that it is about is not to see it."""
    embargountil: AwareDatetime | None = None
    """Nobody outside the sender's organisation is to have it before."""
    data: dict[str, Any]


class Event(Draft):
    """An event as it stands in Kafka, for ever."""

    recordedtime: AwareDatetime
    """When we recorded it: strictly increasing per writer."""
    writer: str
    sequence: int
    """Epoch (4 digits) and position (15), per writer, topic and partition."""
    prevsequence: int
    prevhash: str = ""
    digest: str = ""
    """Keyed digest of the plaintext: "the same reference, other content" can be told even after a restore."""
    hash: str = ""

    @property
    def kind(self) -> str:
        """The type without our prefix and version: `quality_concern.raised`."""
        return kind_of(self.type)


def type_name(kind: str, version: int = 1) -> str:
    """`quality_concern.raised` → `careledger.quality_concern.raised.v1`."""
    return f"{PREFIX}{kind}.v{version}"


def kind_of(type_: str) -> str:
    """`careledger.quality_concern.raised.v1` → `quality_concern.raised`."""
    return type_.removeprefix(PREFIX).rpartition(".")[0]


def instant(value: datetime) -> str:
    """UTC, microseconds, `Z`: one spelling, so that equal instants are equal bytes."""
    # Not strftime: it writes the year 206 (a slip of the pen for 2026) with three digits, which no reader takes.
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def number(sequence: int) -> str:
    """A sequence as it is written: 19 digits, so that text order is number order."""
    return f"{sequence:019d}"


def seal(  # the chain fields are the caller's: the journal's, or risk's outbox's
    draft: Draft, *, recordedtime: datetime, writer: str, sequence: int, prevsequence: int, prevhash: str, digest: str
) -> tuple[bytes, str]:
    """The bytes for Kafka, and their hash (hex). `hash` is the last member and covers every byte before it."""
    body = draft.model_dump(mode="json", exclude_none=True, exclude={"data", *_TIMES})
    body |= {name: instant(at) for name in _TIMES if (at := getattr(draft, name)) is not None}
    body |= {
        "recordedtime": instant(recordedtime),
        "writer": writer,
        "sequence": number(sequence),
        "prevsequence": number(prevsequence),
        "prevhash": prevhash,
        "data": draft.data,
        "digest": digest,
    }
    front = orjson.dumps(body)[:-1]
    mark = hashlib.sha256(front).hexdigest()
    return b'%b,"hash":"%b"}' % (front, mark.encode()), mark


def is_whole(body: bytes) -> bool:
    """Whether the bytes still carry the hash that was put on them."""
    return len(body) > _HASH_TAIL and hashlib.sha256(body[:-_HASH_TAIL]).hexdigest().encode() == body[-66:-2]
