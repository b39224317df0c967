"""A meeting's pack: what its body has before it, as the record stood at the cut-off; in canonical bytes. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.governance import documents
from services.governance.domain import divergence
from services.governance.domain.meeting import Meeting
from services.governance.meetings import ratings
from services.governance.meetings.inputs import Close, Recorded
from services.governance.meetings.known import Known, reviewed_by
from shared import calendar
from shared.events import alerts, data_of, decisions, envelope, risk_log
from shared.policies.pack import Pack

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """Everything that a pack is made from."""

    state: Meeting
    place: str
    pack: Pack
    policy: Mapping[str, str]
    since: date
    """The cut-off of the body's pack before this one."""
    ends: Mapping[int, Close]
    providers: Sequence[Recorded]


def canonical(made: Made) -> bytes:
    """The bytes over which the digest is: JSON, keys sorted, a sealed text where there is a text."""
    return orjson.dumps(_document(made), option=orjson.OPT_SORT_KEYS)


def _document(made: Made) -> Document:
    state, pack = made.state, made.pack
    said = state.scheduled
    shown = [one for one in made.providers if _is_shown(made, one)]
    rated = [(one.provider_id, one.events) for one in made.providers]
    asked = ratings.completeness(pack, said.body, state.cut_off, rated)
    return {
        "meeting_id": said.meeting_id,
        "body": said.body,
        "name": pack.bodies[said.body].name,
        "place": made.place,
        "sort": said.sort,
        "at": envelope.instant(state.at),
        "cut_off": state.cut_off.isoformat(),
        "since": made.since.isoformat(),
        "policy": dict(made.policy),
        "made_from": {str(partition): one.offset for partition, one in made.ends.items()},
        "agenda": [item.added.model_dump(mode="json", exclude=OURS) for item in state.items.values()],
        "providers": [_provider(made, one, asked) for one in shown],
        "completeness": asked,
        "counts": counts(made),
    }


OURS = {"meeting_id", "body", "actor"}


def _is_shown(made: Made, one: Recorded) -> bool:
    """Whom the body reviews, and whoever is on the agenda; of a meeting about some, these alone."""
    said = made.state.scheduled
    named = {item.added.provider_id for item in made.state.items.values()} | set(said.providers)
    levels = {scale: confirmed.level for scale, confirmed in one.standing.levels.items()}
    known = Known(one.provider_id, "", levels)
    reviewed = not said.providers and any(reviewed_by(made.pack, said.body, known))
    return one.provider_id in named or reviewed


def _provider(made: Made, one: Recorded, asked: Document | None) -> Document:
    judged = one.assessment
    indicated = judged.scales if judged else {}
    scales = documents.scales(one.standing, indicated, made.pack.scales)
    return {
        "provider_id": one.provider_id,
        "name": one.facts["name"],
        "service_type": one.facts["service_type"],
        "commissioning": one.facts["commissioning"],
        "scales": scales,
        "divergent": _divergent(made.pack, one),
        "met": [
            {"id": each.id, "level": each.level, "evidence": list(each.evidence[:5]), "count": each.evidence_count}
            for each in (judged.criteria if judged else ())
            if each.outcome == "met"
        ],
        "missing": [{"what": each.what, "why": each.why} for each in (judged.missing if judged else ())],
        "clocks": documents.clocks(one.standing, made.pack.clocks)
        + [clock.model_dump(mode="json") for clock in (judged.clocks if judged else ()) if clock.kind != "restriction"],
        "sanctions": documents.sanctions(one.standing),
        "pending": documents.pending(one.pending),
        "plan": one.plan,
        "came": dict(one.came),
        "alerts": _open_alerts(one),
        "risks": _risks(one),
        "decided": _decided(one, made.since),
        "ratings_missing": [who for who, owed in asked["missing"].items() if one.provider_id in owed] if asked else [],
        "ratings_ahead": ratings.ahead(one.events, asked["period"]) if asked else {},
    }


def counts(made: Made) -> dict[str, int]:
    """The whole place in figures: what is told to the next body (CAL-10.e, CAL-14, SAL-12). Nobody is named."""
    found: Counter[str] = Counter({"providers": len(made.providers), "divergent": 0, "restricted": 0, "unknown": 0})
    for one in made.providers:
        for scale in made.pack.scales:
            confirmed = one.standing.levels.get(scale)
            found[f"confirmed.{scale}.{confirmed.level if confirmed else 'none'}"] += 1
        known = one.assessment.indicated if one.assessment else None
        if known is None or known.unknown:
            found["unknown"] += 1
        else:
            found[f"indicated.{known.min}"] += 1
        found["divergent"] += _divergent(made.pack, one)
        found["restricted"] += bool(one.standing.active_restrictions)
        found["pending"] += len(one.pending)
        found["plans.open"] += bool(one.plan and one.plan["status"] != "closed")
        found.update({f"came.{kind}": number for kind, number in one.came.items()})
        found.update(_referred(one, made.since))
    return dict(sorted(found.items()))


def _divergent(pack: Pack, one: Recorded) -> bool:
    return bool(one.assessment and divergence.diverging(one.standing, one.assessment.scales, pack.scales))


def _referred(one: Recorded, since: date) -> Iterable[str]:
    """Reasons for which it was brought before the next body, and good or worse things decided: by type."""
    for event in one.events:
        data = data_of(event)
        if isinstance(data, decisions.DecisionTookEffect) and calendar.london_date(event.time) > since:
            yield f"decided.{data.decision.type}"
            if data.decision.type == "escalation.referred":
                yield f"referred.{data.decision.reason}"


def _decided(one: Recorded, since: date) -> list[Document]:
    return [
        {
            "event_id": str(event.id),
            "at": envelope.instant(event.time),
            "body": data.body,
            "decision": data.decision.model_dump(mode="json", exclude_none=True),
            "rationale": data.rationale and data.rationale.model_dump(mode="json"),
        }
        for event in one.events
        if isinstance(data := data_of(event), decisions.DecisionTookEffect) and calendar.london_date(event.time) > since
    ]


def _open_alerts(one: Recorded) -> list[Document]:
    found: dict[str, Document] = {}
    for event in one.events:
        match data_of(event):
            case alerts.AlertRaised() as data:
                since = data.since and data.since.isoformat()
                found[str(event.id)] = {"alert_id": str(event.id), "alert": data.alert, "since": since}
            case alerts.AlertCleared(raised_id=raised):
                found.pop(raised, None)
    return list(found.values())


def _risks(one: Recorded) -> list[Document]:
    """The open entries of the board's log of risks (CAL-11)."""
    found: dict[str, Document] = {}
    for event in one.events:
        match data_of(event):
            case risk_log.RiskLogEntered() | risk_log.RiskLogReviewed() as data:
                text = getattr(data, "risk", None)
                was = found.get(data.entry_id, {"risk": None})
                graded = data.model_dump(mode="json", include={"entry_id", "likelihood", "impact", "review_by"})
                found[data.entry_id] = was | graded | ({"risk": text.model_dump(mode="json")} if text else {})
            case risk_log.RiskLogClosed(entry_id=entry):
                found.pop(entry, None)
    return list(found.values())
