"""England's bank holidays: reference data with a version, and the Act's own rules for what it does not reach."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import MO, relativedelta

DATA: Final = json.loads((Path(__file__).parent / "bank_holidays.json").read_text(encoding="utf-8"))
"""`version`, `source`, `from`, `through`, and `days`: what each is called."""
VERSION: Final[str] = DATA["version"]
KNOWN_FROM: Final = date.fromisoformat(DATA["from"])
KNOWN_THROUGH: Final = date.fromisoformat(DATA["through"])
"""Beyond it only the Act's rules are known: a day that is yet to be proclaimed, or moved, is missing."""
WARN: Final = timedelta(days=365)
"""So long before the data end a newer file is asked for."""

_DAYS: Final = frozenset(date.fromisoformat(day) for day in DATA["days"])
SATURDAY = 5


class England:
    """As a set of dates: `day in ENGLAND`."""

    def __contains__(self, day: object) -> bool:
        """Whether it is a bank holiday in England: by the data, and by the Act's rules where the data do not reach."""
        if not isinstance(day, date):
            return False
        return day in _DAYS if KNOWN_FROM <= day <= KNOWN_THROUGH else day in by_law(day.year)


ENGLAND: Final = England()


def is_provisional(day: date) -> bool:
    """Whether a day lies beyond the data: a date that is counted up to it may turn out a day too early."""
    return day > KNOWN_THROUGH


def running_out(today: date) -> str | None:
    """What to say loudly when the data end soon, or have ended; else None."""
    if today > KNOWN_THROUGH:
        return f"bank holidays are known only to {KNOWN_THROUGH}: due dates count by rule, without proclaimed days"
    if today + WARN > KNOWN_THROUGH:
        return f"bank holidays are known only to {KNOWN_THROUGH}: a newer shared/bank_holidays.json is needed"
    return None


@cache
def by_law(year: int) -> frozenset[date]:
    """The holidays of a year by the Banking and Financial Dealings Act 1971 and custom, nothing proclaimed or moved."""
    sunday = easter(year)
    early_may = date(year, 5, 1) + relativedelta(weekday=MO(1))
    spring, summer = (date(year, month, 31) + relativedelta(weekday=MO(-1)) for month in (5, 8))
    kept = {sunday - timedelta(days=2), sunday + timedelta(days=1), early_may, spring, summer}
    return frozenset(kept | set(_fixed(year)))


def _fixed(year: int) -> Iterator[date]:
    """New Year's Day, Christmas Day, Boxing Day; one that falls on a weekend has the next free weekday for it too."""
    taken = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    yield from taken
    for day in sorted(taken):
        instead = day
        while day.weekday() >= SATURDAY and (instead.weekday() >= SATURDAY or instead in taken):
            instead += timedelta(days=1)
        if instead != day:
            taken = taken | {instead}
            yield instead
