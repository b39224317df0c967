"""The use cases of improvement plans: draft one, take a step (LGA-10, HER-M2.e, CAL-22)."""

from datetime import date
from functools import partial
from typing import Any

from services.governance import evidence, plan_orders, register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import plan
from services.governance.event_store import EventStore
from services.governance.matters import About, Matters, Seal
from shared import calendar
from shared.events import plans

SIGNING = frozenset({"team-manager", "panel-chair", "contracts-officer", "director"})
"""Who signs a plan off for the council. Ours: LGA-10 says the council, not who."""


class Planning:
    """What may be done about improvement plans. Blocks: call it from a thread."""

    def __init__(self, store: EventStore, matters: Matters) -> None:
        self._store, self._matters = store, matters

    def draft(self, provider_id: str, order: plan_orders.NewPlan, asking: Asking) -> Reply:
        """A new plan, with its first actions. Raises Unknown, Unfit, and what Matters raises."""
        seen = register.provider(self._store, provider_id, asking.places)
        evidence.demand(self._store, seen.place, order.evidence)
        if order.supersedes is not None:
            self._demand_plan(provider_id, order.supersedes, "/supersedes")
        first = partial(_drafted, order, asking.actor)
        today = calendar.london_date(asking.at)
        actions = [partial(_step, action, asking.actor, today=today) for action in order.actions]
        about, content = About(provider_id, seen.place), order.model_dump(mode="json")
        return self._matters.begin(plan.KIND, about, asking, content, [first, *actions])

    def step(self, plan_id: str, order: plan_orders.AnyStep, asking: Asking, *, by_provider: bool = False) -> Reply:
        """One more step of a plan; `by_provider`: the provider's own. Raises as `draft` does."""
        if isinstance(order, plan_orders.SignedOff) and order.by == "council" and not asking.roles & SIGNING:
            raise Unfit("/by", "Your role does not sign for the council.", f"{', '.join(sorted(SIGNING))} do.")
        for path in ("agreed_on", "signed_on"):
            asking.demand_come(getattr(order, path, None), f"/{path}")
        if isinstance(order, plan_orders.Closed) and order.superseded_by is not None:
            made = self._matters.matter(plan.KIND, plan_id, asking.places)
            self._demand_plan(made.subject, order.superseded_by, "/superseded_by", instead_of=plan_id)
        said = partial(_step, order, asking.actor, today=calendar.london_date(asking.at), by_provider=by_provider)
        return self._matters.step(plan.KIND, plan_id, asking, order.model_dump(mode="json"), said)

    def _demand_plan(self, provider_id: str, plan_id: str, path: str, *, instead_of: str | None = None) -> None:
        """A plan that is named is another one of this provider; one that takes a place is open. Raises Unfit."""
        found = self._store.matter(plan.KIND.name, plan_id)
        if found is None or found.subject != provider_id or plan_id == instead_of:
            raise Unfit(path, "This is no other plan of this provider.", "Give the id of one of its plans.")
        if instead_of is not None and not plan.KIND.is_open(found.state):
            raise Unfit(path, "That plan is closed.", "Give an open plan of this provider, or draft one first.")


def _drafted(order: plan_orders.NewPlan, actor: str, plan_id: str, _: Any, seal: Seal) -> plans.Plan:
    return plan_orders.drafted(order, plan_id, actor, seal)


def _step(
    order: plan_orders.AnyStep, actor: str, plan_id: str, state: Any, seal: Seal, *, today: date,
    by_provider: bool = False,
) -> plans.Plan:  # fmt: skip
    missed = isinstance(order, plan_orders.Breached) and order.because == "timescale_missed"
    if missed and state is not None and plan.in_time(state, today):
        fix = "Wait until one has; or say `no_progress`, where nothing moves."
        raise Unfit("/because", "No day of this plan has passed: none is missed.", fix)
    extended = state.extended if state else 0
    return plan_orders.step(order, plan_id, actor, seal, extended=extended, by_provider=by_provider)
