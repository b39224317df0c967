"""The policies that a place adopted, in order, and which of them is in force. An aggregate of the event store."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from shared import identifiers
from shared.events import places, registry


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adoption. The pack's text is kept by its digest, apart."""

    number: int
    pack: str
    version: str
    digest: str
    effective_from: date
    at: datetime
    review_by: date | None = None
    endorsed_by: tuple[str, ...] = ()
    in_force_since: datetime | None = None


class PolicyBook(Aggregate):
    """A place's policies. What is in force is what was last brought into force."""

    @staticmethod
    def create_id(place: str) -> UUID:
        """The id of a place's book follows from the place's code."""
        return identifiers.derived_id("policy-book", place)

    @event("Opened")
    def __init__(self, place: str) -> None:
        self.place = place
        self.adoptions: tuple[Adoption, ...] = ()
        self.in_force: Adoption | None = None

    def adopt(self, step: places.PolicyAdopted, at: datetime, today: date) -> Adoption:
        """Adopt a text. It comes into force at once when its day has come."""
        said = registry.dumped(step)
        del said["text"]  # by its digest it is found again
        self._adopted(step=said, at=at)
        if step.effective_from <= today:
            self.bring_into_force(len(self.adoptions), at)
        return self.adoptions[-1]

    def bring_into_force(self, number: int, at: datetime) -> None:
        """The day of the `number`th adoption has come."""
        if self.adoptions[number - 1].in_force_since is None:
            self._brought_into_force(number=number, at=at)

    @property
    def latest(self) -> Adoption | None:
        """The last adoption, in force or not yet."""
        return self.adoptions[-1] if self.adoptions else None

    def due(self, today: date) -> tuple[Adoption, ...]:
        """Adoptions whose day has come and that are not yet in force, in the order in which they come into force."""
        waiting = (one for one in self.adoptions if one.in_force_since is None and one.effective_from <= today)
        return tuple(sorted(waiting, key=lambda one: (one.effective_from, one.number)))

    @event("Adopted")
    def _adopted(self, step: dict[str, Any], at: datetime) -> None:
        said = places.PolicyAdopted.model_validate(step | {"text": {}})
        self.adoptions += (
            Adoption(
                number=len(self.adoptions) + 1,
                pack=said.pack,
                version=said.version,
                digest=said.digest,
                effective_from=said.effective_from,
                at=at,
                review_by=said.review_by,
                endorsed_by=said.endorsed_by,
            ),
        )

    @event("BroughtIntoForce")
    def _brought_into_force(self, number: int, at: datetime) -> None:
        one = replace(self.adoptions[number - 1], in_force_since=at)
        self.adoptions = (*self.adoptions[: number - 1], one, *self.adoptions[number:])
        self.in_force = one
