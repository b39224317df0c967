"""What is not known and matters: silence is shown, with its reason, never taken for good news."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.risk import counted, deadlines, regulator
from services.risk.criteria import Judged, Needs
from services.risk.known import Known
from services.risk.rated import INHERITED
from services.risk.view import View
from shared.events.assessments import Missing
from shared.policies import catalogue, gathering

NO_RATING = ("rating", "no CQC rating is known")
SUBJECTS: tuple[tuple[str, str, str], ...] = (
    ("service.", "registration", "the service's kind is not recorded"),
    ("cqc.notice", "cqc_enforcement", "nothing was heard of CQC enforcement in this place in the last 90 days"),
    ("cqc.conditions", "cqc_enforcement", "nothing was heard of CQC enforcement in this place in the last 90 days"),
    ("cqc.cancellation", "cqc_enforcement", "nothing was heard of CQC enforcement in this place in the last 90 days"),
    ("concerns.outside", "peer_baseline", "what is expected for a service of its size and nature is not known"),
    ("safeguarding.outside", "peer_baseline", "what is expected for a service of its size and nature is not known"),
    ("concerns.", "quality_concerns", "no quality concern was heard of here inside the window"),
    (
        "safeguarding.",
        "safeguarding_concerns",
        "no safeguarding concern was heard of here inside the window",
    ),
    ("visits.", "visits", "no visit was heard of inside the window"),
    ("feedback.", "feedback", "no feedback is received yet"),
    ("plan.", "improvement_plan", "no improvement plan is followed here yet"),
    ("self_assessment.", "self_assessment", "no development plan or self-assessment is received yet"),
    ("engagement.", "engagement", "the provider's willingness to engage is not recorded yet"),
    ("default_notice.", "decisions", "no day is closed yet"),
    ("restriction.", "decisions", "no day is closed yet"),
)
"""By the beginning of a fact's name: what to call it, and why it is not known. The first that fits."""
REASONS = {
    fact.name: next(((what, why) for prefix, what, why in SUBJECTS if fact.name.startswith(prefix)), NO_RATING)
    for fact in catalogue.FACTS
}
UNWORKABLE = "the policy's expression cannot be worked out from what is known"


def missing(seen: View, known: Known, judged: Sequence[Judged], needs: Needs) -> tuple[Missing, ...]:
    """Everything that is unknown and matters, once each, in a fixed order."""
    found = _Found()
    if seen.due.today is None:
        found.add("closed_days", "no day is closed yet, so that nothing which depends on time is known")
    for each in judged:
        if each.outcome == "unknown":
            for what, why in _reasons(seen, known, each.prepared.when.reads):
                found.add(what, why, each.id)
    for required, outcome in needs:
        if outcome == "unknown":
            for what, why in _reasons(seen, known, required.when.reads):
                found.add(what, why)
        elif outcome == "not_met":
            for what, why in _unmet(seen, required.when.reads):
                found.add(what, why)
    _weaknesses(seen, known, found)
    return found.all()


@dataclass(slots=True)
class _Entry:
    why: str
    criteria: list[str]


class _Found:
    def __init__(self) -> None:
        self._by_what: dict[str, _Entry] = {}

    def add(self, what: str, why: str, criterion: str | None = None) -> None:
        entry = self._by_what.setdefault(what, _Entry(why, []))
        if criterion is not None and criterion not in entry.criteria:
            entry.criteria.append(criterion)

    def all(self) -> tuple[Missing, ...]:
        return tuple(
            Missing.model_construct(what=what, why=entry.why, criteria=tuple(entry.criteria))
            for what, entry in self._by_what.items()
        )


def _reasons(seen: View, known: Known, reads: frozenset[str]) -> list[tuple[str, str]]:
    absent = sorted(reads - known.values.keys())
    return [_reason(seen, name) for name in absent] or [("policy", UNWORKABLE)]


def _reason(seen: View, name: str) -> tuple[str, str]:
    if name.startswith("returns."):
        return "returns", _no_returns(seen)
    if name.startswith("contact."):
        return "contact", _no_contact(seen)
    if name in ("cqc.safe", "cqc.effective", "cqc.caring", "cqc.responsive", "cqc.well_led"):
        if seen.state.ratings:
            return "key_questions", "the newest rating is known without all of its key questions"
        return NO_RATING
    return REASONS[name]


def _no_returns(seen: View) -> str:
    if seen.due.today is None:
        return "no day is closed yet"
    asked = [period for period in seen.due.returns if period.asked]
    if asked:
        return f"the first return asked for, {asked[0].name}, is due on {deadlines.day(asked[0].due)}"
    for schedule in seen.pack.returns.values():
        if schedule.period in gathering.MONTHS:
            start = deadlines.clock_start(seen.state, seen.partition, schedule.commissioning, seen.due.today)
            if start is None:
                return "no return is asked of this service: it is not recorded as open and commissioned here"
    return "no period that is asked for has begun yet"


def _no_contact(seen: View) -> str:
    contact = seen.due.contact
    if contact is None or contact.due is None:
        return "no visit or contact is recorded, and no contact is asked for here"
    return f"no visit or contact is recorded; it is due by {deadlines.day(contact.due)}"


def _unmet(seen: View, reads: frozenset[str]) -> list[tuple[str, str]]:
    found = []
    if any(name.startswith("returns.") for name in reads):
        names = ", ".join(period.name for period in seen.due.returns if period.outstanding)
        found.append(("returns", f"asked for and not submitted: {names}"))
    if any(name.startswith("contact.") for name in reads):
        found.append(("contact", "no visit or contact lies within the minimum that the policy asks for"))
    if "cqc.overall" in reads:
        found.append(("rating", "there is no CQC rating of Good or Outstanding"))
    return found


def _weaknesses(seen: View, known: Known, found: _Found) -> None:
    rating = regulator.newest(seen.state)
    if rating is not None and known.values.get("cqc.rating_stale") is True:
        months = seen.pack.clocks.rating.stale_months
        found.add("rating_age", f"the rating of {deadlines.day(rating.day)} is older than {months} months")
    if rating is not None and (inherited := rating.values.get(INHERITED)) is not None and inherited.value:
        found.add("rating_inherited", "the newest rating was given to the registration before this one")
    for name in seen.state.capped:
        found.add(f"{name}_capped", f"there are more {name} than are kept: their counts are lower bounds")
    for name in counted.ambiguous(seen.state):
        found.add(f"outcome:{name}", "several publishers use this concern id: the outcome is applied to none of them")
