"""The use cases of visits: plan, agree the lead, ask around, report, feed back (HER-21 to HER-24, CAL-20, SAL-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from services.governance import matters, register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import plan, visit
from services.governance.event_store import Cursor, EventStore
from services.governance.matter import Matter
from services.governance.matters import About, Matters, Said, Seal
from services.governance.monitoring import gathering, ordered_visits, visit_orders
from services.governance.monitoring.contracting import moment
from services.governance.monitoring.visit_orders import Commissioner
from shared import calendar
from shared.events import Data, partners, visits

BESIDE = timedelta(days=14)
"""Ours: two visits within two weeks are one too many, unless somebody says why (SAL-9 "to avoid duplication")."""
AT_ONCE = frozenset({"unannounced", "welfare"})
"""Visits that wait for no timetable."""
FIX = "Go together, choose another day, or say in `although` why it is right."


@dataclass(frozen=True, slots=True)
class Visiting:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def plan(self, provider_id: str, order: visit_orders.NewVisit, asking: Asking) -> Reply:
        """A visit is planned. Raises Unknown, Unfit where it doubles another, and what Matters raises."""
        seen = register.provider(self.store, provider_id, asking.places)
        own = organisation(asking)
        if order.planned_for < calendar.london_date(asking.at) - BESIDE:
            raise Unfit("/planned_for", "That day is long past.", "Give the day on which it is to take place.")
        ordered_visits.demand(self.store, seen, order.ordered_by)

        def first(visit_id: str, _: Any, seal: Seal) -> Data:
            return visit_orders.planned(order, visit_id, own, seal)

        def guard(cursor: Cursor, visit_id: str) -> None:
            if order.although is None and order.purpose not in AT_ONCE:
                _demand_no_other(cursor, provider_id, order.planned_for, visit_id)

        def lead(visit_id: str, state: visit.Visit, _: Seal) -> Data | None:
            if order.lead is None or not state.joint:
                return None
            return visits.VisitLeadAgreed(
                visit_id=visit_id, actor=asking.actor, organisation=own, lead_organisation=order.lead
            )

        about, also = About(provider_id, seen.place), partial(ordered_visits.planned, self.store)
        content, said = order.model_dump(mode="json"), [first, lead]
        return self.matters.begin(visit.KIND, about, asking, content, said, guard=guard, also=also)

    def step(self, visit_id: str, order: visit_orders.AnyStep, asking: Asking) -> Reply:
        """One more step of a visit, or what follows from it too. Raises as `plan` does."""
        made = self.matters.matter(visit.KIND, visit_id, asking.places)
        asking.demand_come(getattr(order, "given_on", None), "/given_on")
        if isinstance(order, visit_orders.Moved):
            self._demand_free(made, order, asking)
        if isinstance(order, visit_orders.Feedback):
            self._demand_plan(made, order)
        content = order.model_dump(mode="json")
        also, when = partial(ordered_visits.cancelled, self.store), _when(order, made.state, asking)
        return self.matters.step(visit.KIND, visit_id, asking, content, *said(order, asking), also=also, at=when)

    def _demand_free(self, made: Matter, order: visit_orders.Moved, asking: Asking) -> None:
        """The new day lies ahead, and is not beside another visit, unless this one was planned beside others."""
        if order.planned_for < calendar.london_date(asking.at):
            raise Unfit("/planned_for", "That day has passed.", "Give a day to come; or say that it took place.")
        planned: visits.VisitPlanned = made.state.planned
        if planned.although is None and planned.purpose not in AT_ONCE:
            with self.store.reading() as cursor:
                _demand_no_other(cursor, made.subject, order.planned_for, made.matter_id)

    def _demand_plan(self, made: Matter, order: visit_orders.Feedback) -> None:
        found = self.store.matter(plan.KIND.name, order.plan_id) if order.plan_id else None
        if order.plan_id and (found is None or found.subject != made.subject):
            raise Unfit("/plan_id", "This is no improvement plan of this provider.", "Draft it first, or leave it out.")


def _demand_no_other(cursor: Cursor, provider_id: str, day: date, own: str) -> None:
    """No visit but this one is planned within two weeks of a day, whoever planned it. Raises Unfit."""
    ours = matters.open_ones(cursor, visit.KIND.name, provider_id)
    planned = [(one["visit_id"], date.fromisoformat(one["planned_for"])) for one in ours if one["status"] == "planned"]
    for name, when in (*planned, *gathering.planned_elsewhere(cursor, provider_id)):
        if name != own and abs(when - day) <= BESIDE:
            raise Unfit("/planned_for", f"Visit {name} is planned for {when.isoformat()}.", FIX)


def _when(order: visit_orders.AnyStep, state: visit.Visit, asking: Asking) -> datetime | None:
    """What is said of a visit that took place was true on its day, whenever it is said.

    Never before what was said of it first: what is true later is what counts (A1).
    """
    done = state.completed
    if done is not None and isinstance(order, visit_orders.Finding | visit_orders.Completed):
        return moment(done.visited_on, asking, "/visited_on")
    return moment(getattr(order, "visited_on", None), asking, "/visited_on")


def said(order: visit_orders.AnyStep, asking: Asking) -> Sequence[Said]:
    """The steps that an order asks for, each from what the visit is after the one before."""
    actor, today = asking.actor, calendar.london_date(asking.at)
    match order:
        case visit_orders.Asked():
            return [_asks(order, source, today) for source in dict.fromkeys(order.sources)]
        case visit_orders.Finding():
            return [_finds(order, actor), lambda _name, state, _seal: visit_orders.completed_again(state, today)]
        case visit_orders.Completed():
            day = order.visited_on or today
            found = [_finds(one, actor) for one in order.findings]
            return [*found, lambda _name, state, seal: visit_orders.completed(order, state, day, seal)]
    return [lambda name, state, seal: _step(order, name, state, seal, asking)]


def _asks(order: visit_orders.Asked, source: Any, today: date) -> Said:
    return lambda name, _state, _seal: visit_orders.asked(order, source, name, today)


def _finds(order: visit_orders.Finding, actor: str) -> Said:
    return lambda name, _state, seal: visit_orders.found(order, name, actor, seal)


def _step(order: visit_orders.AnyStep, name: str, state: visit.Visit, seal: Seal, asking: Asking) -> Data:
    match order:
        case visit_orders.Moved():
            return visits.VisitCancelled(visit_id=name, because=order.because, rebooked_for=order.planned_for)
        case visit_orders.Cancelled():
            return visits.VisitCancelled(visit_id=name, because=order.because)
        case visit_orders.LeadAgreed():
            return visits.VisitLeadAgreed(
                visit_id=name, actor=asking.actor, organisation=organisation(asking), lead_organisation=order.lead
            )
        case visit_orders.Answered():
            one = state.consultations.get(order.consultation_id)
            return partners.ConsultationAnswered.model_validate({
                "consultation_id": order.consultation_id, "visit_id": name, "answer": order.answer,
                "answered_by": one.asked if one else "council_quality", "evidence": order.evidence,
                "comment": seal(order.comment),
            })  # fmt: skip
    assert isinstance(order, visit_orders.Feedback)  # noqa: S101 - the others have steps of their own
    given = order.model_dump(exclude={"type", "summary"})
    return visits.VisitFeedbackGiven(**given, visit_id=name, actor=asking.actor, summary=seal(order.summary))


def organisation(asking: Asking) -> Commissioner:
    """Of which commissioner somebody is."""
    return "council" if asking.organisation == "council" else "nhs"
