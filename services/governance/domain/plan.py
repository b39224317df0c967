"""What an improvement plan amounts to, folded from its published steps; and why a step does not fit. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from services.governance.domain.kind import Kind
from shared.events import plans

Status = Literal["drafted", "agreed", "submitted", "closed"]
BOTH = frozenset({"provider", "council"})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to be done."""

    due: date
    owner_role: str | None = None
    significant: bool = True
    safeguarding: bool = False
    themes: tuple[str, ...] = ()
    progress: str | None = None
    outcome: str | None = None
    """None while it is open."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two."""

    on: date
    actor: str | None
    """The pseudonym of who recorded it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One service improvement plan (LGA-10, HER-M2.e, CAL-22)."""

    plan_id: str
    source: str
    status: Status = "drafted"
    agreed_on: date | None = None
    due: date | None = None
    extended: int = 0
    actions: Mapping[str, Action] = field(default_factory=dict)
    signed: Mapping[str, Signature] = field(default_factory=dict)
    """`provider`, `council` → that signature."""
    breached: str | None = None
    outcome: str | None = None
    carried_over: bool = False

    @property
    def open_actions(self) -> tuple[str, ...]:
        """Those still to be done."""
        return tuple(name for name, one in self.actions.items() if one.outcome is None)


def take(plan: Plan | None, step: plans.Plan) -> Plan:
    """The plan after a step. The first step of a plan drafts it."""
    if isinstance(step, plans.PlanDrafted):
        return Plan(step.plan_id, step.source, carried_over=step.carried_over)
    assert plan is not None  # noqa: S101 - a plan's first step drafts it
    return replace(plan, **_changes(plan, step))


def _changes(plan: Plan, step: plans.Plan) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    match step:
        case plans.PlanAgreed():
            changes = {"status": "agreed", "agreed_on": step.agreed_on, "due": step.due}
        case plans.PlanActionAdded():
            added = Action(step.due, step.owner_role, step.significant, step.safeguarding, step.themes)
            # What was handed in is not done after all: signatures were for what it said then.
            status = "agreed" if plan.status == "submitted" else plan.status
            changes = {"status": status, "signed": {}, "actions": {**plan.actions, step.action_id: added}}
        case plans.PlanActionProgressed():
            changes = _action(plan, step.action_id, progress=step.progress)
        case plans.PlanActionClosed():
            changes = _action(plan, step.action_id, outcome=step.outcome)
        case plans.PlanExtended(action_id=None):
            changes = {"due": step.due, "extended": plan.extended + 1}
        case plans.PlanExtended(action_id=str() as name):
            changes = _action(plan, name, due=step.due) | {"extended": plan.extended + 1}
        case plans.PlanSubmittedForSignoff():
            changes = {"status": "submitted"}
        case plans.PlanSignedOff():
            changes = {"signed": {**plan.signed, step.by: Signature(step.signed_on, step.actor)}}
        case plans.PlanBreached():
            changes = {"breached": step.because}
        case plans.PlanClosed():
            changes = {"status": "closed", "outcome": step.outcome}
    return changes


def unfit(plan: Plan, step: plans.Plan) -> str | None:
    """Why this step is not possible as the plan stands, or None."""
    if plan.status == "closed":
        return "the plan is closed"
    return UNFIT[type(step)](plan, step)


def in_time(plan: Plan, today: date) -> bool:
    """No day of it has passed, as the days stand now: nobody has missed one."""
    return all(day >= today for day in (plan.due, *(one.due for one in plan.actions.values())) if day is not None)


def current(steps: Iterable[plans.Plan]) -> Plan | None:
    """Of all the plans in these steps, in their order, the newest that is open; else the newest."""
    found: dict[str, Plan] = {}
    for step in steps:
        if isinstance(step, plans.PlanDrafted) or step.plan_id in found:
            found[step.plan_id] = take(found.get(step.plan_id), step)
    newest = list(reversed(found.values()))
    return next((plan for plan in newest if plan.status != "closed"), newest[0] if newest else None)


def document(plan: Plan) -> dict[str, Any]:
    """As it is shown."""
    return {
        "plan_id": plan.plan_id,
        "source": plan.source,
        "status": plan.status,
        "agreed_on": plan.agreed_on and plan.agreed_on.isoformat(),
        "due": plan.due and plan.due.isoformat(),
        "extended": plan.extended,
        "signed_off_by": sorted(plan.signed),
        "signed_off_on": max(one.on for one in plan.signed.values()).isoformat() if set(plan.signed) >= BOTH else None,
        "breached": plan.breached,
        "outcome": plan.outcome,
        "carried_over": plan.carried_over,
        "open_actions": len(plan.open_actions),
        "actions": [_shown(name, one) for name, one in plan.actions.items()],
    }


def _shown(name: str, one: Action) -> dict[str, Any]:
    return {
        "action_id": name,
        "due": one.due.isoformat(),
        "owner_role": one.owner_role,
        "significant": one.significant,
        "safeguarding": one.safeguarding,
        "themes": list(one.themes),
        "progress": one.progress,
        "outcome": one.outcome,
    }


def _action(plan: Plan, name: str, **changes: Any) -> dict[str, Any]:
    if name not in plan.actions:  # of a log that begins in the middle
        return {}
    return {"actions": {**plan.actions, name: replace(plan.actions[name], **changes)}}


def _agreement(plan: Plan, step: plans.PlanAgreed) -> str | None:
    if plan.agreed_on is not None:
        return "the plan was agreed: extend it"
    if not plan.actions:
        return "a plan without any action cannot be agreed"
    if step.due < step.agreed_on:
        return "it would be due before it was agreed"
    late = sorted(name for name, one in plan.actions.items() if one.due > step.due)
    return f"due later than the plan: {', '.join(late)}" if late else None


def _new_action(plan: Plan, step: plans.PlanActionAdded) -> str | None:
    if step.action_id in plan.actions:
        return f"there is an action {step.action_id} already"
    return _within(plan, step.due)


def _within(plan: Plan, day: date) -> str | None:
    if plan.due is not None and day > plan.due:
        return f"the plan is due on {plan.due.isoformat()}: extend it first"
    return None


def _open_action(plan: Plan, step: plans.PlanActionProgressed | plans.PlanActionClosed) -> str | None:
    return None if step.action_id in plan.open_actions else f"no action {step.action_id} is open"


def _extension(plan: Plan, step: plans.PlanExtended) -> str | None:
    if plan.due is None:
        return "a plan that was not agreed has nothing to extend"
    if step.action_id is not None and step.action_id not in plan.open_actions:
        return f"no action {step.action_id} is open"
    was = plan.due if step.action_id is None else plan.actions[step.action_id].due
    if step.due <= was:
        return f"it is due on {was.isoformat()}: an extension must be later"
    return _within(plan, step.due) if step.action_id is not None else None


def _submission(plan: Plan, _: plans.PlanSubmittedForSignoff) -> str | None:
    if plan.status != "agreed":
        return "only a plan that was agreed can be handed in for sign-off, once"
    return f"still open: {', '.join(plan.open_actions)}" if plan.open_actions else None


def _signature(plan: Plan, step: plans.PlanSignedOff) -> str | None:
    if plan.status != "submitted":
        return "a plan is signed off after it was handed in"
    if step.by in plan.signed:
        return f"the {step.by} has signed it off"
    if plan.agreed_on is not None and step.signed_on < plan.agreed_on:
        return f"it was agreed on {plan.agreed_on.isoformat()}: nobody had signed it off before"
    if step.actor in {signature.actor for signature in plan.signed.values()}:
        return "two different people record the two signatures"
    return None


def _breach(plan: Plan, _: plans.PlanBreached) -> str | None:
    return "a plan that was not agreed cannot be breached" if plan.agreed_on is None else None


def _end(plan: Plan, step: plans.PlanClosed) -> str | None:
    if step.outcome == "completed" and (missing := BOTH - set(plan.signed)):
        return f"it wants to be signed off by the {' and the '.join(sorted(missing))} first"
    if step.outcome == "superseded" and step.superseded_by is None:
        return "say which plan takes its place"
    return None


UNFIT: Mapping[type[plans.Plan], Callable[[Plan, Any], str | None]] = {
    plans.PlanAgreed: _agreement,
    plans.PlanActionAdded: _new_action,
    plans.PlanActionProgressed: _open_action,
    plans.PlanActionClosed: _open_action,
    plans.PlanExtended: _extension,
    plans.PlanSubmittedForSignoff: _submission,
    plans.PlanSignedOff: _signature,
    plans.PlanBreached: _breach,
    plans.PlanClosed: _end,
}


KIND = Kind(
    name="plan",
    key="plan_id",
    first=plans.PlanDrafted,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda plan: plan.status != "closed",
    due=lambda plan: min((plan.actions[name].due for name in plan.open_actions), default=plan.due),
)
