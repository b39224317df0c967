"""The use cases of the register of contracts: register, allocate, rate, breach, review, end (OXF-5 to OXF-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.governance import matters, register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import contract
from services.governance.event_store import Cursor, EventStore
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import contract_orders, listing
from services.governance.register import Seen
from shared import calendar
from shared.events import Data

RAG_SCALES = ("rag-existing", "rag")
"""Scales on which the facts themselves indicate how a contract stands: the first that the policy has."""
TIER = "tier"
"""The scale of Oxfordshire's five levels of monitoring (OXF-20)."""


@dataclass(frozen=True, slots=True)
class Contracting:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def register(self, provider_id: str, order: contract_orders.NewContract, asking: Asking) -> Reply:
        """A contract, or the known lack of one. Raises Unknown, Unfit, and what Matters raises."""
        seen = register.provider(self.store, provider_id, asking.places)
        today, tier = calendar.london_date(asking.at), self._tier(seen)

        def first(contract_id: str, _: Any, __: Seal) -> Data:
            return contract_orders.registered(order, contract_id, today, seen.facts["service_type"], tier)

        def guard(cursor: Cursor, own: str) -> None:
            _demand_no_contradiction(matters.open_ones(cursor, contract.KIND.name, provider_id), order, own)

        about = About(provider_id, seen.place)
        return self.matters.begin(contract.KIND, about, asking, order.model_dump(mode="json"), [first], guard=guard)

    def step(self, contract_id: str, order: contract_orders.AnyStep, asking: Asking) -> Reply:
        """One more step. A breach counts from the day on which it was found. Raises as `register` does."""

        made = self.matters.matter(contract.KIND, contract_id, asking.places)
        tier = self._tier(register.provider(self.store, made.subject, asking.places))

        def said(_: str, state: Any, seal: Seal) -> Data:
            return contract_orders.step(order, state, asking.actor, calendar.london_date(asking.at), seal, tier=tier)

        for path in ("reviewed_on", "ended_on"):
            asking.demand_come(getattr(order, path, None), f"/{path}")
        found = order.found_on if isinstance(order, contract_orders.Breached) else None
        when = moment(found, asking, "/found_on")
        content = order.model_dump(mode="json")
        return self.matters.step(contract.KIND, contract_id, asking, content, said, at=when)

    def _tier(self, seen: Seen) -> str | None:
        """The provider's tier of monitoring, where the policy has tiers: as confirmed, else as the facts indicate."""
        confirmed = self.store.case(seen.provider_id, seen.place).standing.levels.get(TIER)
        indicated = seen.indicated(TIER)
        return confirmed.level if confirmed else None if indicated.unknown else indicated.max

    def page(self, asked: listing.Asked) -> tuple[list[dict[str, Any]], str | None]:
        """The register, what is due first; each with what the facts indicate of its provider."""
        found, after = listing.page(self.store, contract.KIND.name, asked)
        scales = listing.indicated(self.store, sorted({one["provider_id"] for one in found}))
        return [one | {"rag_indicated": rag(scales.get(one["provider_id"], {}))} for one in found], after


def _demand_no_contradiction(known: Sequence[Mapping[str, Any]], order: contract_orders.NewContract, own: str) -> None:
    """A commissioner has a contract, or is known to have none: not both at once (OXF-5). Raises Unfit."""
    for one in known:
        same = one["commissioner"] == order.commissioner and one["contract_id"] != own
        if same and contract.NONE in {one["kind"], order.kind}:
            what = "that there is none" if one["kind"] == contract.NONE else "that there is one"
            problem = f"{one['contract_id']} says {what}, for the same commissioner."
            raise Unfit("/kind", problem, "End that entry first.")


def rag(scales: dict[str, Any]) -> str | None:
    """The colour that the facts indicate: the worst of the range; None where nothing is known."""
    for name in RAG_SCALES:
        if (said := scales.get(name)) is not None:
            return None if said.get("unknown") else said.get("max")
    return None


def moment(day: date | None, asking: Asking, path: str) -> datetime | None:
    """When something of a London day was true: at its end, or now where it is today's. Raises Unfit."""
    asking.demand_come(day, path)
    return None if day is None or day == calendar.london_date(asking.at) else calendar.end_of(day)
