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


@dataclass(frozen=True, slots=True)
class Shadow:
    """A draft that is judged beside the policy in force."""

    number: int
    pack: str
    version: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Peers:
    """A baseline of peers' rates. The rates are kept by its digest, apart."""

    number: int
    digest: str
    first_day: date
    last_day: date
    services: int
    left_out: int
    at: datetime


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
        self.shadow: Shadow | None = None
        self.shadows = 0
        self.peers: tuple[Peers, ...] = ()

    def adopt(self, step: places.PolicyAdopted, at: datetime) -> Adoption:
        """Adopt a text."""
        said = registry.dumped(step)
        del said["text"]  # by its digest it is found again
        self._adopted(step=said, at=at)
        return self.adoptions[-1]

    def judge_beside(self, step: places.PolicyShadowed, at: datetime) -> Shadow:
        """Judge a draft beside the policy in force: in place of any other."""
        said = registry.dumped(step)
        del said["text"]
        self._shadowed(step=said, at=at)
        assert self.shadow is not None  # noqa: S101 - it was just set
        return self.shadow

    def judge_no_longer(self, step: places.PolicyShadowEnded, at: datetime) -> None:
        """Judge nothing beside the policy in force."""
        self._shadow_ended(step=registry.dumped(step), at=at)

    def compare_with(self, step: places.BaselinePublished, at: datetime) -> Peers:
        """Compare with these peers from now on."""
        said = registry.dumped(step)
        del said["rates"]
        self._compared(step=said, at=at)
        return self.peers[-1]

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

    @event("Shadowed")
    def _shadowed(self, step: dict[str, Any], at: datetime) -> None:
        said = places.PolicyShadowed.model_validate(step | {"text": {}})
        self.shadows += 1
        self.shadow = Shadow(self.shadows, said.pack, said.version, said.digest, at)

    @event("ShadowEnded")
    def _shadow_ended(self, step: dict[str, Any], at: datetime) -> None:  # noqa: ARG002
        self.shadow = None

    @event("Compared")
    def _compared(self, step: dict[str, Any], at: datetime) -> None:
        said = places.BaselinePublished.model_validate(step | {"rates": {}})
        number = len(self.peers) + 1
        days = (said.first_day, said.last_day)
        self.peers += (Peers(number, said.digest, *days, said.services, said.left_out, at),)
