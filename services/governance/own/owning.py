"""The use cases of a provider about itself: see its own service, answer a draft, hand a plan in, challenge (AMB-16)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.governance import history, matters, register
from services.governance.asking import Asking, Reply, Unfit, Unknown
from services.governance.domain import dispute, plan, quality_assessment
from services.governance.domain.kind import Kind
from services.governance.event_store import EventStore
from services.governance.history import Entry
from services.governance.matter import Matter, NotFitting
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring.assessing import Assessing
from services.governance.own import orders, returns, shown
from services.governance.pages import Pages
from services.governance.planning import Planning
from shared import calendar
from shared.events import Data, data_of, decode, entry_of
from shared.security import Principal

HEARD = ("draft", "final")
"""How an assessment stands that the provider has seen."""


@dataclass(frozen=True, slots=True)
class Owning:
    """Blocks: call it from a thread. Everything raises Unknown for what is not the asker's own."""

    store: EventStore
    matters: Matters
    pages: Pages
    planning: Planning
    assessing: Assessing

    def services(self, who: Principal) -> list[register.Seen]:
        """Those that the token names, in the places that it holds."""
        found = []
        for one in sorted(who.services):
            try:
                found.append(register.provider(self.store, one, who.places))
            except Unknown:
                continue  # it left the place, or the token names what is not there
        return found

    def page(self, who: Principal, provider_id: str, today: date, behind: timedelta | None) -> dict[str, Any]:
        """How it stands, as far as it may know."""
        demand(who, provider_id)
        return shown.page(self.pages.provider(provider_id, today, who.places, behind))

    def returns(self, who: Principal, provider_id: str, today: date) -> list[dict[str, Any]]:
        """What it owes, and what came."""
        entries = self._events(who, provider_id, [entry_of(model).type for model in returns.MODELS])
        known = [decode(entry.body) for entry in entries]
        found = returns.fold((data_of(event), calendar.london_date(event.time)) for event in known)
        return [returns.document(one, today) for one in found]

    def recorded(self, who: Principal, provider_id: str, now: datetime) -> list[dict[str, Any]]:
        """What stands on its record that it may know of, and challenge; the newest first."""
        entries = self._events(who, provider_id, shown.RECORDED)
        return [
            shown.recorded(one.event) for one in reversed(entries) if shown.is_shown(one.event, one.classification, now)
        ]

    def told(self, who: Principal, provider_id: str) -> list[dict[str, Any]]:
        """What its own role was told."""
        return shown.told(entry.event for entry in self._events(who, provider_id, tuple(shown.TOLD)))

    def assessments(self, who: Principal, provider_id: str) -> list[dict[str, Any]]:
        """Those of which it has seen a draft, the newest first."""
        demand(who, provider_id)
        kind, places = quality_assessment.KIND, sorted(who.places)
        found, _ = self.matters.page(kind, places, subject=provider_id, limit=500)
        heard = [one for one in found if one["status"] in HEARD]
        return sorted(heard, key=lambda one: str((one["draft"] or {}).get("shared_on")), reverse=True)

    def assessment(self, who: Principal, provider_id: str, assessment_id: str) -> Matter:
        """One that it has seen a draft of."""
        found = self._own(who, provider_id, quality_assessment.KIND, assessment_id)
        if found.state.status not in HEARD:
            raise Unknown("no assessment of yours has this id")
        return found

    def plan(self, who: Principal, provider_id: str, plan_id: str) -> Matter:
        """One that was agreed with it."""
        found = self._own(who, provider_id, plan.KIND, plan_id)
        if shown.plan(matters.shown(found)) is None:
            raise Unknown("no plan of yours has this id")
        return found

    def answer(
        self, who: Principal, provider_id: str, assessment_id: str, order: Any, asking: Asking
    ) -> Reply:  # fmt: skip
        """It comments on a draft, or disputes one of its answers, in its days. Raises NotFitting after them."""
        found = self.assessment(who, provider_id, assessment_id)
        due = found.state.draft.comments_due if found.state.draft else None
        if orders.is_late(calendar.london_date(asking.at), due):
            raise NotFitting(f"your days to answer ended on {due}: tell the council, which can still record it")
        return self.assessing.step(assessment_id, order, asking)

    def plan_step(self, who: Principal, provider_id: str, plan_id: str, order: Any, asking: Asking) -> Reply:
        """It hands its plan in, or signs it off."""
        self.plan(who, provider_id, plan_id)
        if isinstance(order, orders.Signed) and order.signed_on > calendar.london_date(asking.at):
            raise Unfit("/signed_on", "That day has not come.", "Give today or an earlier day.")
        return self.planning.step(plan_id, orders.plan_step(order), asking, by_provider=True)

    def challenge(self, who: Principal, provider_id: str, order: orders.NewChallenge, asking: Asking) -> Reply:
        """It challenges what is recorded about it; an answer is then owed in the policy's time. Raises Unfit."""
        known = {one["event_id"] for one in self.recorded(who, provider_id, asking.at)}
        if str(order.event_id) not in known:
            raise Unfit("/event_id", "Nothing that you can see stands under this id.", "Choose it from your page.")
        seen = register.provider(self.store, provider_id, who.places)

        def said(name: str, _: Any, seal: Seal) -> Data:
            return orders.challenge(order, name, seal)

        content = order.model_dump(mode="json")
        return self.matters.begin(dispute.KIND, About(provider_id, seen.place), asking, content, [said])

    def _own(self, who: Principal, provider_id: str, kind: Kind[Any], matter_id: str) -> Matter:
        demand(who, provider_id)
        found = self.matters.matter(kind, matter_id, who.places)
        if found.subject != provider_id:
            raise Unknown(f"no {kind.name} of yours has this id")
        return found

    def _events(self, who: Principal, provider_id: str, types: Any) -> list[Entry]:
        demand(who, provider_id)
        register.provider(self.store, provider_id, who.places)
        found: list[Entry] = []
        wanted = history.Wanted(types=tuple(types))
        with self.store.reading() as cursor:
            while True:
                entries, after = history.page(cursor, provider_id, wanted)
                found += entries
                if after is None:
                    return found
                wanted = history.Wanted(types=wanted.types, after=after)


def demand(who: Principal, provider_id: str) -> None:
    """Raises Unknown for a service that is not the asker's: as if there were none."""
    if provider_id not in who.services:
        raise Unknown("no service of yours has this id")
