"""The use cases of the register of contracts: register, allocate, rate, breach, review, end (OXF-5 to OXF-8)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.governance import register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import contract
from services.governance.event_store import EventStore
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import contract_orders, listing
from shared import calendar
from shared.events import Data

RAG_SCALES = ("rag-existing", "rag")
"""Scales on which the facts themselves indicate how a contract stands: the first that the policy has."""


@dataclass(frozen=True, slots=True)
class Contracting:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def register(self, provider_id: str, order: contract_orders.NewContract, asking: Asking) -> Reply:
        """A contract, or the known lack of one. Raises Unknown, Unfit, and what Matters raises."""
        seen = register.provider(self.store, provider_id, asking.places)
        today = calendar.london_date(asking.at)

        def first(contract_id: str, _: Any, __: Seal) -> Data:
            return contract_orders.registered(order, contract_id, today, seen.facts["service_type"])

        about = About(provider_id, seen.place)
        return self.matters.begin(contract.KIND, about, asking, order.model_dump(mode="json"), [first])

    def step(self, contract_id: str, order: contract_orders.AnyStep, asking: Asking) -> Reply:
        """One more step. A breach counts from the day on which it was found. Raises as `register` does."""

        def said(_: str, state: Any, seal: Seal) -> Data:
            return contract_orders.step(order, state, asking.actor, calendar.london_date(asking.at), seal)

        found = order.found_on if isinstance(order, contract_orders.Breached) else None
        when = moment(found, asking, "/found_on")
        content = order.model_dump(mode="json")
        return self.matters.step(contract.KIND, contract_id, asking, content, said, at=when)

    def page(self, asked: listing.Asked) -> tuple[list[dict[str, Any]], str | None]:
        """The register, what is due first; each with what the facts indicate of its provider."""
        found, after = listing.page(self.store, contract.KIND.name, asked)
        scales = listing.indicated(self.store, sorted({one["provider_id"] for one in found}))
        return [one | {"rag_indicated": rag(scales.get(one["provider_id"], {}))} for one in found], after


def rag(scales: dict[str, Any]) -> str | None:
    """The colour that the facts indicate: the worst of the range; None where nothing is known."""
    for name in RAG_SCALES:
        if (said := scales.get(name)) is not None:
            return None if said.get("unknown") else said.get("max")
    return None


def moment(day: date | None, asking: Asking, path: str) -> datetime | None:
    """When something of a London day was true: at its end, or now where it is today's. Raises Unfit."""
    if day is None:
        return None
    today = calendar.london_date(asking.at)
    if day > today:
        raise Unfit(path, "That day has not come.", "Give today or an earlier day.")
    return None if day == today else calendar.end_of(day)
