"""When a return is asked for, due and missed: one arithmetic for whoever asks (intake) and whoever judges (risk). Pure.

A period is named by its first month (`2026-03`; a quarter or half-year too), a year by the number of the year in which
it begins (`2026`), and what is asked once by the day on which it was asked (`2026-03-14`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared import calendar
from shared.policies.gathering import MONTHS, CutOff, ReturnSchedule
from shared.policies.section import Limit

LOOKED_AT = 14
"""Periods that are looked at: those that have begun, the newest so many."""


class NoTimeLimit(ValueError):
    """Asked once, and neither the schedule nor who asks says by when."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a return, in London days."""

    name: str
    first: date
    """It opens on this day: then the return is asked for."""
    after: date
    """The day after its last; of what is asked once, the day after its grace."""
    due: date
    """The last day on which it is in time."""
    last: date
    """The last day of its grace: missed when it is over."""


def clocked(
    schedule: ReturnSchedule, today: date, *, count: int = LOOKED_AT, meetings: Collection[date] = ()
) -> tuple[Period, ...]:
    """The newest periods that have begun by `today`, oldest first; none where the calendar does not ask.

    `meetings`: the days on which the body of the cut-off is known to meet.
    """
    return _clocked(schedule, today, count, tuple(sorted(meetings)))


def once(schedule: ReturnSchedule, asked: date, due: date | None = None) -> Period:
    """The period of what an event or a person asks for on a day. `due`: where the asker says so. Raises NoTimeLimit."""
    if due is None and schedule.due is None:
        raise NoTimeLimit(f"say by when {schedule.name} is due: its schedule does not")
    by = due or _counted(asked, schedule.due or Limit(days=0))
    last = calendar.add_days(by, schedule.grace_days)
    return Period(asked.isoformat(), asked, calendar.add_days(last, 1), by, last)


def is_asked(period: Period, start: date | None) -> bool:
    """Whether the calendar asks a provider whose clock began on `start`: for what begins after it. None: no clock."""
    return start is not None and period.first > start


def answers(filed: str, period: Period) -> bool:
    """Whether what was filed under this name answers the period: the same name, or a month or day that lies in it."""
    if filed == period.name:
        return True
    try:
        return len(filed) > len("2026") and period.first <= first_day(filed) < period.after
    except ValueError:
        return False


def first_day(name: str) -> date:
    """The first day that a period's name says: `2026-03`, `2026-03-14`, `2026`. Raises ValueError."""
    year, month, day = (*(int(part) for part in name.split("-")), 1, 1)[:3]
    return date(year, month, day)


@lru_cache(maxsize=256)
def _clocked(schedule: ReturnSchedule, today: date, count: int, meetings: tuple[date, ...]) -> tuple[Period, ...]:
    if schedule.period not in MONTHS:
        return ()
    length = MONTHS[schedule.period]
    begins = schedule.starts - 1 if length > 1 else 0
    newest = (today.year * 12 + today.month - 1 - begins) // length * length + begins
    firsts = [_first_of(newest - back * length) for back in range(count - 1, -1, -1)]
    return tuple(_period(schedule, first, calendar.add_months(first, length), meetings) for first in firsts)


def _period(schedule: ReturnSchedule, first: date, after: date, meetings: tuple[date, ...]) -> Period:
    if schedule.cut_off is not None:
        due = _cut_off(schedule.cut_off, first, after, meetings)
    elif schedule.due is not None:
        due = _counted(calendar.add_days(after, -1), schedule.due)
    else:
        due = after.replace(day=schedule.due_day or 1)
    name = f"{first:%Y}" if schedule.period == "year" else f"{first:%Y-%m}"
    return Period(name, first, after, due, calendar.add_days(due, schedule.grace_days))


def _cut_off(rule: CutOff, first: date, after: date, meetings: tuple[date, ...]) -> date:
    meets = next((day for day in meetings if first <= day < after), first.replace(day=rule.usual_day))
    return calendar.working_days_after(meets, -rule.working_days)


def _counted(day: date, limit: Limit) -> date:
    if limit.working_days is not None:
        return calendar.working_days_after(day, limit.working_days)
    if limit.months is not None:
        return calendar.add_months(day, limit.months)
    return calendar.add_days(day, limit.days or 0)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
