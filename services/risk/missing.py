"""What is not known and matters: silence is shown, with its reason, never taken for good news."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.risk import counted, deadlines
from services.risk.criteria import Judged, Needs
from services.risk.gathering import regulator
from services.risk.known import Known
from services.risk.remembered.rated import INHERITED
from services.risk.subjects import QUESTIONS, REASONS, Subject
from services.risk.view import View
from shared.events.assessments import Missing
from shared.events.vocabulary import KEY_QUESTIONS
from shared.policies import gathering

UNWORKABLE: Subject = ("policy", "the policy's expression cannot be worked out from what is known", "check the policy")


def missing(seen: View, known: Known, judged: Sequence[Judged], needs: Needs) -> tuple[Missing, ...]:
    """Everything that is unknown and matters, once each, in a fixed order."""
    found = _Found()
    if seen.due.today is None:
        found.add("closed_days", "no day is closed yet, so that nothing which depends on time is known")
    for each in judged:
        if each.outcome == "unknown":
            for said in _reasons(seen, known, each.prepared.when.reads):
                found.add(*said, criterion=each.id)
    for required, outcome in needs:
        if outcome == "unknown":
            for said in _reasons(seen, known, required.when.reads):
                found.add(*said)
        elif outcome == "not_met":
            for said in _unmet(seen, required.when.reads):
                found.add(*said)
    _weaknesses(seen, known, found)
    return found.all()


@dataclass(slots=True)
class _Entry:
    why: str
    how: str | None
    criteria: list[str]


class _Found:
    def __init__(self) -> None:
        self._by_what: dict[str, _Entry] = {}

    def add(self, what: str, why: str, how: str | None = None, *, criterion: str | None = None) -> None:
        entry = self._by_what.setdefault(what, _Entry(why, how, []))
        if criterion is not None and criterion not in entry.criteria:
            entry.criteria.append(criterion)

    def all(self) -> tuple[Missing, ...]:
        return tuple(
            Missing.model_construct(what=what, why=entry.why, how=entry.how, criteria=tuple(entry.criteria))
            for what, entry in self._by_what.items()
        )


def _reasons(seen: View, known: Known, reads: frozenset[str]) -> list[Subject]:
    absent = sorted(reads - known.values.keys())
    return [_reason(seen, name) for name in absent] or [UNWORKABLE]


def _reason(seen: View, name: str) -> Subject:
    what, why, how = REASONS[name]
    if name.startswith("returns."):
        why = _no_returns(seen)
    elif name.startswith("contact."):
        why = _no_contact(seen)
    elif name.removeprefix("cqc.") in KEY_QUESTIONS and seen.state.ratings:
        return QUESTIONS
    return what, why, how


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


def _unmet(seen: View, reads: frozenset[str]) -> list[Subject]:
    found: list[Subject] = []
    if any(name.startswith("returns.") for name in reads):
        names = ", ".join(period.name for period in seen.due.returns if period.outstanding)
        found.append(("returns", f"asked for and not submitted: {names}", "ask for them"))
    if any(name.startswith("contact.") for name in reads):
        why = "no visit or contact lies within the minimum that the policy asks for"
        found.append(("contact", why, REASONS["contact.within_minimum"][2]))
    if "cqc.overall" in reads:
        found.append(("rating", "there is no CQC rating of Good or Outstanding", "it is known when CQC rates it so"))
    return found


def _weaknesses(seen: View, known: Known, found: _Found) -> None:
    rating = regulator.newest(seen.state)
    if rating is not None and known.values.get("cqc.rating_stale") is True:
        months = seen.pack.clocks.rating.stale_months
        found.add("rating_age", f"the rating of {deadlines.day(rating.day)} is older than {months} months")
    if rating is not None and (inherited := rating.values.get(INHERITED)) is not None and inherited.value:
        found.add("rating_inherited", "the newest rating was given to the registration before this one")
    if rating is not None and (since := regulator.silent_since(seen)) is not None:
        found.add(
            "rating_feed", f"CQC's feed was last heard on {deadlines.day(since)}: a newer rating may not be known"
        )
    for name in seen.state.capped:
        found.add(f"{name}_capped", f"there are more {name} than are kept: their counts are lower bounds")
    open_ = seen.state.of("disputes").keys() - seen.state.of("disputes_answered").keys()
    if open_:
        found.add(
            "challenged", f"the provider challenges {len(open_)} of the facts or decisions", "answer the challenge"
        )
    for name in counted.ambiguous(seen.state):
        found.add(f"outcome:{name}", "several publishers use this concern id: the outcome is applied to none of them")
