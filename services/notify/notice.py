"""What there is to tell: an alert, or the end of one, as it stands on the topics (pure)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events import Event, alerts, data_of, returns
from shared.events.envelope import Basis, Classification

URGENT = frozenset({"A1", "A2", "A3", "A7", "A8", "A12", "A18"})
"""Sent first, never put off or gathered (architecture §7). A18 is among them: it speaks of one that nobody answered."""
TITLES = {
    "A1": "Immediate risk",
    "A2": "Safeguarding concern to consider",
    "A3": "Potential organisational safeguarding",
    "A4": "Notice to CQC",
    "A5": "Notice to the ICB",
    "A6": "Notice to another authority",
    "A7": "Concern raised by a host authority",
    "A8": "Escalation to the board",
    "A9": "Indicated and confirmed level differ",
    "A10": "A limit has passed",
    "A11": "A return was missed",
    "A12": "Risk of business failure",
    "A13": "No matching CQC notification",
    "A14": "The registration changed",
    "A15": "A joint decision lacks a consent",
    "A16": "A theme is rising",
    "A17": "Good practice",
    "A18": "Nobody has acknowledged an alert",
    "A19": "The data or the directory has a gap",
    "reminder": "A return is due",
    "statement": "Statement of what you were told",
}

Type = Literal["alert.raised", "alert.cleared", "alerts.summary", "alerts.reminder", "alerts.statement"]


@dataclass(frozen=True, slots=True)
class Item:
    """One of several deliveries that one message tells of, as its recipient may read it."""

    delivery_id: UUID
    event_id: UUID
    type: Type
    alert: str
    provider_id: str | None
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, once, to each who must know."""

    event_id: UUID
    """The event's; an alert's is made of its kind, provider and cause, and is stable for ever."""
    type: Type
    alert: str
    """The code A1-A19, or `summary`."""
    provider_id: str | None
    """None where it is about the whole place."""
    place: str
    basis: Basis
    classification: Classification
    raised_at: datetime
    """When the event was recorded."""
    name: str
    summary: str
    commissioning: str | None = None
    policy_digest: str | None = None
    raised_id: UUID | None = None
    """Of a clearing: the alert that it ends."""
    about: tuple[UUID, ...] = ()
    """Of an A18: the alerts that nobody acknowledged."""
    to_role: str | None = None
    """Told instead of the policy's roles: of an A18 the next of its ladder."""
    placing_authorities: tuple[str, ...] = ()
    """GSS codes of those who have placed people here (A6)."""
    host_authority: str | None = None
    """GSS code of the authority that is responsible where our people are (A6, CAL-34)."""
    audiences: tuple[str, ...] | None = None
    """Who may have it, and nobody else. None: not limited."""
    not_to_provider: bool = False
    embargo_until: datetime | None = None
    grounds: tuple[str, ...] = ()
    """The events that it rests on, its cause among them: their markings bind it, a share decision may name them."""
    items: tuple[Item, ...] = ()
    """Of a message that carries others: each of them."""
    pressing: bool = False
    """Of an A19: somebody may be in danger, and what says so has no home (architecture §7)."""
    correlation_id: str | None = None
    traceparent: str | None = None

    @property
    def urgent(self) -> bool:
        """Whether it goes before all that is not."""
        return self.alert in URGENT or self.pressing

    @property
    def carries(self) -> bool:
        """Whether it tells of others, each of which may climb a ladder. A statement lists what was told before."""
        return bool(self.items) and self.type != "alerts.statement"

    @property
    def subject(self) -> str:
        """The subject of what is recorded about it: the provider, or else the place."""
        return self.provider_id or self.place


def from_event(event: Event) -> Notice | None:
    """The notice in an event of any topic, or None where nobody is told. Raises pydantic's ValidationError."""
    if event.kind not in ("alert.raised", "alert.cleared", "returns.reminded"):
        return None
    body = data_of(event)
    if isinstance(body, returns.ReturnReminded):
        return _reminder(event, body)
    if not isinstance(body, alerts.AlertBody):
        return None
    cleared = isinstance(body, alerts.AlertCleared)
    unanswered = body.alert == "A18"
    return Notice(
        event_id=event.id,
        type="alert.cleared" if cleared else "alert.raised",
        alert=body.alert,
        provider_id=event.subject if event.subject != event.place else None,
        place=event.place,
        basis=event.basis,
        classification=event.classification,
        raised_at=event.recordedtime,
        name=body.name,
        summary=body.summary,
        commissioning=body.commissioning,
        policy_digest=body.policy_digest,
        raised_id=UUID(body.raised_id) if isinstance(body, alerts.AlertCleared) else None,
        about=tuple(UUID(one) for one in body.evidence) if unanswered else (),
        to_role=body.to_role,
        placing_authorities=body.placing_authorities,
        host_authority=body.host_authority,
        audiences=None if event.audiences is None else tuple(event.audiences.split()),
        not_to_provider=bool(event.nottoprovider),
        embargo_until=event.embargountil,
        grounds=(*body.evidence, *((event.causationid,) if event.causationid else ())),
        pressing=bool(body.urgent),
        correlation_id=event.correlationid,
        traceparent=event.traceparent,
    )


def _reminder(event: Event, body: returns.ReturnReminded) -> Notice | None:
    """Before a return is due its provider is told so; of a day that is past when it is written down, nobody is."""
    if event.basis != "live" or body.name is None or body.due_on is None:
        return None
    return Notice(
        event_id=event.id,
        type="alert.raised",
        alert="reminder",
        provider_id=event.subject,
        place=event.place,
        basis=event.basis,
        classification=event.classification,
        raised_at=event.recordedtime,
        name=body.name,
        summary=f"The return {body.return_type} for {body.period} is due on {body.due_on.isoformat()}.",
        correlation_id=event.correlationid,
        traceparent=event.traceparent,
    )
