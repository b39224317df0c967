"""Which returns a provider is asked for, by when, and what came: periods of a calendar, events, requests. Pure.

A provider is asked from the later of registration, commissioning and adoption on; what is waived is not asked, and
nothing is asked of a service that is closed or no longer commissioned so. Partners' returns are never held against it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from services.risk.remembered.items import EPOCH, MICROSECOND, Day, Filed, Report, Stamp
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from shared import calendar
from shared.policies import gathering, periods
from shared.policies.gathering import ReturnSchedule
from shared.policy import Pack

MONTHS_COUNTED = 12
"""Periods that lie within so many months are counted: the newest that were filed or whose grace is over."""
LEAST = 2
"""Of a long period at least so many are counted: two years running are two."""


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
    """Whether it is asked for; a provider may also file one that it was not yet asked for."""
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


def clocked(pack: Pack) -> Mapping[str, ReturnSchedule]:
    """By schedule, the returns that are asked of providers and for which a clock may run."""
    return {key: each for key, each in pack.returns.items() if each.asked_of == "provider"}


def is_open(state: ProviderState, now: Day) -> bool:
    """Whether the service is not closed."""
    closed = state.register.number("closed_on")
    return closed is None or closed > now


def clock_start(
    state: ProviderState, partition: PartitionState, commissioning: tuple[str, ...], now: Day
) -> Day | None:
    """The later of registration, adoption, and being commissioned thus; None where no clock runs."""
    adopted = partition.policies.get(state.place)
    since = state.register.commissioned_since(commissioning)
    if adopted is None or since is None or state.register.since is None or not is_open(state, now):
        return None
    return max(adopted.adopted, since, state.register.since)


def start_of(state: ProviderState, partition: PartitionState, schedule: ReturnSchedule, now: Day) -> Day | None:
    """Since when this provider is asked for this return; None: it is not."""
    if schedule.service_types and state.register.text("service_type") not in schedule.service_types:
        return None
    return clock_start(state, partition, schedule.commissioning, now)


@dataclass(frozen=True, slots=True)
class Asking:
    """One schedule of the policy, for one provider, on one day."""

    key: str
    schedule: ReturnSchedule
    start: Day | None
    """Since when the provider is asked; None: it is not."""
    primary: str
    now: Day

    @property
    def type(self) -> str:
        """The return's type: a schedule may be for one sector."""
        return gathering.return_type(self.key)


def returns(state: ProviderState, asking: Asking) -> tuple[Period, ...]:
    """The periods of one schedule, oldest first: those that count, and what is asked for and not yet over."""
    filed = state.returns.get(asking.type, {})
    dated = [(_named_day(name), name, each) for name, each in filed.items()]
    waived = {each.of for each in state.of("returns_waived").values() if each.kind == asking.type}
    requested = [each for each in state.of("returns_requested").values() if each.kind == asking.type]
    if asking.start is None and not filed:
        return ()
    every = (_period(asking, period, dated) for period in _expected(state, asking))
    found = {period.name: period for period in every if period is not None}
    for asked in requested:
        found[asked.of] = _requested(asking, asked, found.get(asked.of), filed.get(asked.of))
    stopped = waived if asking.start is not None else found.keys()
    whole = [replace(each, asked=False) if each.name in stopped else each for each in found.values()]
    ordered = sorted((each for each in whole if each.asked or each.filed is not None), key=lambda each: each.first)
    months = gathering.MONTHS.get(asking.schedule.period, 1)
    counted = [period for period in ordered if period.counts][-max(LEAST, MONTHS_COUNTED // months) :]
    return tuple(period for period in ordered if not period.counts or period in counted)


def day(of: Day) -> date:
    """The date of a day."""
    return date.fromordinal(of)


def first_day(period: str) -> Day:
    """The first day of a period by its name: `2026-03`, `2026`, `2026-03-14`."""
    return periods.first_day(period).toordinal()


@dataclass(frozen=True, slots=True)
class _Expected:
    """A period as the schedule has it, in days."""

    name: str
    first: Day
    due: Day
    last: Day
    always: bool
    """Asked for whenever it began: an event asked for it, not the calendar."""
    after: Day
    """The day after its last: what was filed under the name of a month or day in between answers it."""


def _expected(state: ProviderState, asking: Asking) -> Iterator[_Expected]:
    schedule, level = asking.schedule, state.decided.levels.get(asking.primary)
    yield from _calendar(schedule, asking.now)
    if schedule.on is None or level is None or level.level not in schedule.on.confirmed:
        return
    if level.before != level.level:
        # Asked on the day on which it was known: a decision may be recorded after it took effect.
        recorded = calendar.london_date(EPOCH + level.stamp[1] * MICROSECOND).toordinal()
        yield _in_days(periods.once(schedule, day(max(level.day, recorded))), always=True)


@lru_cache(maxsize=256)
def _calendar(schedule: ReturnSchedule, now: Day) -> tuple[_Expected, ...]:
    return tuple(_in_days(period, always=False) for period in periods.clocked(schedule, day(now)))


def _in_days(period: periods.Period, *, always: bool) -> _Expected:
    due, last = period.due.toordinal(), period.last.toordinal()
    return _Expected(period.name, period.first.toordinal(), due, last, always, period.after.toordinal())


def _period(asking: Asking, period: _Expected, filed: Sequence[tuple[Day, str, Filed]]) -> Period | None:
    """None: it is not asked for, and was not filed."""
    asked = asking.start is not None and (period.always or period.first > asking.start)
    first, after = period.first, period.after
    answer = _first(each for on, name, each in filed if first <= on < after or name == period.name) if filed else None
    if not asked and answer is None:
        return None
    return _made(asking, period.name, (period.first, period.due, period.last), answer, asked=asked)


def _requested(asking: Asking, asked: Report, known: Period | None, answer: Filed | None) -> Period:
    """What was asked for by name: of a period of the calendar the later of both days counts."""
    due = asked.day if asked.until is None else asked.until
    last = due + asking.schedule.grace_days
    if known is None:
        return _made(asking, asked.of, (asked.day, due, last), answer, asked=True)
    due, last = max(due, known.due), max(last, known.last)
    return replace(known, due=due, last=last, asked=True, over=asking.now > last)


def _made(asking: Asking, name: str, days: tuple[Day, Day, Day], answer: Filed | None, *, asked: bool) -> Period:
    first, due, last = days
    stamp, when = (None, None) if answer is None else (answer.stamp, answer.day)
    return Period(asking.type, name, due, last, when, stamp, asked, asking.now > last, first)


@lru_cache(maxsize=4096)
def _named_day(name: str) -> Day:
    """The day that a name says it begins with; 0 for a year, which answers only the period of that name."""
    return first_day(name) if len(name) > len("2026") else 0


def _first(answers: Iterable[Filed]) -> Filed | None:
    return min(answers, key=lambda each: (each.day, each.stamp), default=None)
