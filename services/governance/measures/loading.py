"""The record of a place, from the read model: loaded whole for each question, so that no counter can drift."""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from pydantic import ValidationError

from services.governance import past, view
from services.governance.event_store import EventStore
from services.governance.measures import indication, practices, record
from services.governance.measures.record import Fact, Place, Service
from services.governance.measures.themes import THEMED
from services.governance.packs import Packs
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
AT_ONCE = 500
"""So many rows come from the database together."""
Row = Mapping[str, Any]
"""Of the history: id, type, time, recordedtime, body."""
REGISTERED = {entry_of(model).type for model in past.REGISTRY}
_EVENTS = f"""
SELECT h.provider_id, h.id::text, h.type, h.time, h.recordedtime, h.body FROM {view.SCHEMA}.history AS h
WHERE h.provider_id IN (SELECT provider_id FROM {view.SCHEMA}.providers WHERE place = %(place)s UNION SELECT %(place)s)
  AND h.type = ANY(%(types)s) AND (%(known_at)s::timestamptz IS NULL OR h.peak <= %(known_at)s)
ORDER BY h.provider_id, h.recordedtime, h.rank, h.partition, h."offset"
"""  # noqa: S608 - names of ours alone
_MEETINGS = "SELECT document FROM matters WHERE kind = 'meeting' AND place = %s ORDER BY number"


def place(store: EventStore, packs: Packs, code: str, last: date, known_at: datetime | None = None) -> Place:
    """A place's record as at the end of a London day; with `known_at`, as it was known then."""
    return places(store, packs, code, [last], known_at)[0]


def places(
    store: EventStore, packs: Packs, code: str, lasts: Sequence[date], known_at: datetime | None = None
) -> list[Place]:
    """The same as at the ends of several days, read once."""
    with store.reading() as cursor:
        # Streamed: the whole record of a place is never held twice.
        asked = {"place": code, "types": READ, "known_at": known_at}
        rows_of_all = cursor.stream(_EVENTS, asked, binary=True, size=AT_ONCE)
        ends = [calendar.end_of(last) for last in lasts]
        read = [
            [_as_at(provider_id, found, end) for end in ends]
            for provider_id, rows in groupby(rows_of_all, itemgetter("provider_id"))
            for found in [_read(list(rows))]
        ]
        cursor.execute(_MEETINGS, (code,), prepare=True)
        meetings = [row["document"] for row in cursor]
    book = store.book(code)
    packed = [book.in_force(last) for last in lasts]
    return [
        Place(
            code=code,
            services=[each[at] for each in read if each[at].provider_id != code and each[at].known_from <= last],
            pack=packs.pack(adoption.digest) if adoption else None,
            own=next((each[at] for each in read if each[at].provider_id == code), None),
            meetings=meetings,
        )
        for at, (last, adoption) in enumerate(zip(lasts, packed, strict=True))
    ]


def service(provider_id: str, rows: Sequence[Row], end: datetime) -> Service:
    """One provider's record as at a moment."""
    return _as_at(provider_id, _read(rows), end)


@dataclass(frozen=True, slots=True)
class _Read:
    """One provider's rows with what measures read in them."""

    registry: Sequence[Event]
    facts: Sequence[Fact]
    begun: datetime | None
    unreadable: int


def _read(rows: Sequence[Row]) -> _Read:
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
    return _Read(registry, record.kept(facts), begun, len(rows) - len(registry) - len(facts))


def _as_at(provider_id: str, read: _Read, end: datetime) -> Service:
    true = [event for event in read.registry if event.time <= end]
    return Service(
        provider_id=provider_id,
        known_from=calendar.london_date(read.begun or end),
        about=past.folded_facts(true or read.registry),
        facts=record.standing(read.facts, end),
        unreadable=read.unreadable,
    )


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
