"""A place's record as measures read it: its services and what happened to them, but not what was taken back. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from services.governance.measures.asked import Asked, sector
from shared import calendar
from shared.events import corrections
from shared.policies.pack import Pack

D = TypeVar("D")
TAKING_BACK = (corrections.FactWithdrawn, corrections.FactCorrected)


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One event of the record: its data as published, and what measures need of its envelope.

    A large place has a million of them, so that they are left out of the search for garbage.
    """

    id: str
    at: datetime
    """When it happened."""
    day: date
    """The London day on which it happened."""
    recorded: datetime
    data: Any
    publisher: str = ""
    live: bool = True
    corrects: bool = False
    """It says something of an earlier fact: it counts whenever it came."""


@dataclass(frozen=True)
class Service:
    """One provider: who it is, and what happened, in order."""

    provider_id: str
    known_from: date
    """The London day on which it was recorded here."""
    about: Mapping[str, Any]
    """What the register said of it on the day asked for."""
    facts: Sequence[Fact]
    unreadable: int = 0
    """Entries whose data do not fit their type: in no figure, and told beside all of them."""

    @cached_property
    def _of(self) -> dict[tuple[type, ...], list[Fact]]:
        found: dict[tuple[type, ...], list[Fact]] = {}
        for fact in self.facts:
            found.setdefault((type(fact.data),), []).append(fact)
        return found

    def of(self, *models: type[D]) -> list[tuple[Fact, D]]:
        """What happened of these kinds, in the order in which it happened."""
        if len(models) > 1 and models not in self._of:  # many measures ask for the same ones
            self._of[models] = sorted((fact for model in models for fact in self._of.get((model,), ())), key=_order)
        return [(fact, fact.data) for fact in self._of.get(models, ())]

    @cached_property
    def closed_on(self) -> date | None:
        """When it closed."""
        said = self.about.get("closed")
        return date.fromisoformat(said["on"]) if said else None

    @property
    def sector(self) -> str:
        """The dashboard that it stands on."""
        return sector(str(self.about.get("service_type")))

    @property
    def organisation(self) -> str | None:
        """The group that it belongs to: the brand it trades under, else the legal entity. None: not recorded."""
        return self.about.get("brand") or self.about.get("organisation")

    @property
    def regulated(self) -> bool:
        """Whether CQC knows it."""
        return "cqc_location_id" in self.about.get("aliases", {})

    def days(self, first: date, last: date) -> int:
        """On how many of these days it counts: from the day on which it was known here to the day before it closed."""
        begins = max(first, self.known_from)
        ends = last if self.closed_on is None else min(last, calendar.add_days(self.closed_on, -1))
        return max(0, (ends - begins).days + 1)

    def is_open(self, day: date) -> bool:
        """Whether it was known here by that day, and not closed."""
        return self.known_from <= day and (self.closed_on is None or self.closed_on > day)


@dataclass(frozen=True)
class Place:
    """Everything that a place's figures are counted from."""

    code: str
    services: Sequence[Service]
    pack: Pack | None
    """The policy that counted on the day."""
    policy_since: date | None = None
    """Since when any has. None: always, as far as anybody asks."""
    own: Service | None = None
    """What is on the record of the place itself."""
    meetings: Sequence[Mapping[str, Any]] = field(default=())
    """The meetings of its bodies, as they are shown."""

    def open(self, asked: Asked) -> Iterator[Service]:
        """The services that are under watch at the end of the period."""
        return (service for service in self.services if service.is_open(asked.last))

    @property
    def unreadable(self) -> int:
        """Entries that are in no figure, because nobody can read them."""
        return sum(service.unreadable for service in (*self.services, *([self.own] if self.own else ())))

    def of_sector(self, wanted: str | None) -> "Place":
        """The same place, as far as one dashboard goes."""
        kept = [service for service in self.services if wanted is None or service.sector == wanted]
        return replace(self, services=kept)


def kept(facts: Iterable[Fact]) -> list[Fact]:
    """What was not taken back since, in the order in which it happened: what is taken back was never true."""
    every = list(facts)
    gone = {str(one.data.event_id) for one in every if isinstance(one.data, TAKING_BACK)}
    return sorted((one for one in every if one.id not in gone), key=_order)


def standing(kept: Iterable[Fact], end: datetime) -> list[Fact]:
    """Of what was kept what had happened by then. A correction counts whenever it came."""
    return [one for one in kept if one.at <= end or one.corrects]


def _order(fact: Fact) -> tuple[datetime, datetime, str]:
    return fact.at, fact.recorded, fact.id
