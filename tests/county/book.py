"""The simulation's own ledger: what it did and what must follow. Plain Python; it shares no code with the services."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

PARTNERS = ("council_quality", "council_safeguarding", "council_contracts", "icb_quality")
CARE_HOMES = ("care_home_residential", "care_home_nursing")
CUT_OFF = 12
"""The day of the month by which every partner has rated (CAL-6, ours)."""
Consent = tuple[date, date | None]
"""When it was due, and when the answer came."""


@dataclass
class Home:
    """One provider."""

    id: str
    kind: str
    commissioning: str
    beds: int
    regulated: bool
    since: date
    levels: list[tuple[date, str]] = field(default_factory=list)
    level_due: date | None = None
    contracts: list["Contract"] = field(default_factory=list)
    no_contract: bool = False
    actions: list["Action"] = field(default_factory=list)
    plans: list["Plan"] = field(default_factory=list)
    returns: dict[str, "Return"] = field(default_factory=dict)
    rated: list[tuple[date, str]] = field(default_factory=list)
    """CQC's overall rating by the day of its report."""
    assessed: list[tuple[date, str]] = field(default_factory=list)
    contacts: list[date] = field(default_factory=list)
    pauses: list[tuple[date, date | None]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    partners: dict[str, dict[str, date]] = field(default_factory=dict)
    """Month → partner → the day of its rating."""
    indicated: list[tuple[date, str]] = field(default_factory=list)
    """What the partners' ratings come to, from the day on which it changes."""
    voices: list[date] = field(default_factory=list)
    practices: list[tuple[date, bool]] = field(default_factory=list)
    """When it was identified, and whether the provider permits that it is shared."""
    entries: list[tuple[date, bool, bool]] = field(default_factory=list)
    """Concerns: when they happened, whether the theme is known, whether it was recorded within a week."""
    themes: list[tuple[date, str]] = field(default_factory=list)
    """When something happened that has a theme, and which."""
    manager_said: bool = False
    busy: set[str] = field(default_factory=set)
    """Kinds of case that it has already: one of each."""

    @property
    def colour(self) -> str:
        """What most of its partners think of it."""
        return self.indicated[-1][1] if self.indicated else "green"


@dataclass
class Contract:
    """One contract."""

    begun: date
    reviewed: list[date] = field(default_factory=list)


@dataclass
class Action:
    """One action of a plan."""

    opened: date
    significant: bool
    closed: date | None = None
    done: bool = True


@dataclass
class Plan:
    """One plan that was agreed."""

    due: date
    signed: date | None = None


@dataclass
class Return:
    """One return that is asked."""

    type: str
    due: date
    came: date | None = None
    waived: bool = False


@dataclass
class Expected:
    """An alert that must be there."""

    home: str
    code: str
    cause: str
    """How its cause begins."""
    due: date | None
    raised: date
    cleared: bool = False


@dataclass
class Book:
    """Everything that the simulation did, and every alert that it must have caused."""

    homes: list[Home] = field(default_factory=list)
    alerts: list[Expected] = field(default_factory=list)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    """Kind of deadline → hit, missed, late → how often."""
    held: dict[str, list[date]] = field(default_factory=dict)
    """Body → the days on which it met."""
    calls: int = 0

    def kept(self, kind: str, outcome: str) -> None:
        """One deadline came to an end."""
        self.kinds.setdefault(kind, Counter())[outcome] += 1


def months_on(day: date, months: int) -> date:
    """Calendar months later; the last day of a shorter month."""
    return day + relativedelta(months=months)


def months(first: date, last: date) -> Iterator[date]:
    """The first day of every month of a time."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = months_on(day, 1)


def working_days(day: date, count: int, holidays: frozenset[date]) -> date:
    """So many working days on, or back."""
    one = relativedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += one
        left -= day.weekday() not in (5, 6) and day not in holidays
    return day


def iso(day: date | datetime) -> str:
    """As it is sent."""
    return day.isoformat()
