"""What is due, overdue, missed or over its limit at C: dates compared with a date. Nothing here is remembered.

`c` is the last London day that both writers have closed; judgement is made at the midnight that ends it, so *today* is
the day after. A day that is not closed is never held against anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from services.risk import decided
from services.risk.items import Day, Filed, Reference, Stamp
from services.risk.partition import PartitionState
from services.risk.state import ProviderState
from shared import calendar
from shared.policies.gathering import ReturnSchedule
from shared.policy import Pack

COUNTED = 12
"""Periods of a return that are looked at: the newest that were filed or whose grace is over."""
MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a return. `due` and `last` (the end of the grace) are the last days on which it is in time."""

    type: str
    name: str
    due: Day
    last: Day
    filed: Day | None
    stamp: Stamp | None
    asked: bool
    """Whether the clock asked for it; a provider may also file one that it was not yet asked for."""
    over: bool
    """Whether its grace is over."""
    first: Day
    """The period's first day."""

    @property
    def key(self) -> str:
        """The return and its period: `RT-PMR:2026-03`."""
        return f"{self.type}:{self.name}"

    @property
    def outstanding(self) -> bool:
        """Asked for, its grace over, and not filed at all."""
        return self.asked and self.over and self.filed is None

    @property
    def missed(self) -> bool:
        """Not filed by the end of its grace, even if it came later."""
        return self.asked and self.over and (self.filed is None or self.filed > self.last)

    @property
    def counts(self) -> bool:
        """Whether anything can be said of it yet."""
        return self.filed is not None or (self.asked and self.over)


@dataclass(frozen=True, slots=True)
class Contact:
    """The clock of the minimum of contact."""

    since: Day
    due: Day | None
    """None: it does not run for this service."""
    overdue: bool
    last: Reference | None
    within: bool | None
    """Whether the last contact lies within the minimum; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction in place, and the first day on which it has been so for longer than the limit."""

    running: decided.Running
    over_from: Day
    over: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Everything about one provider that time alone changes. Without a C only what needs none is known."""

    today: Day | None = None
    returns: tuple[Period, ...] = ()
    """Oldest first, per return."""
    contact: Contact | None = None
    restriction: Restriction | None = None
    asking: Mapping[str, Day] = field(default_factory=dict)
    """By return type, the start of its clock: a period is asked for if it begins after that. None runs if absent."""


def today(c: date | None) -> Day | None:
    """The London day that begins where `c` ends."""
    return None if c is None else c.toordinal() + 1


def due(state: ProviderState, partition: PartitionState, pack: Pack, c: date | None) -> Deadlines:
    """What is due, overdue, missed or over its limit for a provider."""
    now = today(c)
    limit = pack.clocks.restriction
    running = decided.running(state.decided, limit.gap_days)
    restriction = None
    if running is not None:
        over_from = decided.over(running.since, limit.over_months)
        restriction = Restriction(running, over_from, now is not None and now >= over_from)
    if now is None:
        return Deadlines(restriction=restriction)
    clocked = {type_: schedule for type_, schedule in pack.returns.items() if schedule.period in MONTHS}
    starts = {type_: _asked_since(state, partition, schedule, now) for type_, schedule in clocked.items()}
    returns = tuple(
        period
        for type_, schedule in clocked.items()
        for period in _returns(state.returns.get(type_, {}), type_, schedule, starts[type_], now)
    )
    asking = {type_: start for type_, start in starts.items() if start is not None}
    return Deadlines(now, returns, _contact(state, partition, pack, now), restriction, asking)


def clock_start(
    state: ProviderState, partition: PartitionState, commissioning: tuple[str, ...], now: Day
) -> Day | None:
    """The later of registration, adoption, and being commissioned thus; None where no clock runs."""
    adopted = partition.policies.get(state.place)
    since = state.register.commissioned_since(commissioning)
    closed = state.register.number("closed_on")
    if adopted is None or since is None or state.register.since is None or (closed is not None and closed <= now):
        return None
    return max(adopted.adopted, since, state.register.since)


def day(of: Day) -> date:
    """The date of a day."""
    return date.fromordinal(of)


def first_day(period: str) -> Day:
    """The first day of a period by its name: `2026-03`, `2026`."""
    year, _, month = period.partition("-")
    return date(int(year), int(month or 1), 1).toordinal()


def _asked_since(state: ProviderState, partition: PartitionState, schedule: ReturnSchedule, now: Day) -> Day | None:
    if schedule.service_types and state.register.text("service_type") not in schedule.service_types:
        return None
    return clock_start(state, partition, schedule.commissioning, now)


def _returns(
    filed: Mapping[str, Filed], type_: str, schedule: ReturnSchedule, start: Day | None, now: Day
) -> list[Period]:
    if start is None and not filed:
        return []
    found = []
    for name, first, after in _periods(MONTHS[schedule.period], now):
        answers = [each for key, each in filed.items() if key.startswith(name)]
        asked = start is not None and first > start
        if asked or answers:
            answer = min(answers, key=lambda each: (each.day, each.stamp), default=None)
            due_on = after + (schedule.due_day or 1) - 1
            last = due_on + schedule.grace_days
            stamp, when = (None, None) if answer is None else (answer.stamp, answer.day)
            found.append(Period(type_, name, due_on, last, when, stamp, asked, now > last, first))
    told = [period for period in found if period.counts][-COUNTED:]
    return [period for period in found if not period.counts or period in told]


@lru_cache(maxsize=64)
def _periods(length: int, now: Day) -> tuple[tuple[str, Day, Day], ...]:
    """Name, first day, and the day after the last, of each period that has begun: enough of them for COUNTED."""
    here = day(now)
    newest = (here.year * 12 + here.month - 1) // length * length
    months = range(newest - (COUNTED + 2) * length, newest + 1, length)
    first = {month: _first_of(month) for month in (*months, newest + length)}
    name = "%Y-%m" if length == 1 else "%Y"
    return tuple((f"{first[m]:{name}}", first[m].toordinal(), first[m + length].toordinal()) for m in months)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _contact(state: ProviderState, partition: PartitionState, pack: Pack, now: Day) -> Contact | None:
    minimum = pack.minimum_contact
    known = [reference for kind in minimum.counts if (reference := state.contacts.get(kind)) is not None]
    last = max(known, key=lambda reference: (reference.day, reference.stamp), default=None)
    start = clock_start(state, partition, minimum.commissioning, now)
    within = last is not None and now <= calendar.add_months(day(last.day), minimum.months).toordinal()
    if start is None:
        return None if last is None else Contact(last.day, None, False, last, within or None)
    since = start if last is None else max(start, last.day)
    due_on = calendar.add_months(day(since), minimum.months).toordinal()
    overdue = now > due_on
    return Contact(since, due_on, overdue, last, True if within else False if overdue else None)
