"""Improvement plans and their actions, as far as a judgement looks at them (LGA-10, HER-26, R9).

governance alone writes them, so they come in the order in which they happened: each step is applied to the last.
"""

from datetime import date
from typing import Any

import msgspec

from services.risk.remembered import items
from services.risk.remembered.items import Day, Stamp
from shared.events import Event, carried_over, plans

PLANS_KEPT, ACTIONS_KEPT, REVIEWS_KEPT = 12, 60, 4
SIGNATORIES = frozenset({"provider", "council"})


class Action(msgspec.Struct, frozen=True, array_like=True):
    """One action. `due`: the last London day on which it is in time, extensions counted."""

    stamp: Stamp
    day: Day
    """Since when it is to be done."""
    due: Day
    significant: bool = True
    safeguarding: bool = False
    closed: Day | None = None
    outcome: str = ""
    extended: bool = False
    reviews: tuple[str, ...] = ()
    """How far it was at its newest reviews, oldest first: none, some, most."""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One plan."""

    stamp: Stamp
    """Of its newest step."""
    agreed: Day | None = None
    due: Day | None = None
    """The last London day for the whole, extensions counted."""
    extended: bool = False
    signed: dict[str, Day] = {}
    """By `provider` and `council`, when each signed it off."""
    breaches: int = 0
    breached_after_extension: bool = False
    breached: Day | None = None
    closed: Day | None = None
    outcome: str = ""
    supersedes: str = ""
    actions: dict[str, Action] = {}

    @property
    def ended(self) -> Day | None:
        """When it was closed, or signed off by both."""
        both = max(self.signed.values()) if self.signed.keys() >= SIGNATORIES else None
        return min((day for day in (both, self.closed) if day is not None), default=None)

    @property
    def open(self) -> bool:
        """Agreed, and neither signed off by both nor closed."""
        return self.agreed is not None and self.ended is None

    @property
    def running(self) -> dict[str, Action]:
        """Its actions that are still to be done."""
        return {name: action for name, action in self.actions.items() if action.closed is None}


Plans = dict[str, Plan]


def fold(known: Plans, event: Event, data: plans.Plan) -> Plans:
    """The plans after one more step of one of them."""
    plan = known.get(data.plan_id) or Plan(items.stamp(event))
    return _kept(known, data.plan_id, _step(msgspec.structs.replace(plan, stamp=items.stamp(event)), event, data))


def carried(known: Plans, event: Event, data: carried_over.CarriedOverRecorded) -> Plans:
    """Plans that were under way on the day of going live. What is known already is left as it is."""
    stamp = items.stamp(event)
    for open_ in data.plans:
        if open_.plan_id not in known:
            since = open_.agreed_on.toordinal()
            actions = {
                each.action_id: Action(stamp, since, each.due.toordinal(), each.significant) for each in open_.actions
            }
            known = _kept(known, open_.plan_id, Plan(stamp, since, _day(open_.due), open_.extended, actions=actions))
    return known


def _step(plan: Plan, event: Event, data: plans.Plan) -> Plan:
    return msgspec.structs.replace(plan, **_changes(plan, event, data))


def _changes(plan: Plan, event: Event, data: plans.Plan) -> dict[str, Any]:
    day, changes = items.day(event), dict[str, Any]()
    match data:
        case plans.PlanDrafted():
            changes = {"supersedes": data.supersedes or ""}
        case plans.PlanAgreed():
            changes = {"agreed": data.agreed_on.toordinal(), "due": data.due.toordinal()}
        case plans.PlanExtended(action_id=None):
            changes = {"due": data.due.toordinal(), "extended": True}
        case plans.PlanExtended(action_id=str(name)):
            changes = _act(plan, name, due=data.due.toordinal(), extended=True)
        case plans.PlanSignedOff():
            changes = {"signed": {**plan.signed, data.by: data.signed_on.toordinal()}}
        case plans.PlanBreached():
            after = plan.breached_after_extension or data.after_extension or plan.extended
            changes = {"breaches": plan.breaches + 1, "breached": day, "breached_after_extension": after}
        case plans.PlanClosed():
            changes = {"closed": day, "outcome": data.outcome}
        case plans.PlanActionAdded():
            new = Action(items.stamp(event), day, data.due.toordinal(), data.significant, data.safeguarding)
            # Signatures were for what the plan said before: both sign anew (LGA-10).
            changes = {"signed": {}, "actions": _fewer({**plan.actions, data.action_id: new})}
        case plans.PlanActionProgressed():
            before = plan.actions.get(data.action_id)
            reviews = (*(before.reviews if before else ()), data.progress)[-REVIEWS_KEPT:]
            changes = _act(plan, data.action_id, reviews=reviews)
        case plans.PlanActionClosed():
            changes = _act(plan, data.action_id, closed=day, outcome=data.outcome)
    return changes


def _act(plan: Plan, name: str, **changes: Any) -> dict[str, Any]:
    action = plan.actions.get(name)
    if action is None:  # it was let go: a plan of more actions than are kept
        return {}
    return {"actions": {**plan.actions, name: msgspec.structs.replace(action, **changes)}}


def _fewer(actions: dict[str, Action]) -> dict[str, Action]:
    if len(actions) <= ACTIONS_KEPT:
        return actions
    done = [name for name, action in actions.items() if action.closed is not None] or list(actions)
    gone = min(done, key=lambda name: actions[name].stamp)
    return {name: action for name, action in actions.items() if name != gone}


def _kept(known: Plans, name: str, plan: Plan) -> Plans:
    known = {**known, name: plan}
    if len(known) > PLANS_KEPT:
        over = [key for key, each in known.items() if each.ended is not None] or list(known)
        known.pop(min(over, key=lambda key: known[key].stamp))
    return known


def _day(day: date | None) -> Day | None:
    return None if day is None else day.toordinal()
