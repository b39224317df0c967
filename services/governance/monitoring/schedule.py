"""Who is visited next, and by when: by risk first, then by what is due (SAL-5, CAL-20, OXF-17). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

PREFERRED = "pamms-priority"
"""Salford's own priority for its annual cycle (SAL-5); where a policy has none, its primary scale: the MDRA in CAL."""
CLOCKS = ("contact", "review")
"""Clocks of risk that a visit stops: the least contact (with the middle of the term), the review of the level."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that asks for a visit by a day."""

    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit that stands in the timetable."""

    visit_id: str
    day: date
    purpose: str
    lead: str | None
    commissioners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One provider in the schedule."""

    provider_id: str
    about: Mapping[str, Any]
    confirmed: str | None
    indicated: str | None
    """The worst of the range; None: the facts do not say."""
    due: tuple[Due, ...] = ()
    planned: tuple[Planned, ...] = field(default=())

    @property
    def by(self) -> date | None:
        """The first day by which something is due."""
        return min((one.day for one in self.due), default=None)

    def unplanned(self, today: date) -> bool:
        """Something is due, and no visit is to come in time: one that did not take place on its day is none."""
        return self.by is not None and not any(today <= one.day <= self.by for one in self.planned)


def scale_of(scales: Iterable[str], primary: str) -> str:
    """The scale that the schedule goes by."""
    return PREFERRED if PREFERRED in scales else primary


def ordered(entries: Iterable[Entry], order: Sequence[str]) -> list[Entry]:
    """By risk, the highest first, then by what is due first. `order`: the levels of the scale, from the lowest.

    What nobody knows stands just below the highest: no data is no good news.
    """
    return sorted(entries, key=lambda one: (-_rank(one, order), one.by or date.max, one.provider_id))


def due_of(clocks: Iterable[Mapping[str, Any]], tasks: Iterable[tuple[str, date]]) -> tuple[Due, ...]:
    """What asks for a visit: clocks of risk (due at the start of a day, so that the day before is the last), tasks."""
    found = [
        Due(clock["kind"], date.fromisoformat(clock["due"]) - timedelta(days=1))
        for clock in clocks
        if clock["kind"] in CLOCKS and clock.get("due")
    ]
    return tuple(sorted((*found, *(Due(name, day) for name, day in tasks)), key=lambda one: (one.day, one.kind)))


def document(entry: Entry, today: date) -> dict[str, Any]:
    """As it is shown."""
    return {
        "provider_id": entry.provider_id,
        **entry.about,
        "confirmed": entry.confirmed,
        "indicated": entry.indicated,
        "due": entry.by.isoformat() if entry.by else None,
        "because": [{"kind": one.kind, "due": one.day.isoformat()} for one in entry.due],
        "overdue": entry.by is not None and entry.by < today,
        "unplanned": entry.unplanned(today),
        "planned": [
            {
                "visit_id": one.visit_id, "planned_for": one.day.isoformat(), "purpose": one.purpose,
                "lead": one.lead, "commissioners": list(one.commissioners), "overdue": one.day < today,
            }
            for one in entry.planned
        ],
    }  # fmt: skip


def _rank(entry: Entry, order: Sequence[str]) -> float:
    known = [order.index(level) for level in (entry.confirmed, entry.indicated) if level in order]
    return max(known) if known else len(order) - 1.5
