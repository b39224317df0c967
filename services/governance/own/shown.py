"""What of its own record a provider may see (AMB-16). Pure: a list of what is shown; everything else is not.

Its returns, its plan, drafts of assessments that were shared with it, its confirmed level, what was decided about it,
what it was told, its challenges. Never what the facts indicate, what is only proposed, who raised a concern, or that
somebody did.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from shared.events import (
    cqc,
    decisions,
    entry_of,
    envelope,
    notifications,
    plans,
    quality_assessments,
    returns,
)

READABLE: Final = frozenset({"official", "official-sensitive"})
EFFECT: Final = entry_of(decisions.DecisionTookEffect).type
DECIDED: Final = frozenset({
    "level.confirmed", "level.overridden", "suspension.imposed", "suspension.agreed_voluntary", "suspension.phased",
    "suspension.varied", "suspension.lifted", "default_notice.served", "default_notice.further",
    "default_notice.satisfied", "default_notice.withdrawn", "termination.decided", "decommission.decided",
})  # fmt: skip
"""Decisions that are told to the provider by what they are: not what was considered, referred or investigated."""
RECORDED: Final = (
    EFFECT,
    *(
        entry_of(model).type
        for model in (
            cqc.CqcRatingPublished,
            quality_assessments.AssessmentCompleted,
            returns.ReturnSubmitted,
            returns.ReturnWaived,
            plans.PlanBreached,
        )
    ),
)
"""What may be challenged: what is known to the provider anyhow."""
TOLD: Final = {
    entry_of(notifications.NotificationSent).type: "sent",
    entry_of(notifications.NotificationAcknowledged).type: "acknowledged",
}
OURS: Final = "provider"
"""Its role in the directory of those who are told."""
PLAN_TEXTS: Final = frozenset({"title", "issue", "support_offered", "reason", "statement"})
"""What was written of its plan for it to act on; what stands in the way and what shows it are officers' notes."""
KEPT: Final = ("provider_id", "name", "place", "service_type", "beds", "closed")
RESTRICTION: Final = ("kind", "type", "scope", "since", "review_by", "remedy_by")


def is_shown(event: Mapping[str, Any], classification: str, now: datetime) -> bool:
    """Whether a provider may see that this stands on its record."""
    if event["type"] not in RECORDED or classification not in READABLE or event.get("nottoprovider"):
        return False
    embargo = event.get("embargountil")
    if embargo is not None and datetime.fromisoformat(embargo) > now:
        return False
    return event["type"] != EFFECT or event["data"]["decision"]["type"] in DECIDED


def page(document: Mapping[str, Any]) -> dict[str, Any]:
    """Of the page that officers see, what the provider sees: fields are named, so that no new one slips through."""
    confirmed = document["confirmed"]
    return {name: document.get(name) for name in KEPT} | {
        "confirmed": confirmed and {name: confirmed.get(name) for name in ("level", "since", "review_by")},
        "sanctions": [{name: one.get(name) for name in RESTRICTION} for one in document["sanctions"]],
        "plan": plan(document["plan"]),
        "challenges": list(document["challenges"]),
    }


def plan(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An improvement plan is the provider's as much as the council's; a draft was not agreed with it yet."""
    return dict(document) if document is not None and document["status"] != "drafted" else None


def recorded(event: Mapping[str, Any]) -> dict[str, Any]:
    """One thing that stands on its record, by what it is and its day."""
    data = event["data"]
    decision = data.get("decision") or {}
    named = {"level": decision.get("level"), "overall": data.get("overall"), "return_type": data.get("return_type")}
    said = {name: value for name, value in named.items() if value is not None}
    what = decision.get("type") or envelope.kind_of(event["type"])
    return {"event_id": event["id"], "what": what, "on": event["time"], "says": said}


def told(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What it was told, the newest first: events oldest first, of deliveries to its own role alone."""
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        data = event["data"]
        if data.get("recipient_role") != OURS:
            continue
        one = found.setdefault(data["delivery_id"], {"alert": data["alert"], "sent": None, "acknowledged": None})
        one[TOLD[event["type"]]] = one[TOLD[event["type"]]] or event["recordedtime"]
    return list(found.values())[::-1]
