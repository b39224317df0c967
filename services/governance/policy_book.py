"""The policies that a place adopted, in order, and which of them counts on a day. An aggregate of the event store."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from shared import calendar, identifiers
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

    @property
    def in_force_from(self) -> date:
        """A text adopted with an earlier date counts from its adoption: its mark comes then."""
        return max(self.effective_from, calendar.london_date(self.at))


class PolicyBook(Aggregate):
    """A place's policies. Of those whose day has come, the one with the latest day counts, and of these the last."""

    @staticmethod
    def create_id(place: str) -> UUID:
        """The id of a place's book follows from the place's code."""
        return identifiers.derived_id("policy-book", place)

    @event("Opened")
    def __init__(self, place: str) -> None:
        self.place = place
        self.adoptions: tuple[Adoption, ...] = ()

    def adopt(self, step: places.PolicyAdopted, at: datetime) -> Adoption:
        """Adopt a text."""
        said = registry.dumped(step)
        del said["text"]  # by its digest it is found again
        self._adopted(step=said, at=at)
        return self.adoptions[-1]

    def in_force(self, on: date) -> Adoption | None:
        """What counts on a London day."""
        come = (one for one in self.adoptions if one.in_force_from <= on)
        return max(come, key=lambda one: (one.in_force_from, one.number), default=None)

    def coming(self, after: date) -> tuple[Adoption, ...]:
        """What has been adopted for later."""
        return tuple(one for one in self.adoptions if one.in_force_from > after)

    @property
    def latest(self) -> Adoption | None:
        """The last adoption, in force or not yet."""
        return self.adoptions[-1] if self.adoptions else None

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
