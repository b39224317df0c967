"""London days. Due dates, day buckets and day closes are London days; instants are UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

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


def add_months(day: date, months: int) -> date:
    """Calendar months: 30 November and three months is 28 or 29 February."""
    return day + relativedelta(months=months)


def working_days_after(day: date, count: int, holidays: frozenset[date] = frozenset()) -> date:
    """The `count`th working day after `day`: Saturdays, Sundays and the given bank holidays do not count."""
    while count:
        day += ONE_DAY
        if day.weekday() < SATURDAY and day not in holidays:
            count -= 1
    return day
