"""What stands, as it is shown: confirmed levels, sanctions, clocks, what is pending (architecture §5.1). Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from services.governance.domain import divergence
from services.governance.domain.doubts import Doubts
from services.governance.domain.standing import Confirmed, Notice, Restriction, Standing, restricted_since
from services.governance.domain.taken import Taken
from shared import calendar
from shared.events import envelope
from shared.events.assessments import Indicated
from shared.policies.deciding import Clocks

Document = dict[str, Any]


def level(one: Confirmed | None) -> Document | None:
    """A confirmed level, or None where nothing was ever confirmed."""
    if one is None:
        return None
    said: Document = {"level": one.level, "since": envelope.instant(one.since), "decision_id": one.decision_id}
    said |= {"review_by": one.review_by.isoformat()} if one.review_by else {}
    return said | ({"carried_over": True} if one.carried_over else {})


def levels(standing: Standing) -> dict[str, Document | None]:
    """Confirmed levels by scale."""
    return {scale: level(one) for scale, one in standing.levels.items()}


def sanctions(standing: Standing) -> list[Document]:
    """Restrictions in place and notices that are open."""
    return [_restriction(one) for one in standing.active_restrictions] + [
        _notice(one) for one in standing.active_notices
    ]


def processes(standing: Standing) -> list[Document]:
    """Organisational safeguarding processes that are recommended or under way, by their references."""
    return [
        {
            "lsi_id": one.lsi_id,
            "status": one.status,
            "since": envelope.instant(one.since),
            "lead_role": one.lead_role,
            "police_liaison": one.police_liaison,
            "steps": list(one.steps),
            "decision_id": one.decision_id,
        }
        for one in standing.open_lsis
    ]


def pending(waiting: Iterable[Taken]) -> list[Document]:
    """Decisions that wait for somebody, and for whom."""
    return [
        {
            "decision_id": taken.proposal.decision_id,
            "type": taken.proposal.decision.type,
            "decision": taken.proposal.decision.model_dump(mode="json", exclude_none=True),
            "body": taken.proposal.body,
            "organisation": taken.proposal.organisation,
            "proposed_at": envelope.instant(taken.at),
            "status": taken.status,
            "consents_needed": sorted(taken.needs),
            "approval_needed": taken.approval_owed,
            "ratify_by": _day(taken.ratify_by),
        }
        for taken in waiting
    ]


def clocks(standing: Standing, rules: Clocks | None) -> list[Document]:
    """What runs: how long placements have been restricted, by when a breach must be remedied, when to review."""
    running = [clock for one in standing.active_restrictions for clock in _restriction_clocks(one)]
    since = restricted_since(standing.restrictions, rules.restriction.gap_days) if rules else None
    if since and rules:
        # Over at the start of the day after the anniversary (rulings 9).
        over = calendar.add_months(since, rules.restriction.over_months) + calendar.ONE_DAY
        running.append(_clock("restriction", since, over, standing.active_restrictions[0].suspension_id))
    running += [
        _clock("default_notice", calendar.london_date(one.since), one.remedy_by, one.notice_id)
        for one in standing.active_notices
    ]
    running += [
        _clock(f"{scale}_review", calendar.london_date(one.since), one.review_by, one.decision_id)
        for scale, one in standing.levels.items()
    ]
    return [clock for clock in running if clock["due"] is not None]


def divergent(confirmed: Confirmed | None, indicated: Indicated, order: tuple[str, ...]) -> bool:
    """Whether the confirmed level lies outside what the facts indicate; unknown diverges from nothing."""
    return divergence.is_outside(confirmed.level if confirmed else None, indicated, order)


def tainted(relied: Iterable[Taken], known: Doubts) -> list[Document]:
    """Of these decisions those whose evidence fell after they were taken, and what fell."""
    return [
        {
            "decision_id": taken.proposal.decision_id,
            "type": taken.proposal.decision.type,
            "evidence": [
                {"event_id": one.event_id, "because": one.because, "at": envelope.instant(one.at), "by": one.by}
                for one in found
            ],
        }
        for taken in relied
        if (found := known.tainting(taken))
    ]


def doubted(confirmed: Document | None, fallen: Iterable[Document], known: Doubts) -> Document | None:
    """A confirmed level with what shakes it: evidence that fell, a challenge that waits for its answer."""
    if confirmed is None:
        return None
    names = {one["decision_id"] for one in fallen}
    return confirmed | {
        "tainted": confirmed["decision_id"] in names, "under_challenge": bool(known.open_challenges),
    }  # fmt: skip


def divergence_of(scale: str, since: datetime, told: bool, today: date) -> Document:
    """A scale on which people and facts differ: since when, how many days ago that was, and whether A9 was raised."""
    age = (today - calendar.london_date(since)).days
    return {"scale": scale, "since": envelope.instant(since), "days": max(age, 0), "told": told}


def scales(standing: Standing, indicated: Mapping[str, Indicated], names: Iterable[str]) -> dict[str, Document]:
    """Every scale of the pack: what was confirmed and what is indicated."""
    unknown = Indicated(unknown=True)
    return {
        name: {
            "confirmed": level(standing.levels.get(name)),
            "indicated": indicated.get(name, unknown).model_dump(mode="json"),
        }
        for name in names
    }


def taken(one: Taken) -> Document:
    """One decision and its life."""
    step = one.proposal
    return {
        "decision_id": step.decision_id,
        "type": step.decision.type,
        "decision": step.decision.model_dump(mode="json", exclude_none=True),
        "status": one.status,
        "body": step.body,
        "organisation": step.organisation,
        "role": step.role,
        "deputy": step.deputy,
        "rule": step.rule,
        "policy_digest": step.policy_digest,
        "version_seen": step.version_seen,
        "meeting_id": step.meeting_id,
        "item": step.item,
        "commissioning": step.commissioning,
        "evidence": list(step.evidence),
        "proposed_at": envelope.instant(one.at),
        "effective_since": _instant(one.effective),
        "agreed_by": sorted(one.agreed),
        "consents_needed": sorted(one.needs),
        "approval_needed": one.approval_owed,
        "ratify_by": _day(one.ratify_by),
    }


def _restriction_clocks(one: Restriction) -> list[Document]:
    began = calendar.london_date(one.since)
    return [
        _clock("ratification", began, one.ratify_by, one.decision_id),
        _clock("restriction_review", began, one.review_by, one.suspension_id),
    ]


def _restriction(one: Restriction) -> Document:
    return {
        "type": "suspension",
        "suspension_id": one.suspension_id,
        "kind": one.kind,
        "scope": one.scope,
        "since": envelope.instant(one.since),
        "review_by": _day(one.review_by),
        "decision_id": one.decision_id,
        "ratify_by": _day(one.ratify_by),
        "carried_over": one.carried_over,
    }


def _notice(one: Notice) -> Document:
    return {
        "type": "default_notice",
        "notice_id": one.notice_id,
        "further": one.further,
        "clause": one.clause,
        "since": envelope.instant(one.since),
        "remedy_by": _day(one.remedy_by),
        "decision_id": one.decision_id,
        "carried_over": one.carried_over,
    }


def _clock(kind: str, since: date, due: date | None, reference: str) -> Document:
    return {"kind": kind, "since": since.isoformat(), "due": _day(due), "reference": reference}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return envelope.instant(at) if at else None
