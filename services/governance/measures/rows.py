"""A provider's rows of the history as measures read them. Pure."""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from pydantic import ValidationError

from services.governance import past
from services.governance.measures import indication, practices, record
from services.governance.measures.record import Fact, Service
from services.governance.measures.themes import THEMED
from shared import calendar
from shared.events import (
    TYPES,
    Data,
    Event,
    alerts,
    assessments,
    carried_over,
    concerns,
    contracts,
    corrections,
    cqc,
    data_of,
    decisions,
    decode,
    entry_of,
    notifications,
    partners,
    plans,
    quality_assessments,
    registry_facts,
    returns,
    safeguarding,
    visits,
    voice,
)

log = logging.getLogger(__name__)

MODELS: tuple[type[Data], ...] = (
    *past.REGISTRY, *THEMED,
    corrections.FactWithdrawn, corrections.FactCorrected, carried_over.CarriedOverRecorded,
    concerns.ConcernOutcomeRecorded, voice.ComplaintResolved, safeguarding.SafeguardingEnquiryConcluded,
    decisions.DecisionProposed, decisions.DecisionConsented, decisions.DecisionTookEffect, decisions.DecisionDeclined,
    decisions.DecisionRatified, decisions.DecisionRatificationRefused,
    plans.PlanDrafted, plans.PlanAgreed, plans.PlanActionAdded, plans.PlanActionClosed, plans.PlanExtended,
    plans.PlanSignedOff, plans.PlanClosed,
    contracts.ContractRegistered, contracts.ContractChanged, contracts.ContractEnded, contracts.ContractReviewed,
    returns.ReturnRequested, returns.ReturnSubmitted, returns.ReturnWaived, partners.PartnerRatingSubmitted,
    registry_facts.ManagerChanged,
    visits.VisitCompleted, visits.ContactRecorded, voice.FeedbackReceived, *practices.STEPS,
    cqc.CqcRatingPublished, quality_assessments.AssessmentCompleted, assessments.AssessmentChanged,
    alerts.AlertRaised, alerts.AlertCleared, notifications.NotificationSent, notifications.NotificationAcknowledged,
)  # fmt: skip
"""What measures read; of everything else they know nothing."""
READ = [entry_of(model).type for model in MODELS]
JUDGED = entry_of(assessments.AssessmentChanged).type
Row = Mapping[str, Any]
"""Of the history: id, type, time, recordedtime, body."""
REGISTERED = {entry_of(model).type for model in past.REGISTRY}


@dataclass(frozen=True, slots=True)
class Known:
    """What measures read in one provider's rows."""

    registry: Sequence[Event]
    facts: Sequence[Fact]
    begun: datetime | None
    unreadable: int

    def at(self, provider_id: str, end: datetime) -> Service:
        """Its record as at a moment."""
        true = [event for event in self.registry if event.time <= end]
        return Service(
            provider_id=provider_id,
            known_from=calendar.london_date(self.begun or end),
            about=past.folded_facts(true or self.registry),
            facts=record.standing(self.facts, end),
            unreadable=self.unreadable,
        )


def read(rows: Sequence[Row]) -> Known:
    """In the order in which they were recorded. What cannot be read is counted, and in no figure."""
    registry: list[Event] = []
    facts: list[Fact] = []
    for row in rows:
        try:
            if row["type"] in REGISTERED:
                registry.append(_registered(row))
            else:
                facts.append(fact(row))
        except (ValidationError, msgspec.DecodeError) as error:
            log.warning("measures cannot read %s: %.200s", row["id"], error)
    begun = min([event.recordedtime for event in registry] or [row["recordedtime"] for row in rows], default=None)
    return Known(registry, record.kept(facts), begun, len(rows) - len(registry) - len(facts))


class _Envelope(msgspec.Struct):
    """What measures need of an event and no column of the history holds."""

    source: str
    data: msgspec.Raw
    basis: str = "live"


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def fact(row: Row) -> Fact:
    """A row as measures read it. Raises pydantic's ValidationError or msgspec's DecodeError: it does not fit its type.

    Its envelope was checked on its way in and is not checked again: that would be most of the work.
    """
    envelope, type_ = _ENVELOPE.decode(row["body"]), row["type"]
    at, data = row["time"].astimezone(UTC), bytes(envelope.data)
    return Fact(
        id=row["id"],
        at=at,
        day=calendar.london_date(at),
        recorded=row["recordedtime"].astimezone(UTC),
        data=indication.of(data) if type_ == JUDGED else TYPES[type_].model.model_validate_json(data),
        publisher=sys.intern(envelope.source.rpartition("/")[2]),
        live=envelope.basis == "live",
        corrects=TYPES[type_].correction,
    )


def _registered(row: Row) -> Event:
    event = decode(row["body"])
    data_of(event)
    return event
