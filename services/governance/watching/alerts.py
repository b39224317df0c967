"""What is told of what governance looks after by itself: levels that differ for long (A9), evidence that fell. Pure."""

from datetime import date

from services.governance.domain.alerts import Facts
from services.governance.domain.divergence import Divergence
from services.governance.domain.doubts import Fallen
from services.governance.domain.taken import Taken
from shared import calendar, identifiers
from shared.events.alerts import AlertCleared, AlertRaised
from shared.events.assessments import Indicated
from shared.events.tasks import TaskRaised


def divergent(facts: Facts, one: Divergence, since: date, cause: str, policy_digest: str) -> AlertRaised:
    """A9: what was confirmed and what is indicated have differed for as long as the policy lets them."""
    summary = (
        f"{_scale(one.scale)} {one.confirmed.level} is confirmed; since {since.isoformat()} the facts have indicated "
        f"{_range(one.indicated)}"
    )
    return AlertRaised(
        alert="A9", cause=cause, name=facts.name, commissioning=facts.commissioning, summary=summary, since=since,
        policy_digest=policy_digest, task="review_level", evidence=(one.confirmed.decision_id,),
    )  # fmt: skip


def no_longer_divergent(facts: Facts, scale: str, cause: str) -> AlertCleared:
    """They agree again, or were looked at again."""
    return _cleared(facts, cause, f"{_scale(scale)}: what is confirmed was looked at again, or the facts agree with it")


def taint(decision_id: str, fallen: Fallen) -> str:
    """The cause key of evidence that fell."""
    return f"{decision_id}:tainted:{fallen.by}"


def tainted(facts: Facts, taken: Taken, fallen: Fallen) -> AlertRaised:
    """A9 to whoever decided: what it rests on fell after it was taken."""
    step = taken.proposal
    what = {"withdrawn": "withdrawn", "corrected": "corrected", "not_upheld": "not upheld"}[fallen.because]
    summary = (
        f"The decision {step.decision.type.replace('.', ' ').replace('_', ' ')} of "
        f"{calendar.london_date(taken.at).isoformat()} rests on evidence that was {what} since: look at it again"
    )
    return AlertRaised(
        alert="A9", cause=taint(step.decision_id, fallen), name=facts.name, commissioning=facts.commissioning,
        summary=summary, since=calendar.london_date(fallen.at), policy_digest=step.policy_digest,
        task="review_tainted_decision", evidence=(step.decision_id, fallen.event_id),
    )  # fmt: skip


def no_longer_tainted(facts: Facts, raised: TaskRaised) -> AlertCleared:
    """It was looked at again."""
    return _cleared(facts, raised.cause or "", "A decision whose evidence fell was looked at again")


def _cleared(facts: Facts, cause: str, summary: str) -> AlertCleared:
    raised = identifiers.alert_id("A9", facts.provider_id, cause)
    return AlertCleared(
        alert="A9", cause=cause, name=facts.name, commissioning=facts.commissioning, summary=summary,
        raised_id=str(raised),
    )  # fmt: skip


def _scale(scale: str) -> str:
    return "Level" if scale == "level" else f"{scale.replace('_', ' ').capitalize()}:"


def _range(indicated: Indicated) -> str:
    low, high = indicated.min, indicated.max
    return str(low) if low == high else f"{low} to {high}"
