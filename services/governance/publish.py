"""Stored event → published event: a row for the journal, in the transaction that stores the event."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson

from shared import identifiers, topics
from shared.events import Data, Draft, Published, alerts, decisions, entry_of, places, registry
from shared.journal.rows import Row

SOURCE = "/governance"
STEPS: Mapping[str, type[decisions.DecisionEvent]] = {
    "Proposed": decisions.DecisionProposed,
    "Consented": decisions.DecisionConsented,
    "TookEffect": decisions.DecisionTookEffect,
    "Declined": decisions.DecisionDeclined,
    "Ratified": decisions.DecisionRatified,
    "RatificationRefused": decisions.DecisionRatificationRefused,
}
"""Stored event's name → what is published. `Opened` is ours alone."""


class Step(Protocol):
    """A stored event of a provider case that is published."""

    step: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """What every event of one command shares."""

    place: str
    digest_key: bytes
    correlationid: str | None = None
    traceparent: str | None = None


def step_id(decision_id: str, name: str, who: str = "") -> UUID:
    """The id of one step of a decision's life; `who` tells the agreements of several organisations apart."""
    return identifiers.derived_id("decision-step", decision_id, name, who)


def step(event: Step, provider_id: str, origin: Origin) -> Row:
    """A step of a decision's life, for the ledger."""
    name, said = type(event).__name__, event.step
    who = said.get("given_as", ""), said.get("consenting_organisation", said.get("by_organisation", ""))
    id_ = step_id(said["decision_id"], name, "".join(who))
    return row(STEPS[name], said, id_=id_, subject=provider_id, at=event.at, origin=origin)


def alert(data: alerts.AlertBody, provider_id: str, at: datetime, origin: Origin) -> Row:
    """An alert raised, or cleared: once for its cause."""
    raised = identifiers.alert_id(data.alert, provider_id, data.cause)
    cleared = isinstance(data, alerts.AlertCleared)
    id_ = identifiers.derived_id("alert-cleared", str(raised)) if cleared else raised
    return row(type(data), registry.dumped(data), id_=id_, subject=provider_id, at=at, origin=origin)


def adoption_id(place: str, number: int) -> UUID:
    """The id of the `number`th adoption of a place."""
    return identifiers.derived_id("policy-adopted", place, str(number))


def adopted(data: places.PolicyAdopted, number: int, at: datetime, origin: Origin) -> Row:
    """The `number`th adoption of a place, for `places`."""
    id_, said = adoption_id(origin.place, number), registry.dumped(data)
    return row(places.PolicyAdopted, said, id_=id_, subject=origin.place, at=at, origin=origin, topic=topics.PLACES)


def text(data: Data, number: int, at: datetime, origin: Origin) -> Row:
    """The `number`th of its kind that a place puts down, for `places`: a draft beside its policy, its peers' rates."""
    id_ = text_id(type(data), origin.place, number)
    said = registry.dumped(data)
    return row(type(data), said, id_=id_, subject=origin.place, at=at, origin=origin, topic=topics.PLACES)


def text_id(model: type[Data], place: str, number: int) -> UUID:
    """The id of the `number`th text of a kind."""
    return identifiers.derived_id(entry_of(model).kind, place, str(number))


def row(
    model: type[Data],
    data: dict[str, Any],
    *,
    id_: UUID,
    subject: str,
    at: datetime,
    origin: Origin,
    topic: Any = topics.LEDGER,
) -> Row:
    """One event of ours as the journal takes it."""
    entry: Published = entry_of(model)
    draft = Draft(
        id=id_,
        type=entry.type,
        source=SOURCE,
        subject=subject,
        time=at,
        dataschema=entry.schema_path,
        place=origin.place,
        correlationid=origin.correlationid,
        classification=entry.classification,
        traceparent=origin.traceparent,
        data=data,
    )
    told = orjson.dumps([entry.type, subject, data], option=orjson.OPT_SORT_KEYS)
    digest = hmac.digest(origin.digest_key, told, hashlib.sha256)
    return Row(topic=topic, key=subject, draft=draft, digest=digest)
