"""The time-travel bar: which past a page shows, how that is said, and how its links keep it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from services.governance.web import words
from shared import calendar

PARTS: Final = ("day", "month", "year")
LONGEST: Final = 40
A_DAY: Final = len("2026-03-02")
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moment:
    """As it was, and as it was known; empty: now."""

    as_of: str = ""
    known_at: str = ""
    typed: bool = False
    """Whether it came from a form's fields: its own address is shorter."""

    @property
    def fields(self) -> Mapping[str, tuple[str, str, str]]:
        """What the fields of the bar hold."""
        return {"as_of": parts(self.as_of), "known_at": parts(self.known_at)}

    @property
    def is_past(self) -> bool:
        """Whether the page shows anything but the present."""
        return bool(self.as_of or self.known_at)

    def keep(self, **more: str | None) -> str:
        """The query of a link that stays in this moment."""
        given = {"as_of": self.as_of, "known_at": self.known_at} | more
        said = {name: value for name, value in given.items() if value}
        return f"?{urlencode(said)}" if said else ""

    @property
    def says(self) -> str:
        """For the banner."""
        was = f"as it was on {_spoken(self.as_of)}" if self.as_of else "as it was then"
        known = f"as it was known on {_spoken(self.known_at)}" if self.known_at else "with everything that is known now"
        return f"{was}, {known}"


def chosen(query: Query) -> Moment:
    """What an address or the form of the bar says."""
    days = given(query, "as_of"), given(query, "known_at")
    return Moment(*days, typed=is_typed(query, "as_of") or is_typed(query, "known_at"))


def given(query: Query, name: str) -> str:
    """A day that was typed into three fields, as an address says it; else the address's own day or instant."""
    if not is_typed(query, name):
        return query.get(name, "").strip()[:LONGEST]
    day, month, year = (query.get(f"{name}-{part}", "").strip()[:LONGEST] for part in PARTS)
    return f"{year:0>4}-{month:0>2}-{day:0>2}"


def is_typed(query: Query, name: str) -> bool:
    """Whether anything stands in the three fields."""
    return any(query.get(f"{name}-{part}", "").strip() for part in PARTS)


def parts(text: str) -> tuple[str, str, str]:
    """The London day of what an address says, as day, month and year; empty where it is none."""
    try:
        day = text if len(text) == A_DAY else calendar.london_date(datetime.fromisoformat(text)).isoformat()
        year, month, of = (str(int(each)) for each in day.split("-"))
    except ValueError:
        return "", "", ""
    return of, month, year


def _spoken(text: str) -> str:
    try:
        return words.day(text) if len(text) == A_DAY else words.moment(text)
    except ValueError:
        return text
