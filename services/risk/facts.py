"""The facts of one provider at C, as `shared/policies/catalogue.py` documents them: only those that are known.

A count is known when something is counted, or when its source was heard inside the window (rulings 4): silence is not
zero. A fact that nothing feeds yet is never known. Ages are whole London days; what is later than C has age 0.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from services.risk import counted, deadlines, decided, expected, regulator, themes
from services.risk.keeping import Dated
from services.risk.known import Known, Scalar
from services.risk.partition import PartitionState
from services.risk.state import ProviderState
from services.risk.view import View, view
from shared.events.vocabulary import UNCLASSIFIED
from shared.policy import Pack

T = TypeVar("T", bound=Dated)
COUNTED_DAYS = (30, 60, 90, 180, 365)
CONCERN, SAFEGUARDING, VISIT = "quality_concern.raised", "safeguarding_concern.received", "visit.completed"


def facts(
    state: ProviderState,
    partition: PartitionState,
    pack: Pack,
    c: date | None,
    baseline: expected.Baseline | None = None,
) -> dict[str, Scalar]:
    """The known facts by name. What is absent is unknown."""
    return gather(view(state, partition, pack, c, baseline)).values


def gather(seen: View) -> Known:
    """The known facts, with the events behind them."""
    known = Known()
    _service(seen, known)
    regulator.put(seen, known)
    if seen.due.today is not None:
        _concerns(seen, known)
        _safeguarding(seen, known)
        _visits(seen, known)
        _returns(seen, known)
    _contact(seen, known)
    _decided(seen, known)
    return known


def _service(seen: View, known: Known) -> None:
    register = seen.state.register
    known.put("service.type", register.text("service_type"))
    known.put("service.commissioning", register.commissioned)
    beds = register.number("beds")
    known.put("service.beds", None if beds is None else int(beds))
    known.put("service.regulated", register.regulated)


def _concerns(seen: View, known: Known) -> None:
    source = Source(seen, known, CONCERN, tuple(seen.state.concerns.values()))
    concerns = list(counted.standing(seen.state).values())
    source.windows("concerns", concerns)
    recent = source.young(concerns, 30)
    source.put("concerns.same_theme_30", 30, recent, counted.most_shared(concern.themes for concern in recent))
    moderate = [concern for concern in source.young(concerns, 60) if concern.severity != "S1"]
    every = {theme for concern in moderate for theme in concern.themes} - {UNCLASSIFIED}
    source.put("concerns.moderate_60", 60, moderate, len(moderate))
    source.put("concerns.themes_60", 60, moderate, len(every))
    fewest = themes.fewest(themes.questions(concern.themes) for concern in moderate)
    source.put("concerns.key_questions_60", 60, moderate, fewest)
    high = [concern for concern in source.young(concerns, 180) if concern.severity in ("S3", "S4")]
    source.put("concerns.high_180", 180, high, len(high))
    critical = [concern for concern in source.young(concerns, 365) if concern.severity == "S4"]
    source.put("concerns.critical_365", 365, critical, len(critical))


def _safeguarding(seen: View, known: Known) -> None:
    received = tuple(seen.state.safeguarding.values())
    source = Source(seen, known, SAFEGUARDING, received)
    source.windows("safeguarding", received)
    recent = source.young(received, 30)
    source.put("safeguarding.same_type_30", 30, recent, counted.most_shared(each.types for each in recent))


def _visits(seen: View, known: Known) -> None:
    visits = tuple(seen.state.visits.values())
    source = Source(seen, known, VISIT, visits)
    risky = [visit for visit in source.young(visits, 90) if visit.immediate_risk]
    source.put("visits.immediate_risk_90", 90, risky, len(risky))
    year = source.young(visits, 365)
    if year:
        clear = not any(visit.immediate_risk for visit in year)
        known.put("visits.clear_365", clear, (visit.stamp for visit in year))


def _returns(seen: View, known: Known) -> None:
    periods = [period for period in seen.due.returns if period.counts]
    if not periods:
        return
    filed = tuple(period.stamp for period in periods if period.stamp is not None)
    by_type: dict[str, list[deadlines.Period]] = {}
    for period in periods:
        by_type.setdefault(period.type, []).append(period)
    known.put("returns.asked", len(periods), filed)
    known.put("returns.outstanding", sum(period.outstanding for period in periods), filed)
    known.put("returns.missed_running", max(_running(each) for each in by_type.values()), filed)
    known.put("returns.missed_12_months", max(sum(p.missed for p in each) for each in by_type.values()), filed)


def _running(periods: list[deadlines.Period]) -> int:
    run = 0
    for period in periods:
        run = run + 1 if period.outstanding else 0
    return run


def _contact(seen: View, known: Known) -> None:
    contact = seen.due.contact
    if contact is not None:
        behind = () if contact.last is None else (contact.last.stamp,)
        known.put("contact.within_minimum", contact.within, behind)


def _decided(seen: View, known: Known) -> None:
    restriction, state = seen.due.restriction, seen.state.decided
    behind = () if restriction is None else restriction.running.evidence
    known.put("restriction.active", restriction is not None, behind)
    if seen.due.today is not None:
        known.put("restriction.over_three_months", restriction is not None and restriction.over, behind)
    active = tuple(notice.first.stamp for notice in decided.periods(state.notices) if notice.end is None)
    known.put("default_notice.active", bool(active), active)
    further = decided.further_for_plan(state, seen.pack.clocks.default_notice.further_months)
    known.put("default_notice.further_for_plan", bool(further), further)


def _exposure(seen: View) -> expected.Exposure | None:
    register = seen.state.register
    kind, beds, hours = register.text("service_type"), register.number("beds"), register.number("weekly_care_hours")
    if kind is None or (beds is None and hours is None):
        return None
    return expected.Exposure(kind, beds if beds is not None else (hours or 0) / 7, beds)


class Source:
    """One kind of fact that is counted: zero only where it was reported, here or in the place, inside the window."""

    def __init__(self, seen: View, known: Known, kind: str, reported: Sequence[Dated]) -> None:
        self._seen, self._known, self._kind = seen, known, kind
        self._newest = max((each.day for each in reported), default=None)

    def young(self, all_: Iterable[T], days: int) -> list[T]:
        """Those of the last so many days."""
        return [each for each in all_ if self._seen.within(each.day, days)]

    def alive(self, days: int) -> bool:
        """Whether this source was heard inside the window."""
        here = self._newest is not None and self._seen.within(self._newest, days)
        return here or self._seen.heard(self._kind, days)

    def put(self, name: str, days: int, inside: Iterable[Dated], value: int) -> None:
        """A count over a window, if it is known."""
        if self.alive(days):
            self._known.put(name, value, (each.stamp for each in inside))

    def windows(self, prefix: str, all_: Iterable[T]) -> None:
        """The count of each standard window, and how it compares with the peers."""
        there = list(all_)
        for days in COUNTED_DAYS:
            inside = self.young(there, days)
            self.put(f"{prefix}.days_{days}", days, inside, len(inside))
        peer, who, baseline = self._seen.pack.expected, _exposure(self._seen), self._seen.baseline
        if baseline is None or who is None or not self.alive(peer.days):
            return
        inside = self.young(there, peer.days)
        verdict = expected.judge(prefix, len(inside), who, peer, baseline)
        if verdict is not None:
            behind = [each.stamp for each in inside]
            self._known.put(f"{prefix}.outside_expected", verdict.outside, behind)
            self._known.put(f"{prefix}.far_outside_expected", verdict.far_outside, behind)
