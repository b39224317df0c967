"""The use cases of placements out of area: place, check, review, tell the host, end; and a place's register."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.governance import register, view
from services.governance.asking import Asking, NoPolicy, Reply, Unfit
from services.governance.domain import placement
from services.governance.event_store import EventStore
from services.governance.matter import Matter, NotFitting
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import host_telling, listing
from services.governance.monitoring import placement_orders as orders
from services.governance.monitoring.contracting import moment
from services.governance.packs import Packs
from shared import calendar
from shared.events import Data
from shared.events.alerts import AlertBody
from shared.policies.pack import Pack

CHECK_DAYS = 42
"""Six weeks (CAL-33), where the policy has no clock of its own."""

_TOTALS = f"""
SELECT m.subject, m.document->>'placing_authority' AS placing, m.document->>'host_authority' AS host,
       sum((m.document->>'count')::int) AS people, count(*) AS placements, min(m.due) AS due,
       p.facts::text AS facts
FROM (SELECT * FROM {listing.EVERY}) AS m JOIN {view.SCHEMA}.providers AS p ON p.provider_id = m.subject
WHERE m.kind = 'placement' AND m.open AND m.place = %s GROUP BY 1, 2, 3, 7 ORDER BY 1, 2, 3
"""  # noqa: S608 - names of ours alone


@dataclass(frozen=True, slots=True)
class Placing:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters
    packs: Packs

    def start(self, provider_id: str, order: orders.NewPlacement, asking: Asking) -> Reply:
        """People are placed. Raises Unknown, Unfit, NotFitting while placements there are paused (rulings 24)."""
        seen = register.provider(self.store, provider_id, asking.places)
        asking.demand_come(order.started_on, "/started_on")  # until then placements there may yet be paused
        own = order.placing_authority == seen.place
        if own and order.pre_placement is None:
            fix = "Say what the check before the placement found, and when."
            raise Unfit("/pre_placement", "Nobody is placed out of area before the service was checked.", fix)
        pack = self._pack(seen.place, calendar.london_date(asking.at))
        due = calendar.add_days(order.started_on, check_days(pack)) if own else None

        def first(token: str, _: Any, __: Seal) -> Data:
            paused = self.store.case(provider_id, seen.place).standing.paused_since
            if own and paused is not None and order.started_on >= calendar.london_date(paused):
                raise NotFitting("placements in this service are paused until the host authority gives assurance")
            return orders.started(order, token, due)

        def check(token: str, _: Any, seal: Seal) -> Data | None:
            return orders.before(order, token, seal)

        about = About(provider_id, seen.place)
        return self.matters.begin(placement.KIND, about, asking, order.model_dump(mode="json"), [first, check])

    def step(self, token: str, order: orders.AnyStep, asking: Asking) -> Reply:
        """One more step; the host authority is sent what it is told (CAL-34). Raises as `start` does."""
        for path in ("checked_on", "told_on", "ended_on"):
            moment(getattr(order, path, None), asking, f"/{path}")  # none of them lies ahead

        def said(name: str, state: Any, seal: Seal) -> Data:
            return orders.step(order, name, state, asking.actor, seal)

        def told(made: Matter) -> list[AlertBody]:
            if not isinstance(order, orders.HostTold | orders.Ended):
                return []
            facts = register.provider(self.store, made.subject).told
            if isinstance(order, orders.Ended):
                return host_telling.left(facts, made.state, made.place)
            step: Any = made.pending_events[-1]
            return host_telling.concern(facts, made.state, step.id_, made.place)

        content = order.model_dump(mode="json")
        return self.matters.step(placement.KIND, token, asking, content, said, told=told)

    def place(self, place: str, today: date) -> dict[str, Any]:
        """Where a place's people are elsewhere, and whose people are here (CAL-37, CAL-39, SAL-11)."""
        with self.store.reading() as cursor:
            cursor.execute(_TOTALS, (place,), prepare=True)
            rows = cursor.fetchall()
        pack = self._pack(place, today)
        over = pack.out_of_area.onsite_over if pack and pack.out_of_area else None
        ours = [service(row, over, today) for row in rows if row["placing"] == place]
        here = [row for row in rows if row["placing"] != place]
        guests = [
            {"provider_id": row["subject"], "placing_authority": row["placing"], "people": row["people"]}
            for row in here
        ]
        return {"elsewhere": ours, "here": guests, "onsite_over": over}

    def _pack(self, place: str, today: date) -> Pack | None:
        try:
            return self.packs.in_force(place, today).pack
        except NoPolicy:
            return None


def check_days(pack: Pack | None) -> int:
    """In how many days a placement is looked at for the first time."""
    return pack.clocks.placement_check.days if pack and pack.clocks.placement_check else CHECK_DAYS


def service(row: dict[str, Any], over: int | None, today: date) -> dict[str, Any]:
    """One service in another area; with more people than `over` a look on site is suggested (CAL-39, R27)."""
    return {
        "provider_id": row["subject"],
        "name": orjson.loads(row["facts"])["name"],
        "host_authority": row["host"],
        "people": row["people"],
        "placements": row["placements"],
        "next_due": row["due"].isoformat() if row["due"] else None,
        "overdue": row["due"] is not None and row["due"] < today,
        "onsite_suggested": over is not None and row["people"] > over,
    }
