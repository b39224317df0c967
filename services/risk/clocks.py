"""Everything that runs against a provider or against us, and when it has run out: dates compared with a date. Pure.

Each clock names the clause of the policy that it is of, when it started, and why it is over. What stops a clock takes
it out of the list: it is done, closed, cancelled, waived, or the service is no longer open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.risk import asked
from services.risk.asked import day
from services.risk.remembered import decided
from services.risk.remembered.items import Day, Report, Stamp
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from shared import calendar
from shared.policies.deciding import NO_LEVEL, ReviewClock
from shared.policies.section import Limit
from shared.policy import Pack


@dataclass(frozen=True, slots=True)
class Running:
    """One clock."""

    kind: str
    key: str
    """What it is of, with the date that it runs to where that may move: the cause of its alert."""
    since: Day | None
    due: Day
    """The first London day on which it has run out."""
    over: bool
    why: str
    """What is said when it is over."""
    clause: str
    behind: tuple[Stamp, ...] = ()
    reference: str | None = None


def running(state: ProviderState, partition: PartitionState, pack: Pack, now: Day) -> Iterator[Running]:
    """Every clock of an open service but those of returns, contact and restrictions."""
    if not asked.is_open(state, now):
        return
    yield from _plans(state, pack, now)
    yield from _follow_ups(state, pack, now)
    yield from _visits(state, pack, now)
    yield from _placements(state, pack, now)
    yield from _host_notices(state, pack, now)
    yield from _manager(state, pack, now)
    yield from _partners(state, partition, pack, now)
    yield from _review(state, partition, pack, now)


@lru_cache(maxsize=4096)
def after_months(since: Day, months: int) -> Day:
    """The first London day on which something that began on `since` has lasted longer than that many months."""
    return decided.over(since, months)


@lru_cache(maxsize=4096)
def last_day(since: Day, limit: Limit) -> Day:
    """The last day of a length of time that began on `since`. Hours and minutes end with their London day."""
    start = day(since)
    if limit.working_days is not None:
        return calendar.working_days_after(start, limit.working_days).toordinal()
    if limit.months is not None:
        return calendar.add_months(start, limit.months).toordinal()
    return since + (limit.days or 0) + (limit.hours or 0) // 24


def _plans(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock = pack.clocks.plan
    for id_, plan in state.plans.items() if clock is not None else ():
        if clock is None or plan.ended is not None:
            continue
        if plan.due is not None:
            key, due = f"plan:{id_}:{day(plan.due)}", plan.due + clock.overdue_days + 1
            why = f"The improvement plan was to be done by {day(plan.due)} and is not signed off."
            yield Running("plan", key, plan.agreed, due, now >= due, why, clock.id, (plan.stamp,), id_)
        for name, action in plan.actions.items():
            if action.closed is None:
                key, due = f"action:{id_}/{name}:{day(action.due)}", action.due + clock.overdue_days + 1
                why = f"An action of the improvement plan was due on {day(action.due)} and is open."
                yield Running("action", key, action.day, due, now >= due, why, clock.id, (action.stamp,), name)


def _follow_ups(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock = pack.clocks.follow_up
    if clock is None:
        return
    found = [(f"{id_}/{name}", each) for id_, plan in state.plans.items() for name, each in plan.actions.items()]
    for name, action in found:
        if action.significant and action.closed is None:
            due = after_months(action.day, clock.months)
            why = f"A significant follow-up action of {day(action.day)} is open after {clock.months} months."
            stamps = (action.stamp,)
            yield Running("follow_up", f"follow_up:{name}", action.day, due, now >= due, why, clock.id, stamps, name)


def _visits(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock, cancelled = pack.clocks.visit, state.of("visits_cancelled")
    for name, visit in state.of("visits_planned").items() if clock is not None else ():
        gone = cancelled.get(name)
        planned = visit.until if gone is None or gone.stamp < visit.stamp else gone.until
        if clock is None or planned is None or name in state.visits:
            continue
        key, due = f"planned_visit:{name}:{day(planned)}", planned + clock.overdue_days + 1
        why = f"A visit was planned for {day(planned)} and neither took place nor was cancelled."
        yield Running("planned_visit", key, None, due, now >= due, why, clock.id, (visit.stamp,), name)


def _placements(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock, ended = pack.clocks.placement_check, state.of("placements_ended")
    checks = state.of("placement_checks").values()
    for name, placed in state.of("placements").items() if clock is not None else ():
        gone = ended.get(name)
        # Whoever placed somebody looks at the placement: those of others are theirs.
        if clock is None or placed.kind != state.place or (gone is not None and gone.day >= placed.day):
            continue
        looks = [
            each
            for each in checks
            if each.of == name.partition("|")[2] and each.day >= placed.day and each.kind != "pre_placement"
        ]
        newest = max(looks, key=lambda each: (each.day, each.stamp), default=None)
        first = placed.day + clock.days + 1
        if newest is None:
            since, due = placed.day, first
        elif all(each.kind == "desktop" for each in looks):  # nobody has seen the people yet (CAL-33)
            since, due = placed.day, first if newest.until is None else min(first, newest.until + 1)
        elif newest.until is not None:
            since, due = newest.day, newest.until + 1
        elif clock.then_months is not None:
            since, due = newest.day, after_months(newest.day, clock.then_months)
        else:
            continue
        what = "first check" if newest is None else "review"
        why, key = (
            f"The {what} of a placement out of area was due by {day(due - 1)}.",
            f"placement:{name}:{day(due - 1)}",
        )
        yield Running("placement", key, since, due, now >= due, why, clock.id, (placed.stamp,), name)


def _host_notices(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock, assured = pack.clocks.host_notice, state.of("host_assurances")
    for name, notice in state.of("host_notices").items() if clock is not None else ():
        answer = assured.get(name)
        if clock is None or (answer is not None and answer.grade == "assured"):
            continue
        due = notice.day + clock.ask_days + 1
        why = f"The host authority's notice of {day(notice.day)} stands without its assurance."
        key = f"host_notice:{name}"
        yield Running("host_notice", key, notice.day, due, now >= due, why, clock.id, (notice.stamp,), name)


def _manager(state: ProviderState, pack: Pack, now: Day) -> Iterator[Running]:
    clock, newest = pack.clocks.manager, manager(state)
    if clock is not None and newest is not None and newest.kind == "absent":
        due = newest.day + clock.absent_days + 1
        why, key = (
            f"The registered manager has been absent since {day(newest.day)}.",
            f"manager:absent:{day(newest.day)}",
        )
        yield Running("manager", key, newest.day, due, now >= due, why, clock.id, (newest.stamp,))


def manager(state: ProviderState) -> Report | None:
    """What was last said of the registered manager."""
    return max(state.of("manager").values(), key=lambda each: (each.day, each.stamp), default=None)


def _partners(state: ProviderState, partition: PartitionState, pack: Pack, now: Day) -> Iterator[Running]:
    """The newest month whose ratings must be together by now, and the one that runs: who has not rated is late."""
    rule = pack.partner_ratings
    start = None if rule is None else asked.clock_start(state, partition, pack.minimum_contact.commissioning, now)
    if rule is None or start is None:
        return
    here = day(now)
    for month in (calendar.add_months(here.replace(day=1), -1), here.replace(day=1)):
        due, name = month.replace(day=rule.cut_off_day).toordinal() + 1, f"{month:%Y-%m}"
        rated = {each.kind for each in state.of("partner_ratings").values() if each.of == name}
        missing = [partner for partner in rule.partners if partner not in rated]
        if missing and month.toordinal() > start:
            why = f"Partner ratings for {name} are missing at the cut-off: {', '.join(missing)}."
            since, key = month.toordinal(), f"partner_ratings:{name}"
            yield Running("partner_ratings", key, since, due, now >= due, why, rule.id, (), name)


def _review(state: ProviderState, partition: PartitionState, pack: Pack, now: Day) -> Iterator[Running]:
    """The level on the primary scale, looked at again: since it was, by whatever the policy counts as looking."""
    levels = {scale: each.level for scale, each in state.decided.levels.items()}
    confirmed = state.decided.levels.get(pack.primary)
    level = NO_LEVEL if confirmed is None else confirmed.level
    clock = pack.clocks.review_of(level, levels)
    start = asked.clock_start(state, partition, pack.minimum_contact.commissioning, now)
    if clock is None or (start is None and confirmed is None):
        return
    since = max((each for each in (start, *_looks(state, clock)) if each is not None), default=now)
    own = None if confirmed is None or confirmed.review_by is None or since > confirmed.day else confirmed.review_by
    last = last_day(since, clock.every) if own is None else own
    why = f"The review of level {level} was due by {day(last)}." if confirmed else f"A review was due by {day(last)}."
    behind = () if confirmed is None else (confirmed.stamp,)
    yield Running("review", f"review:{day(last)}", since, last + 1, now > last, why, clock.id, behind)


def _looks(state: ProviderState, clock: ReviewClock) -> Iterator[Day]:
    """The days on which it was looked at."""
    if "level.confirmed" in clock.counts:
        yield from (each.day for each in state.decided.levels.values())
    for kind in ("visit.completed", "contract_review.held"):
        if kind in clock.counts and kind in state.contacts:
            yield state.contacts[kind].day
    if "assessment.completed" in clock.counts:
        yield from (each.day for each in state.of("assessments").values())
