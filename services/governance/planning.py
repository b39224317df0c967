"""The use cases of improvement plans: draft one, take a step. One transaction each: events, journal, our own table."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from psycopg.types.json import Json

from services.governance import evidence, plan_orders, publish, register
from services.governance import plan as plans_fold
from services.governance.asking import Asking, Reply, Unfit, Unknown
from services.governance.event_store import Cursor, EventStore, Keep
from services.governance.improvement_plan import STEPS, ImprovementPlan
from services.governance.once import once
from shared import identifiers
from shared.events import Sealed, plans
from shared.journal.rows import Row
from shared.vault import Vault

SIGNING = frozenset({"team-manager", "panel-chair", "contracts-officer", "director"})
"""Who signs a plan off for the council. Ours: LGA-10 says the council, not who."""


class Planning:
    """What may be done about improvement plans. Blocks: call it from a thread."""

    def __init__(self, store: EventStore, vault: Vault) -> None:
        self._store, self._vault = store, vault

    def draft(self, provider_id: str, order: plan_orders.NewPlan, asking: Asking) -> Reply:
        """A new plan. Raises Unknown, Unfit, NotFitting, Clash, KeyReused, UNSURE."""
        command = asking.digest("plan", provider_id, order.model_dump(mode="json"))
        plan_id = f"plan-{identifiers.derived_id('plan', provider_id, asking.scoped_key).hex[:16]}"

        def work() -> Reply:
            seen = register.provider(self._store, provider_id, asking.places)
            evidence.demand(self._store, seen.place, order.evidence)
            made = self._store.plan(plan_id) or ImprovementPlan(plan_id, provider_id, seen.place)
            if made.plan is None:  # else kept before, its key lost with a restored database
                self._take(made, asking, 0, lambda seal: plan_orders.drafted(order, plan_id, asking.actor, seal))
                for number, action in enumerate(order.actions, 1):
                    self._take(made, asking, number, partial(_step, action, made, asking))
            return self._save(made, asking, command, 201)

        return once(self._store, asking, command, work)

    def step(self, plan_id: str, order: plan_orders.AnyStep, asking: Asking) -> Reply:
        """One more step of a plan. Raises as `draft` does."""
        command = asking.digest("plan-step", plan_id, order.model_dump(mode="json"))
        if isinstance(order, plan_orders.SignedOff) and order.by == "council" and not asking.roles & SIGNING:
            raise Unfit("/by", "Your role does not sign for the council.", f"{', '.join(sorted(SIGNING))} do.")

        def work() -> Reply:
            made = self.plan(plan_id, asking.places)
            self._take(made, asking, 0, partial(_step, order, made, asking))
            return self._save(made, asking, command, 201)

        return once(self._store, asking, command, work)

    def plan(self, plan_id: str, places: frozenset[str]) -> ImprovementPlan:
        """Raises Unknown, also for a plan of a place that is not held."""
        found = self._store.plan(plan_id)
        if found is None or found.place not in places:
            raise Unknown("no plan of yours has this id")
        return found

    def page(
        self, places: Sequence[str], provider_id: str | None, is_open: bool | None, after: str, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of the plans of these places, and the id to go on from."""
        with self._store.reading() as cursor:
            asked = {"places": list(places), "provider": provider_id, "open": is_open, "after": after}
            cursor.execute(_LIST, asked | {"limit": limit + 1}, prepare=True)
            found = cursor.fetchall()
        shown = [{"provider_id": row["provider_id"], "place": row["place"]} | row["document"] for row in found[:limit]]
        return shown, shown[-1]["plan_id"] if len(found) > limit else None

    def _take(
        self, made: ImprovementPlan, asking: Asking, number: int, said: Callable[[plan_orders.Seal], plans.Plan]
    ) -> None:
        id_ = identifiers.derived_id("plan-step", made.plan_id, asking.scoped_key, str(number))

        def seal(text: str | None) -> Sealed | None:
            return None if text is None else self._vault.seal_sync(text, event_id=id_, subjects=[made.provider_id])

        made.take(said(seal), id_, asking.at)

    def _save(self, made: ImprovementPlan, asking: Asking, command: bytes, status: int) -> Reply:
        assert made.plan is not None  # noqa: S101 - drafted above or before
        reply = {"provider_id": made.provider_id, "place": made.place} | plans_fold.document(made.plan)
        rows = partial(_rows, made, tuple(made.pending_events), asking)
        self._store.save(made, keep=Keep(rows, asking.scoped_key, command, status, reply))
        return Reply(status, reply)


def _step(order: plan_orders.AnyStep, made: ImprovementPlan, asking: Asking, seal: plan_orders.Seal) -> plans.Plan:
    extended = made.plan.extended if made.plan else 0
    return plan_orders.step(order, made.plan_id, asking.actor, seal, extended=extended)


def _rows(made: ImprovementPlan, events: Sequence[Any], asking: Asking, cursor: Cursor) -> list[Row]:
    for statement, values in statements(made):
        cursor.execute(statement, values, prepare=True)
    origin = asking.origin(made.place)
    return [
        publish.row(
            STEPS[event.kind], event.step, id_=UUID(event.id_), subject=made.provider_id, at=event.at, origin=origin
        )
        for event in events
        if hasattr(event, "kind")
    ]


def statements(made: ImprovementPlan) -> list[tuple[str, Sequence[Any]]]:
    """What brings the table `plans` up to date."""
    assert made.plan is not None  # noqa: S101 - a plan's first step drafts it
    is_open = made.plan.status != "closed"
    return [(_PLAN, (made.plan_id, made.provider_id, made.place, is_open, Json(plans_fold.document(made.plan))))]


def newest(cursor: Cursor, provider_id: str) -> dict[str, Any] | None:
    """The newest open plan of a provider, as it is shown; else the newest."""
    cursor.execute(_NEWEST, (provider_id,), prepare=True)
    found = cursor.fetchone()
    return found["document"] if found else None


_NEWEST = "SELECT document FROM plans WHERE provider_id = %s ORDER BY open DESC, number DESC LIMIT 1"
_LIST = """
SELECT plan_id, provider_id, place, document FROM plans
WHERE place = ANY(%(places)s) AND plan_id > %(after)s AND (%(provider)s::text IS NULL OR provider_id = %(provider)s)
  AND (%(open)s::boolean IS NULL OR open = %(open)s) ORDER BY plan_id LIMIT %(limit)s
"""
_PLAN = """
INSERT INTO plans(plan_id, provider_id, place, open, document) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (plan_id) DO UPDATE SET open = excluded.open, document = excluded.document
"""
