"""A matter: something that people work on step by step, such as an improvement plan. An aggregate of the event store.

What a kind of matter is stands in a pure module of its own (`plan.py`), and all kinds in `kinds.py`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from services.governance.domain.kinds import KINDS, Kind
from shared import calendar, identifiers
from shared.events import Data, registry


class NotFitting(Exception):
    """The matter does not allow this step as it stands."""


class Matter(Aggregate):
    """Stored steps hold the very data that is published, so that the ledger alone makes a lost event store whole."""

    @staticmethod
    def create_id(kind: str, matter_id: str) -> UUID:
        """The id follows from the matter's own."""
        return identifiers.derived_id(f"matter-{kind}", matter_id)

    @event("Opened")
    def __init__(self, kind: str, matter_id: str, subject: str, place: str) -> None:
        self.kind = kind
        self.matter_id = matter_id
        self.subject = subject
        """The provider, or the place, that it is about."""
        self.place = place
        self.state: Any = None
        self.begun: datetime | None = None
        """When its first step was true."""

    @property
    def of(self) -> Kind[Any]:
        """What kind of matter it is."""
        return KINDS[self.kind]

    @property
    def document(self) -> dict[str, Any]:
        """As it is shown."""
        said = self.of.document(self.state)
        return said | {"on": calendar.london_date(self.begun).isoformat()} if self.of.dated and self.begun else said

    def take(self, step: Data, id_: UUID, at: datetime) -> None:
        """One more step, published under this id. Raises NotFitting."""
        if isinstance(step, self.of.first) != (self.state is None):
            raise NotFitting(f"a {self.kind} is begun once, and first")
        if self.state is not None and (why := self.of.unfit(self.state, step)) is not None:
            raise NotFitting(why)
        self.record(step, id_, at)

    def record(self, step: Data, id_: UUID, at: datetime) -> None:
        """A step that was taken already: a restored database reads it back."""
        self._stepped(step=registry.dumped(step), model=type(step).__name__, id_=str(id_), at=at)

    @event("Stepped")
    def _stepped(self, step: dict[str, Any], model: str, id_: str, at: datetime) -> None:  # noqa: ARG002 - kept
        self.begun = self.begun or at
        self.state = self.of.take(self.state, self.of.models[model].model_validate(step))
