"""Whom a step of a decision must be told to: CQC (A4), the ICB (A5), both leads when a consent is late (A15). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.governance.domain.standing import Confirmed, Standing
from services.governance.domain.taken import Taken
from shared import calendar, identifiers
from shared.events import alerts, decisions, processes
from shared.policies.telling import AlertRule

TOLD = ("A4", "A5")
EVERYBODY = (*TOLD, "A6")
"""Whoever places people here from elsewhere too, if anybody does."""
LEVELS = (decisions.LevelConfirmed, decisions.LevelOverridden)
DIRECTOR = "director"
"""Who hears of a flag the same minute, past the chair whom the policy's A3 asks (rulings 22, LGA-13)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an alert says of the provider, so that notify can route it."""

    provider_id: str
    name: str
    commissioning: str
    placing_authorities: tuple[str, ...] = ()


def proposed(facts: Facts, step: decisions.DecisionProposed, at: datetime) -> Iterator[alerts.AlertRaised]:
    """A decision that waits for the other organisation is told to it at once, not when it is late."""
    if step.consents_needed:
        asked = " and ".join(step.consents_needed)
        said = f"Proposed by {step.organisation}, not in effect: {_says(step.decision)}"
        summary = f"{said}. The consent of {asked} is asked for"
        yield _raised("A5", facts, _proposal(step.decision_id), summary, step, since=calendar.london_date(at))


def took_effect(
    facts: Facts, step: decisions.DecisionTookEffect, at: datetime, before: Standing, rules: dict[str, AlertRule]
) -> Iterator[alerts.AlertBody]:
    """What is told when a decision takes effect; what ends something clears what was told of it."""
    ends = _ends(step.decision, before)
    if ends is not None:
        codes, cause = ends
        yield from (_cleared(code, facts, cause, _says(step.decision), step) for code in _concerned(codes, facts))
    yield from _left(facts, step, before, rules)
    codes, about = _tells(step, before, rules, at)
    if facts.commissioning == "joint" and ends is None:
        codes = (*codes, "A5")
    summary = _says(step.decision) + (f", to be ratified by {step.ratify_by}" if step.ratify_by else "")
    for code in _concerned(codes, facts):
        yield _raised(code, facts, about, summary, step, since=calendar.london_date(at), due=step.ratify_by)


def _tells(
    step: decisions.DecisionTookEffect, before: Standing, rules: dict[str, AlertRule], at: datetime
) -> tuple[tuple[str, ...], str]:
    """Which alerts a decision raises, and their cause (domain.md §3.7; LGA-13, CAL-35, CAL-37)."""
    codes: tuple[str, ...] = ()
    cause = step.decision_id
    match step.decision:
        case decisions.SuspensionImposed(suspension_id=cause):
            codes = EVERYBODY
        case decisions.DefaultNoticeServed(notice_id=cause):
            codes = TOLD
        case processes.LsiRecommended(lsi_id=cause):
            codes = ("A3",)
        case processes.LsiAuthorised(lsi_id=cause):
            codes = EVERYBODY
        case processes.TerminationDecided():
            codes = EVERYBODY
        case processes.PlacementsElsewhere(type="ooa.paused"):
            codes, cause = ("A7",), _pause(at)
        case decisions.LevelConfirmed() | decisions.LevelOverridden() as level:
            was = before.levels.get(level.scale)
            codes = tuple(code for code in EVERYBODY if code in rules and _told(rules[code], was, level.level))
    return codes, cause


def _left(
    facts: Facts, step: decisions.DecisionTookEffect, before: Standing, rules: dict[str, AlertRule]
) -> Iterator[alerts.AlertCleared]:
    """A level that was told of and stands no more: whoever was told is told so. Said again, it stands."""
    said = step.decision
    if not isinstance(said, decisions.LevelConfirmed | decisions.LevelOverridden):
        return
    was = before.levels.get(said.scale)
    if was is not None and was.level != said.level and not was.carried_over:
        summary = f"{_scale(said.scale)} {was.level} stands no more: {_says(said)}"
        codes = (code for code in EVERYBODY if code in rules and was.level in rules[code].levels)
        yield from (_cleared(code, facts, was.brought_by, summary, step) for code in _concerned(codes, facts))


def _ends(decision: decisions.Decision, before: Standing) -> tuple[tuple[str, ...], str] | None:
    """What a decision ends: the alerts that were raised of it, and their cause."""
    match decision:
        case decisions.SuspensionLifted(suspension_id=cause):
            return EVERYBODY, cause
        case decisions.DefaultNoticeEnded(notice_id=cause):
            return TOLD, cause
        case processes.LsiAuthorised(lsi_id=cause) | processes.LsiDeclined(lsi_id=cause):
            return (("A3",), cause) if cause in before.lsis else None
        case processes.LsiClosed(lsi_id=cause):
            return EVERYBODY, cause
        case processes.PlacementsElsewhere(type="ooa.resumed") if before.paused_since:
            return ("A7",), _pause(before.paused_since)
    return None


def _concerned(codes: Iterable[str], facts: Facts) -> list[str]:
    """Placing authorities are told only where there are any (A6, CAL-37)."""
    return sorted(code for code in set(codes) if code != "A6" or facts.placing_authorities)


def _pause(since: datetime) -> str:
    return f"ooa:{since.isoformat()}"


def ended(facts: Facts, step: decisions.DecisionRatificationRefused) -> Iterator[alerts.AlertCleared]:
    """The other organisation refused to ratify: what was told of the restriction is cleared."""
    if isinstance(step.decision, decisions.SuspensionImposed):
        summary = f"{_says(step.decision)}: not ratified by {step.by_organisation}, so it has ended"
        codes = _concerned(EVERYBODY, facts)
        yield from (_cleared(code, facts, step.decision.suspension_id, summary, step) for code in codes)


def late(facts: Facts, taken: Taken, due: date, today: date) -> alerts.AlertRaised:
    """A15: a consent is overdue, or a ratification is outstanding; both leads are told.

    Who has longer to ratify than the reminder waits is not called late before its day.
    """
    step = taken.proposal
    missing = " and ".join(sorted(taken.needs)) or "a second person"
    proposed = taken.status == "proposed"
    asked, what = ("consent", "Proposed, not in effect: ") if proposed else ("ratification", "")
    is_due = "was due" if due < today else "is outstanding, and due"
    summary = f"{what}{_says(step.decision)}. The {asked} of {missing} {is_due} by {due}"
    return _raised("A15", facts, step.decision_id, summary, step, since=calendar.london_date(taken.at), due=due)


def no_longer_late(facts: Facts, taken: Taken) -> alerts.AlertCleared:
    """The answer that A15 asked for has come."""
    step = taken.proposal
    return _cleared("A15", facts, step.decision_id, f"Answered, or taken back: {_says(step.decision)}", step)


def refused(facts: Facts, step: decisions.DecisionDeclined, at: datetime) -> Iterator[alerts.AlertRaised]:
    """The other organisation refused a level: the old one stands, and both leads are told (A9, rulings 23)."""
    if step.because == "refused" and isinstance(step.decision, LEVELS):
        summary = f"Refused by {step.by_organisation}, so what stood before stands: {_says(step.decision)}"
        yield _raised("A9", facts, _refusal(step.decision_id), summary, step, since=calendar.london_date(at))


def refusal_answered(
    facts: Facts, step: decisions.DecisionTookEffect, before: Standing, known: Iterable[Taken]
) -> Iterator[alerts.AlertCleared]:
    """A level on the same scale was decided after all: what was told of a refusal is over."""
    if not isinstance(step.decision, LEVELS):
        return
    scale = step.decision.scale
    since = before.levels[scale].since if scale in before.levels else None
    for taken in known:
        said = taken.proposal.decision
        if taken.refused and isinstance(said, LEVELS) and said.scale == scale and (since is None or taken.at > since):
            yield _cleared("A9", facts, _refusal(taken.proposal.decision_id), _says(step.decision), step)


def no_longer_proposed(facts: Facts, taken: Taken) -> alerts.AlertCleared:
    """The proposal that A5 told of waits for nobody any more."""
    step = taken.proposal
    return _cleared("A5", facts, _proposal(step.decision_id), f"Proposed no more: {_says(step.decision)}", step)


def _told(rule: AlertRule, was: Confirmed | None, now: str) -> bool:
    """A change to a level that is told; of what was carried over, and so told to nobody, any change from one too."""
    if was is None or was.level == now:
        return was is None and now in rule.levels
    return now in rule.levels or (was.carried_over and was.level in rule.levels)


def _refusal(decision_id: str) -> str:
    return f"{decision_id}:refused"


def _proposal(decision_id: str) -> str:
    return f"{decision_id}:proposed"


def _says(decision: decisions.Decision) -> str:
    said = _words(decision.type.replace(".", " ")).capitalize()
    match decision:
        case decisions.LevelConfirmed(level=level, from_level=was, scale=scale):
            said = f"{_scale(scale)} {level} confirmed" + (f" (was {was})" if was and was != level else "")
        case decisions.LevelOverridden(level=level, scale=scale):
            said = f"{_scale(scale)} {level} decided, other than what the facts indicate"
        case decisions.LeadOrganisationAgreed(lead=lead, scope=scope):
            said = f"Lead organisation for {scope}: {lead}"
        case decisions.SuspensionImposed(kind=kind, scope=scope):
            said = f"Restriction imposed: {_words(kind)}, {_words(scope)}"
        case decisions.SuspensionVaried(kind=kind, scope=scope):
            said = f"Restriction varied: {_words(kind)}, {_words(scope)}"
        case decisions.DefaultNoticeServed(type=type_):
            said = f"{'Further contract' if 'further' in type_ else 'Contract'} default notice served"
        case processes.LsiRecommended():
            said = "A large scale safeguarding process is recommended"
        case processes.LsiAuthorised():
            said = "A large scale safeguarding process begins"
        case processes.LsiClosed() | processes.LsiDeclined():
            said = f"A large scale safeguarding process is {decision.type.partition('.')[2]}"
        case processes.EscalationReferred(to_body=body, reason=reason):
            said = f"Referred to {body}, reason {reason}"
        case processes.PlacementsElsewhere(type=type_):
            said = f"Placements with this provider are {type_.partition('.')[2]}"
    return said


def _scale(scale: str) -> str:
    return "Level" if scale == "level" else f"{_words(scale).capitalize()}:"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _body(facts: Facts, cause: str, summary: str, step: decisions.DecisionEvent) -> dict[str, object]:
    return {
        "cause": cause,
        "name": facts.name,
        "commissioning": facts.commissioning,
        "summary": summary,
        "policy_digest": step.policy_digest,
        "placing_authorities": facts.placing_authorities,
        # What it rests on binds it: how far that may be shared, and what a decision to share may name (SAL-20).
        "evidence": (step.decision_id, *getattr(step, "evidence", ())),
    }


def _raised(
    code: str, facts: Facts, cause: str, summary: str, step: decisions.DecisionEvent, *,
    since: date | None = None, due: date | None = None,
) -> alerts.AlertRaised:  # fmt: skip
    said = _body(facts, cause, summary, step) | {"alert": code, "since": since, "due": due}
    if code == "A3":
        said["to_role"] = DIRECTOR
    return alerts.AlertRaised.model_validate(said)


def _cleared(code: str, facts: Facts, cause: str, summary: str, step: decisions.DecisionEvent) -> alerts.AlertCleared:
    raised = identifiers.alert_id(code, facts.provider_id, cause)
    said = _body(facts, cause, summary, step) | {"alert": code, "raised_id": str(raised)}
    return alerts.AlertCleared.model_validate(said)
