"""London days. Due dates, day buckets and day closes are London days; instants are UTC."""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from shared import bank_holidays

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


def london_date(instant: datetime) -> date:
    """The London day in which an aware instant lies."""
    if instant.tzinfo is None:
        raise ValueError("a time without its offset has no London day")
    return instant.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """The instant (UTC) at which a London day begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last microsecond of a London day: what `as_of=DATE` means."""
    return midnight(day + ONE_DAY) - timedelta(microseconds=1)


def last_closed_day(now: datetime) -> date:
    """The newest London day that is over."""
    return london_date(now) - ONE_DAY


def add_days(day: date, days: int) -> date:
    """So many days later; earlier where negative."""
    return day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """Calendar months: 30 November and three months is 28 or 29 February."""
    return day + relativedelta(months=months)


def is_working_day(day: date, holidays: Container[date] = bank_holidays.ENGLAND) -> bool:
    """Whether it is neither a Saturday nor a Sunday nor one of the bank holidays: England's, unless said otherwise."""
    return day.weekday() < SATURDAY and day not in holidays


def working_days_after(day: date, count: int, holidays: Container[date] = bank_holidays.ENGLAND) -> date:
    """The `count`th working day after `day`; `day` itself for none. Before it where `count` is negative."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, holidays)
    return day
