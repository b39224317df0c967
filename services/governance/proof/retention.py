"""How long words are kept, as data, and which of a history are due for erasure. Pure (architecture §9)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared import calendar
from shared.events import registry
from shared.events.registry import TYPES

Years = Annotated[int, Field(ge=1, le=100)] | None
"""None: for good."""
Found = tuple[UUID, str, date]
"""An event of a history, its published type, and the later of the days on which it was recorded and true."""


class BadSchedule(Exception):
    """The periods cannot be used: says why."""


class Period(BaseModel):
    """One class: the same years for all its types."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: Years = None
    why: str = Field(min_length=1)
    types: tuple[str, ...] = Field(min_length=1)


class Schedule(BaseModel):
    """All classes; and where a place has years of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: dict[str, Period]
    places: dict[str, dict[str, Years]] = {}

    @model_validator(mode="after")
    def _each_type_once(self) -> "Schedule":
        said = Counter(kind for one in self.classes.values() for kind in one.types)
        wanted = with_texts()
        faults = [f"{kind} stands in {times} classes" for kind, times in said.items() if times > 1]
        faults += [f"{kind} holds no text, or is no type" for kind in sorted(said.keys() - wanted)]
        for place, years in self.places.items():
            faults += [f"{place}: there is no class {name}" for name in sorted(years.keys() - self.classes.keys())]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def years(self, place: str) -> dict[str, Years]:
        """By class: the place's own, else those of all."""
        return {name: one.years for name, one in self.classes.items()} | self.places.get(place, {})

    @property
    def unclassed(self) -> list[str]:
        """Types with texts for which a file says nothing, as one from before an upgrade: kept, and said."""
        return sorted(with_texts() - {kind for one in self.classes.values() for kind in one.types})

    def class_of(self) -> dict[str, str]:
        """By published type (`careledger.….v1`), whatever its version."""
        by_kind = {kind: name for name, one in self.classes.items() for kind in one.types}
        return {type_: by_kind[entry.kind] for type_, entry in TYPES.items() if entry.kind in by_kind}


def with_texts() -> set[str]:
    """Every published type that holds a free text."""
    return {entry.kind for entry in TYPES.values() if registry.texts(entry.model)}


def schedule(said: Any) -> Schedule:
    """Periods as they were read. Raises BadSchedule."""
    try:
        return Schedule.model_validate(said)
    except ValidationError as error:
        raise BadSchedule("; ".join(f"{one['loc']}: {one['msg']}" for one in error.errors())) from error


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of one event."""

    event_id: UUID
    type: str
    in_class: str
    due_on: date


def reckon(found: Iterable[Found], class_of: Mapping[str, str], years: Mapping[str, Years]) -> Iterator[Kept]:
    """Of these events those whose words are not kept for good, and the day from which on they are due."""
    for event_id, type_, day in found:
        name = class_of.get(type_)
        if name is not None and (kept := years[name]) is not None:
            yield Kept(event_id, type_, name, calendar.add_months(day, 12 * kept) + calendar.ONE_DAY)


@dataclass(frozen=True, slots=True)
class Count:
    """What a class amounts to."""

    due: int = 0
    """Readable, and not kept any longer."""
    held: int = 0
    """Due, and a legal hold forbids it."""
    asked: int = 0
    """Due, and an erasure of them waits for its second person."""
    later: int = 0
    """Entries that come due some day; whether each has a text is not looked at before."""
    next_on: date | None = None
    """When the first of those does."""

    def __add__(self, other: "Count") -> "Count":
        days = [day for day in (self.next_on, other.next_on) if day]
        return Count(
            self.due + other.due, self.held + other.held, self.asked + other.asked, self.later + other.later,
            min(days, default=None),
        )  # fmt: skip
