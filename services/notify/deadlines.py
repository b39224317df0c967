"""A policy's time limits as instants: working days and months are London's (pure)."""

from datetime import date, datetime, timedelta

from shared import calendar
from shared.policies.section import Limit


def after(start: datetime, limit: Limit) -> datetime:
    """The instant at which a limit has passed that began at `start`: a working day later is the same time of day."""
    if limit.working_days is not None:
        return _same_time(start, calendar.working_days_after(calendar.london_date(start), limit.working_days))
    if limit.months is not None:
        return _same_time(start, calendar.add_months(calendar.london_date(start), limit.months))
    return start + timedelta(days=limit.days or 0, hours=limit.hours or 0, minutes=limit.minutes or 0)


def _same_time(start: datetime, day: date) -> datetime:
    local = start.astimezone(calendar.LONDON)
    return datetime.combine(day, local.timetz()).astimezone(start.tzinfo)
