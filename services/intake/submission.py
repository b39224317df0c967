"""A fact that a publisher has submitted, checked and in our words, and the draft that it becomes (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.events import envelope, registry, vocabulary

AHEAD = timedelta(days=1)
"""How far an event's time may lie after its recording (architecture §4)."""
OWN_ID = "id"
"""The scheme of our own provider ids."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The provider as the sender named it."""

    scheme: str
    """`id` for our own."""
    value: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A publisher's fact, checked and in our words; its texts are still clear."""

    id: UUID
    type: str
    publisher: str
    reference: str
    """The sender's own name for it."""
    subject: Subject
    time: datetime
    observedtime: datetime | None
    correlationid: str | None
    traceparent: str | None
    classification: envelope.Classification
    basis: envelope.Basis
    data: Mapping[str, Any]
    """Without its free texts."""
    texts: Mapping[str, str]
    digest: bytes
    """Keyed, over what was sent, in clear: ciphertext differs each time, this does not."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Sharing markings, as envelope attributes."""
    hint: Mapping[str, str] = field(default_factory=dict)
    """What else the sender says of who is meant, `name` and `postcode`: for whoever looks for it in quarantine."""

    def is_ahead(self, now: datetime) -> bool:
        """Whether its time lies further ahead than its type allows."""
        return not registry.TYPES[self.type].future and self.time > now + AHEAD

    @property
    def is_urgent(self) -> bool:
        """Whether somebody may be in danger now: severity S4, immediate risk, or abuse (domain.md A1, A2)."""
        words = (*self.data.get("themes", ()), *self.data.get("abuse_types", ()))
        is_critical = self.data.get("severity") == "S4" or bool(self.data.get("immediate_risk"))
        return is_critical or any(word in vocabulary.ABUSE_TYPES for word in words)


def draft(
    it: Submission, *, provider_id: str, place: str, sealed: Mapping[str, Any], receivedtime: datetime | None = None
) -> envelope.Draft:
    """The event as the journal takes it: the provider found, each text sealed."""
    return envelope.Draft(
        id=it.id,
        type=it.type,
        source=f"/places/{place}/publishers/{it.publisher}",
        subject=provider_id,
        time=it.time,
        dataschema=registry.TYPES[it.type].schema_path,
        observedtime=it.observedtime,
        receivedtime=receivedtime,
        place=place,
        basis=it.basis,
        correlationid=it.correlationid,
        classification=it.classification,
        traceparent=it.traceparent,
        data={**it.data, **sealed},
        **it.marks,
    )
