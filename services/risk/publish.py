"""What risk says, as published events: their place in risk's own order on `assessments`, fixed before they are sent.

Pure: the wall clock is an argument. The order of one partition is (epoch = state version, number), its chain runs per
provider; both live in the changelog, so that what is sent again after a restart is the same to the byte.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from services.risk.changelog import Record
from shared.events import Event, alerts, envelope, registry
from shared.kafka.record import RawRecord

WRITER = "risk"
NOWHERE = "-"
"""The place of what is about a partition (as the journal's marks have it)."""
TICK = timedelta(microseconds=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH = 10**15
"""A sequence is epoch × EPOCH + number; the epoch is the version of the state."""


_entry_of = cache(registry.entry_of)


class Order(msgspec.Struct, frozen=True, array_like=True):
    """How far risk has spoken on one partition of `assessments`."""

    sequence: int = 0
    recorded: datetime = _BEGINNING
    hash: str = ""
    """Of the partition's own last event (`day.judged`)."""

    def next(self, version: int) -> int:
        """The sequence of the next event; the first of a new state version follows the last of the one before it."""
        return max(self.sequence, version * EPOCH) + 1


@dataclass(frozen=True, slots=True)
class Cause:
    """What an output answers to: the event, or the mark."""

    id: str
    recorded: datetime
    place: str
    basis: envelope.Basis
    correlationid: str | None = None
    traceparent: str | None = None
    audiences: str | None = None
    nottoprovider: bool | None = None
    embargountil: datetime | None = None
    classification: envelope.Classification = "official"

    @classmethod
    def of(cls, event: Event, basis: envelope.Basis | None = None) -> "Cause":
        """The cause that an event is."""
        return cls(
            str(event.id),
            event.recordedtime,
            event.place,
            basis or event.basis,
            event.correlationid or str(event.id),
            event.traceparent,
            event.audiences,
            event.nottoprovider,
            event.embargountil,
            event.classification,
        )

    @classmethod
    def of_record(cls, record: RawRecord, place: str) -> "Cause":
        """The cause that a record is which is no event, or no longer read as one."""
        id_ = record.headers.get("id", b"").decode(errors="replace")
        return cls(id_ or f"{record.topic}/{record.partition}/{record.offset}", record.timestamp, place, "live")

    @classmethod
    def release(cls, event_id: str, place: str) -> "Cause":
        """A held record's release."""
        return cls(event_id, _BEGINNING, place, "live")

    def at(self, place: str) -> "Cause":
        """The same for a provider of a place: a mark is of no place in particular."""
        return replace(self, place=place)


@dataclass(frozen=True, slots=True)
class Said:
    """One event, sealed."""

    order: Order
    record: Record
    hash: str


def say(
    order: Order, model: type[registry.Data], data: dict[str, Any], *, version: int, id_: UUID, subject: str,
    prevhash: str, time: datetime, cause: Cause, now: datetime,
) -> Said:  # fmt: skip
    """Seal one event as the next of its partition. Never recorded before its cause, nor before the one before it."""
    published = _entry_of(model)
    draft = envelope.Draft(
        id=id_,
        type=published.type,
        source=f"/{WRITER}" if cause.place == NOWHERE else f"/places/{cause.place}/publishers/{WRITER}",
        subject=subject,
        time=time,
        dataschema=published.schema_path,
        place=cause.place,
        basis=cause.basis,
        correlationid=cause.correlationid,
        causationid=cause.id,
        classification=published.classification,
        traceparent=cause.traceparent,
        data=data,
    )
    if model in (alerts.AlertRaised, alerts.AlertCleared):
        draft = draft.model_copy(update=_inherited(cause))
    recorded, sequence = max(now, cause.recorded + TICK, order.recorded + TICK), order.next(version)
    body, mark = envelope.seal(
        draft, recordedtime=recorded, writer=WRITER, sequence=sequence, prevsequence=order.sequence,
        prevhash=prevhash, digest="",
    )  # fmt: skip
    headers = _headers(draft, sequence, recorded)
    return Said(Order(sequence, recorded, order.hash), (subject.encode(), body, headers), mark)


def _inherited(cause: Cause) -> dict[str, Any]:
    """How far an alert may go: no further than the fact that it answers to (SAL-20)."""
    marks = {name: getattr(cause, name) for name in ("audiences", "nottoprovider", "embargountil")}
    restricted = cause.classification == "restricted-safeguarding"
    return marks | ({"classification": cause.classification} if restricted else {})


def _headers(draft: envelope.Draft, sequence: int, recorded: datetime) -> list[Any]:
    headers = [
        ("id", str(draft.id).encode()),
        ("type", draft.type.encode()),
        ("writer", WRITER.encode()),
        ("sequence", envelope.number(sequence).encode()),
        ("recordedtime", envelope.instant(recorded).encode()),
        ("content-type", envelope.CONTENT_TYPE.encode()),
    ]
    return headers if draft.traceparent is None else [*headers, ("traceparent", draft.traceparent.encode())]
