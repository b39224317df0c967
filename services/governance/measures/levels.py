"""Confirmed levels as measures see them: reviewed in their time (K1), lowered and how it lasted (K7). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from services.governance.domain import deadlines
from services.governance.measures.asked import MONTHS, Asked
from services.governance.measures.indication import Judged
from services.governance.measures.item import Item
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import carried_over, decisions, processes, quality_assessments, visits
from shared.policies.deciding import ReviewClock
from shared.policies.pack import Pack


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A level that a body confirmed, or that was carried over at go-live."""

    at: datetime
    level: str
    body: str | None
    decision_id: str
    review_by: date | None = None

    @property
    def day(self) -> date:
        """The London day."""
        return calendar.london_date(self.at)


def confirmed(service: Service, scale: str) -> list[Confirmed]:
    """All levels of a scale, in the order in which they began to stand."""
    found: list[Confirmed] = []
    for fact, data in service.of(decisions.DecisionTookEffect, carried_over.CarriedOverRecorded):
        match data:
            case decisions.DecisionTookEffect(decision=decisions.LevelConfirmed() | decisions.LevelOverridden() as one):
                if one.scale == scale:
                    found.append(Confirmed(fact.at, one.level, data.body, data.decision_id, one.review_by))
            case carried_over.CarriedOverRecorded(levels=levels):
                level = next((level for name, level in levels.items() if name == scale), None)
                if level is not None:
                    found.append(Confirmed(calendar.midnight(data.level_since or data.as_at), level, None, fact.id))
    return sorted(found, key=lambda one: one.at)


def reviewed(place: Place, asked: Asked) -> Iterator[Item]:
    """K1: of each service, whether its level was looked at in its time."""
    if place.pack is None:
        return
    for service in place.open(asked):
        known = confirmed(service, place.pack.primary)
        if not known:
            yield Item(service.provider_id, "unknown", "no level has been confirmed")
            continue
        last = known[-1]
        clock = place.pack.clocks.review_of(last.level, _levels(service, place.pack))
        if clock is None and last.review_by is None:
            yield Item(service.provider_id, "not_due", "the policy sets no review for its level", body=last.body)
            continue
        due = _due(service, last, clock)
        if due >= asked.last:
            yield Item(service.provider_id, "yes", f"next review by {due}", last.decision_id, body=last.body)
        else:
            yield Item(service.provider_id, "no", f"a review was due by {due}", last.decision_id, body=last.body)


def _levels(service: Service, pack: Pack) -> dict[str, str]:
    """By scale where the service is: as confirmed, else as indicated."""
    judged = service.of(Judged)
    found = dict(judged[-1][1].certain) if judged else {}
    return found | {scale: known[-1].level for scale in pack.scales if (known := confirmed(service, scale))}


def _due(service: Service, last: Confirmed, clock: ReviewClock | None) -> date:
    if last.review_by is not None:
        return last.review_by
    assert clock is not None  # noqa: S101 - one of the two was asked for
    looked = max([last.at, *(at for at in _looks(service, clock) if at >= last.at)])
    return deadlines.last_day(clock.every, looked)


def _looks(service: Service, clock: ReviewClock) -> Iterator[datetime]:
    if "visit.completed" in clock.counts:
        yield from (fact.at for fact, _ in service.of(visits.VisitCompleted))
    if "assessment.completed" in clock.counts:
        yield from (fact.at for fact, _ in service.of(quality_assessments.AssessmentCompleted))
    if "contract_review.held" in clock.counts:
        for fact, data in service.of(decisions.DecisionTookEffect):
            if isinstance(data.decision, processes.ContractReviewHeld):
                yield fact.at


@dataclass(frozen=True, slots=True)
class _Lowered:
    """A level that was lowered, and since when the service had been at the level before."""

    before: Confirmed
    after: Confirmed


def _lowered(known: list[Confirmed], order: tuple[str, ...]) -> Iterator[_Lowered]:
    since = known[0] if known else None
    for one, other in pairwise(known):
        if one.level == other.level or {one.level, other.level} - set(order):
            continue
        if order.index(other.level) < order.index(one.level):
            assert since is not None  # noqa: S101 - there is a first
            yield _Lowered(since, other)
        since = other


def lowering(place: Place, asked: Asked) -> Iterator[Item]:
    """K7a: each lowering in the period, and how many days the service had been at the higher level."""
    for service, one in _lowerings(place):
        if asked.holds(one.after.day):
            days = (one.after.day - one.before.day).days
            why = f"from {one.before.level} to {one.after.level} on {one.after.day}"
            yield Item(service.provider_id, "yes", why, one.after.decision_id, float(days), one.after.body)


def lasting(place: Place, asked: Asked) -> Iterator[Item]:
    """K7c: each lowering whose twelve months ended in the period: whether it lasted."""
    for service, one in _lowerings(place):
        until = calendar.add_months(one.after.day, MONTHS)
        if place.pack is None or not asked.holds(until):
            continue
        order = place.pack.scales[place.pack.primary].order
        later = (each for each in confirmed(service, place.pack.primary) if one.after.at < each.at)
        higher = order[order.index(one.after.level) + 1 :]
        again = next((each for each in later if each.day <= until and each.level in higher), None)
        why = f"raised again to {again.level} on {again.day}" if again else f"lasted to {until}"
        yield Item(service.provider_id, "no" if again else "yes", why, one.after.decision_id, body=one.after.body)


def _lowerings(place: Place) -> Iterator[tuple[Service, _Lowered]]:
    if place.pack is None:
        return
    order = place.pack.scales[place.pack.primary].order
    for service in place.services:
        for one in _lowered(confirmed(service, place.pack.primary), order):
            yield service, one
