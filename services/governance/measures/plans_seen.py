"""Improvement plans and their follow-up actions as measures see them: K3 (OXF-8), K7b. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.governance.domain.plan import BOTH
from services.governance.measures.asked import Asked
from services.governance.measures.item import Item
from services.governance.measures.record import Fact, Place, Service
from shared import calendar
from shared.events import carried_over, plans

USUAL_MONTHS = 3
"""OXF-8; where a policy sets no other."""


@dataclass(frozen=True, slots=True)
class Action:
    """A follow-up action."""

    action_id: str
    opened: date
    significant: bool = True
    themes: tuple[str, ...] = ()
    closed: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, with the days that measures count."""

    plan_id: str
    agreed: date | None = None
    due: date | None = None
    signed: tuple[tuple[str, date], ...] = ()
    closed: date | None = None
    outcome: str | None = None
    actions: dict[str, Action] = field(default_factory=dict)

    @property
    def completed(self) -> date | None:
        """When both had signed it off (LGA-10)."""
        by = dict(self.signed)
        return max(by.values()) if by.keys() >= BOTH else None


def seen(service: Service) -> list[Plan]:
    """Every plan of a service."""
    found: dict[str, Plan] = {}
    steps = (plans.PlanDrafted, plans.PlanAgreed, plans.PlanActionAdded, plans.PlanActionClosed, plans.PlanExtended,
             plans.PlanSignedOff, plans.PlanClosed, carried_over.CarriedOverRecorded)  # fmt: skip
    for fact, data in sorted(service.of(*steps), key=lambda one: one[0].recorded):
        if isinstance(data, carried_over.CarriedOverRecorded):
            found = {one.plan_id: _carried(one) for one in data.plans} | found
        elif isinstance(data, plans.Plan):
            found[data.plan_id] = _taken(found.get(data.plan_id, Plan(data.plan_id)), fact, data)
    return list(found.values())


def _carried(one: carried_over.OpenPlan) -> Plan:
    themes = {each.action_id: (each.theme,) if each.theme else () for each in one.actions}
    actions = {
        each.action_id: Action(each.action_id, one.agreed_on, each.significant, themes[each.action_id])
        for each in one.actions
    }
    return Plan(one.plan_id, one.agreed_on, one.due, actions=actions)


def _taken(plan: Plan, fact: Fact, step: plans.Plan) -> Plan:
    changes: dict[str, Any] = {}
    match step:
        case plans.PlanAgreed():
            changes = {"agreed": step.agreed_on, "due": step.due}
        case plans.PlanExtended(action_id=None):
            changes = {"due": step.due}
        case plans.PlanSignedOff():
            changes = {"signed": (*plan.signed, (step.by, step.signed_on))}
        case plans.PlanClosed():
            changes = {"closed": fact.day, "outcome": step.outcome}
        case plans.PlanActionAdded():  # what was handed in is not done after all
            added = Action(step.action_id, fact.day, step.significant, step.themes)
            changes = {"signed": (), "actions": {**plan.actions, step.action_id: added}}
        case plans.PlanActionClosed(action_id=name) if name in plan.actions:
            done = replace(plan.actions[name], closed=fact.day, outcome=step.outcome)
            changes = {"actions": {**plan.actions, name: done}}
    return replace(plan, **changes)


def followed_up(place: Place, asked: Asked) -> Iterator[Item]:
    """K3: each significant action whose months ended in the period, and whether it was closed by then."""
    months = place.pack.clocks.follow_up.months if place.pack and place.pack.clocks.follow_up else USUAL_MONTHS
    for service in place.services:
        for plan in seen(service):
            for action in (one for one in plan.actions.values() if one.significant):
                yield from _followed(service, plan, action, months, asked)


def _followed(service: Service, plan: Plan, action: Action, months: int, asked: Asked) -> Iterator[Item]:
    limit, about = calendar.add_months(action.opened, months), f"{plan.plan_id}/{action.action_id}"
    days = None if action.closed is None else float((action.closed - action.opened).days)
    if limit > asked.last:
        if action.closed is None and action.opened <= asked.last:
            yield Item(service.provider_id, "not_due", f"open, to be closed by {limit}", about)
    elif limit < asked.first:
        return
    elif action.closed is None and plan.outcome in ("superseded", "service_closed"):
        yield Item(service.provider_id, "not_due", f"its plan ended: {plan.outcome}", about)
    elif action.closed is None:
        yield Item(service.provider_id, "no", f"still open, was to be closed by {limit}", about)
    elif action.outcome == "not_done":
        yield Item(service.provider_id, "no", f"closed on {action.closed} without being done", about, days)
    elif action.closed <= limit:
        yield Item(service.provider_id, "yes", f"closed on {action.closed}", about, days)
    else:
        yield Item(service.provider_id, "no", f"closed on {action.closed}, was to be by {limit}", about, days)


def completed(place: Place, asked: Asked) -> Iterator[Item]:
    """K7b: each plan that was due in the period: signed off by both by its day."""
    for service in place.services:
        for plan in seen(service):
            if plan.agreed is None or plan.due is None or not asked.holds(plan.due):
                continue
            done = plan.completed
            if done is not None and done <= plan.due:
                yield Item(service.provider_id, "yes", f"signed off by both on {done}", plan.plan_id)
            elif plan.outcome in ("superseded", "service_closed"):
                yield Item(service.provider_id, "not_due", f"it ended: {plan.outcome}", plan.plan_id)
            else:
                when = f"signed off by both on {done}" if done else "not signed off by both"
                yield Item(service.provider_id, "no", f"{when}, was due by {plan.due}", plan.plan_id)
