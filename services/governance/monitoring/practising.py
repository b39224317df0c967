"""The use cases of the register of good practice: identify, ask, note the answer, share (CAL-23, HER-3)."""

from dataclasses import dataclass
from typing import Any

from services.governance import register
from services.governance.asking import Asking, Reply
from services.governance.domain import practice
from services.governance.event_store import EventStore
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import practice_orders as orders
from shared import calendar
from shared.events import Data


@dataclass(frozen=True, slots=True)
class Practising:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def identify(self, provider_id: str, order: orders.NewPractice, asking: Asking) -> Reply:
        """One more example; who gave permission at once is on the record. Raises Unknown, Unfit, as Matters does."""
        seen = register.provider(self.store, provider_id, asking.places)
        today = calendar.london_date(asking.at)

        def first(name: str, _: Any, seal: Seal) -> Data:
            return orders.identified(order, name, seal)

        def given(name: str, _: Any, seal: Seal) -> Data | None:
            return orders.step(order.consent, name, asking.actor, today, seal) if order.consent else None

        about = About(provider_id, seen.place)
        return self.matters.begin(practice.KIND, about, asking, order.model_dump(mode="json"), [first, given])

    def step(self, name: str, order: orders.AnyStep, asking: Asking) -> Reply:
        """One more step. Raises NotFitting for what the provider does not permit."""
        today = calendar.london_date(asking.at)

        def said(_: str, __: Any, seal: Seal) -> Data:
            return orders.step(order, name, asking.actor, today, seal)

        return self.matters.step(practice.KIND, name, asking, order.model_dump(mode="json"), said)
