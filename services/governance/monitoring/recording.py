"""The use case of what officers record once: a fact of a day, on the ledger and in a list."""

from dataclasses import dataclass
from typing import Any

from services.governance import register
from services.governance.asking import Asking, Reply
from services.governance.event_store import EventStore
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import record_orders as orders
from services.governance.monitoring.contracting import moment
from shared.events import Data


@dataclass(frozen=True, slots=True)
class Recording:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def record(self, provider_id: str, order: orders.AnyRecord, asking: Asking) -> Reply:
        """A fact of its day. Raises Unknown, Unfit for a day that has not come, and what Matters raises."""
        seen = register.provider(self.store, provider_id, asking.places)
        kind, _ = orders.MODELS[order.type]

        def said(name: str, _: Any, seal: Seal) -> Data:
            return orders.fact(order, name, seal)

        about, when = About(provider_id, seen.place), moment(order.on, asking, "/on")
        return self.matters.begin(kind, about, asking, order.model_dump(mode="json"), [said], at=when)
