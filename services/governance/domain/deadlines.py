"""When a length of time of the policy has passed. Pure."""

from datetime import date, datetime, timedelta

from shared import calendar
from shared.policies.section import Limit


def last_day(limit: Limit, at: datetime) -> date:
    """The London day on which the limit ends."""
    return calendar.london_date(end(limit, at) - timedelta(microseconds=1))


def end(limit: Limit, at: datetime) -> datetime:
    """When the limit, counted from `at`, is over. Working days and months end with their London day."""
    start = calendar.london_date(at)
    if limit.working_days is not None:
        return _after(calendar.working_days_after(start, limit.working_days))
    if limit.months is not None:
        return _after(calendar.add_months(start, limit.months))
    return at + timedelta(minutes=limit.minutes or 0, hours=limit.hours or 0, days=limit.days or 0)


def _after(day: date) -> datetime:
    return calendar.midnight(day + calendar.ONE_DAY)
