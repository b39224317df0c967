"""What risk keeps of each fact: small, by id, in a form that changelog and tests can compare byte for byte."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from shared import calendar
from shared.events import Event

KEEP_DAYS = 500
"""Facts are kept this long before the newest record: the longest window (400), and slack for days that close late."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Stamp = tuple[int, int, str]
"""(time, recordedtime, event id), in microseconds: the later one wins, whatever the order of arrival."""
Day = int
"""A London day as its ordinal number."""


class Concern(msgspec.Struct, frozen=True, array_like=True):
    """A quality concern; its key is publisher and concern id."""

    stamp: Stamp
    day: Day
    severity: str
    """S1 to S4, as its reporter gave it."""
    themes: tuple[str, ...]
    people: str = "unknown"
    """The band of people affected."""
    confidence: str = "unverified"


class Regrade(msgspec.Struct, frozen=True, array_like=True):
    """A concern graded anew; its key is that of the concern."""

    stamp: Stamp
    day: Day
    severity: str
    confidence: str | None = None


GROUNDLESS = frozenset({"not_upheld", "withdrawn"})
"""Outcomes by which there was nothing in a concern."""


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What a concern turned out to be; its key is *its* publisher and the concern id that it names."""

    stamp: Stamp
    day: Day
    outcome: str
    of: str = ""
    """The concern's own key, where the outcome names its publisher."""


class Safeguarding(msgspec.Struct, frozen=True, array_like=True):
    """A safeguarding concern; its key is the safeguarding team's reference."""

    stamp: Stamp
    day: Day
    types: tuple[str, ...]
    source: str = ""
    """The source of risk: service_provider, other_known, other_unknown."""
    enquiry: str = "pending"
    """The section 42 decision."""


class Report(msgspec.Struct, frozen=True, array_like=True):
    """Anything else that was reported; what kind and grade mean is its collection's (`reported.py`)."""

    stamp: Stamp
    day: Day
    kind: str = ""
    grade: str = ""
    themes: tuple[str, ...] = ()
    count: int = 1
    until: Day | None = None
    """A day that it names and that may lie ahead."""
    of: str = ""
    """What it is about: a period, a reference."""
    figures: dict[str, float] = {}


class Value(msgspec.Struct, frozen=True, array_like=True):
    """One field as last said."""

    stamp: Stamp
    value: str | int | float | tuple[str, ...]


class Rating(msgspec.Struct, frozen=True, array_like=True):
    """What was published on the newest report day of one service group: `overall` and the key questions given."""

    day: Day
    values: dict[str, Value]


class Enforcement(msgspec.Struct, frozen=True, array_like=True):
    """The newest status of one action of CQC."""

    stamp: Stamp
    action: str
    active: bool


class Filed(msgspec.Struct, frozen=True, array_like=True):
    """The first submission of a return for one period."""

    day: Day
    stamp: Stamp


class Visit(msgspec.Struct, frozen=True, array_like=True):
    """A visit."""

    stamp: Stamp
    day: Day
    immediate_risk: bool
    themes: tuple[str, ...] = ()


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """The newest event of its kind."""

    day: Day
    stamp: Stamp


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One step in the life of a restriction or a default notice: on, off, or a change of kind while it is on."""

    stamp: Stamp
    day: Day
    step: Literal["on", "off", "kind"]
    kind: str = ""
    """A suspension's kind; a notice's cause (`because`)."""
    further: bool = False
    """A default notice that says of itself that it is a further one."""


class Change(msgspec.Struct, frozen=True, array_like=True):
    """A value of the register, from a day on."""

    stamp: Stamp
    day: Day
    value: str


def stamp(event: Event) -> Stamp:
    """How an event ranks among others about the same thing."""
    return _micros(event.time), _micros(event.recordedtime), str(event.id)


def day(event: Event) -> Day:
    """The London day on which it happened."""
    return calendar.london_date(event.time).toordinal()


def recorded_day(event: Event) -> Day:
    """The London day on which it was recorded."""
    return calendar.london_date(event.recordedtime).toordinal()


def day_or(given: date | None, event: Event) -> Day:
    """A day that the data gives, else the event's own. What is said to lie ahead has happened by when it was recorded.

    A slip of the year must not make a rating the newest, or a contact recent, for decades.
    """
    own = day(event)
    return own if given is None else min(given.toordinal(), max(own, recorded_day(event)))


def publisher(event: Event) -> str:
    """The publisher's name: the last part of the source."""
    return event.source.rpartition("/")[2]


def _micros(at: datetime) -> int:
    # Whole numbers only: a float of seconds cannot hold microseconds of this century exactly.
    return (at - EPOCH) // MICROSECOND
