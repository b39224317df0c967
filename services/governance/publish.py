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
from shared.events import Data, Draft, Published, alerts, decisions, entry_of, marks, places, registry
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
    name = type(event).__name__
    who = f"{event.step.get('given_as', '')}{event.step.get('consenting_organisation', '')}"
    return row(
        STEPS[name],
        event.step,
        id_=step_id(event.step["decision_id"], name, who + event.step.get("by_organisation", "")),
        subject=provider_id,
        at=event.at,
        origin=origin,
    )


def alert(data: alerts.AlertBody, provider_id: str, at: datetime, origin: Origin) -> Row:
    """An alert raised, or cleared: once for its cause."""
    raised = identifiers.alert_id(data.alert, provider_id, data.cause)
    cleared = isinstance(data, alerts.AlertCleared)
    id_ = identifiers.derived_id("alert-cleared", str(raised)) if cleared else raised
    return row(type(data), registry.dumped(data), id_=id_, subject=provider_id, at=at, origin=origin)


def adopted(data: places.PolicyAdopted, number: int, at: datetime, origin: Origin) -> Row:
    """The `number`th adoption of a place, for `places`."""
    id_ = identifiers.derived_id("policy-adopted", origin.place, str(number))
    return row(
        places.PolicyAdopted, registry.dumped(data), id_=id_, subject=origin.place, at=at, origin=origin,
        topic=topics.PLACES,
    )  # fmt: skip


def in_force(digest: str, number: int, at: datetime, origin: Origin) -> list[Row]:
    """The mark in every partition: from here on the `number`th adoption counts."""
    data = registry.dumped(marks.PolicyInForce(place=origin.place, digest=digest))
    return [
        row(
            marks.PolicyInForce,
            data,
            id_=identifiers.derived_id("policy-in-force", origin.place, str(number), str(partition)),
            subject=f"partition/{partition}",
            at=at,
            origin=origin,
            partition=partition,
        )
        for partition in range(topics.PARTITIONS)
    ]


def row(
    model: type[Data],
    data: dict[str, Any],
    *,
    id_: UUID,
    subject: str,
    at: datetime,
    origin: Origin,
    topic: Any = topics.LEDGER,
    partition: int | None = None,
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
    return Row(topic=topic, key=subject, draft=draft, digest=digest, partition=partition)
