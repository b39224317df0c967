"""One line of a dashboard, and how lines are chosen and ordered. What is not known is said, never shown as 0. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.governance.web import words


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and how many would be expected of a service of its size and nature, where that is known."""

    observed: int
    expected: float | None = None
    outside: bool = False
    far_outside: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """CQC's last word on the whole service."""

    overall: str
    published: date
    is_old: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """An open alert."""

    code: str
    summary: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What returns and reports say; None: nobody has said."""

    occupied: int | None = None
    beds: int | None = None
    occupancy_of: str | None = None
    deaths: int | None = None
    withheld: bool = False
    """Whether the reader may not know of deaths: they are classified for safeguarding."""
    dols: dict[str, Any] | None = None
    reablement: dict[str, Any] | None = None
    rating: Rating | None = None

    @property
    def occupancy(self) -> int | None:
        """Percent."""
        return round(100 * self.occupied / self.beds) if self.occupied is not None and self.beds else None


@dataclass(frozen=True, slots=True)
class Row:
    """One provider on a dashboard."""

    provider_id: str
    name: str
    service_type: str | None
    commissioning: str
    order: tuple[str, ...]
    """The levels of the scale, best first."""
    confirmed: str | None = None
    confirmed_since: str | None = None
    low: str | None = None
    high: str | None = None
    divergent: bool = False
    unprocessed: int = 0
    why: str = ""
    restricted: bool = False
    due: tuple[str, date] | None = None
    """The next clock that runs out."""
    alerts: tuple[Alert, ...] = ()
    counts: dict[str, Count] = field(default_factory=dict)
    figures: Figures = Figures()
    trend: tuple[tuple[date, str | None], ...] = ()
    """From when on it was indicated at what (the upper end); None: unknown."""

    @property
    def rank(self) -> float:
        """The worst that is said of it, and unknown just below the worst level: nobody overlooks it."""
        at = [self.order.index(each) for each in (self.confirmed, self.high) if each in self.order]
        is_unknown = self.high is None
        return max([*at, len(self.order) - 1.5 if is_unknown else -1.0])

    def is_at(self, level: str) -> bool:
        """Whether it is confirmed or indicated at a level; `unknown`: it is not known where the facts put it."""
        if level == "unknown":
            return self.high is None
        return level == self.confirmed or self._indicated(level)

    def _indicated(self, level: str) -> bool:
        if self.low not in self.order or self.high not in self.order or level not in self.order:
            return level in (self.low, self.high)
        return self.order.index(self.low) <= self.order.index(level) <= self.order.index(self.high)


def _observed(measure: str) -> Callable[[Row], Any]:
    return lambda row: -row.counts[measure].observed if measure in row.counts else 1


SORTS: Final[dict[str, tuple[str, Callable[[Row], Any]]]] = {
    "level": ("Worst level first", lambda row: (-row.rank, not row.divergent, -len(row.alerts))),
    "name": ("Name", lambda _: ()),
    "alerts": ("Most open alerts", lambda row: -len(row.alerts)),
    "due": ("Next due", lambda row: row.due[1] if row.due else date.max),
    "concerns": ("Most quality concerns", _observed("concerns")),
    "safeguarding": ("Most safeguarding", _observed("safeguarding")),
    "occupancy": ("Lowest occupancy", lambda row: 101 if row.figures.occupancy is None else row.figures.occupancy),
    "rating": ("Oldest CQC rating", lambda row: row.figures.rating.published if row.figures.rating else date.min),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows are wanted, and in which order."""

    sort: str = "level"
    level: str = ""
    named: str = ""
    commissioning: str = ""
    only: tuple[str, ...] = ()
    """`divergent`, `alerts`, `restricted`, `overdue`."""

    def rows(self, found: Iterable[Row], today: date) -> list[Row]:
        """Those that fit, in order."""
        order = SORTS.get(self.sort, SORTS["level"])[1]
        fitting = [row for row in found if self._fits(row, today)]
        return sorted(fitting, key=lambda row: (order(row), row.name.lower(), row.provider_id))

    def _fits(self, row: Row, today: date) -> bool:
        tests = {
            "divergent": row.divergent,
            "alerts": bool(row.alerts),
            "restricted": row.restricted,
            "overdue": row.due is not None and row.due[1] < today,
        }
        return (
            (not self.level or row.is_at(self.level))
            and self.named.lower() in row.name.lower()
            and (not self.commissioning or row.commissioning == self.commissioning)
            and all(tests[each] for each in self.only if each in tests)
        )


def tally(rows: Sequence[Row], order: Sequence[str]) -> list[tuple[str, str, int]]:
    """How many are indicated where at the worst: code, words, number. Unknown is one of them."""
    found = [(code, words.level(code), sum(row.high == code for row in rows)) for code in reversed(order)]
    return [*found, ("unknown", "Unknown", sum(row.high not in order for row in rows))]
