"""What may be done with a plan as it stands, and what each step's form offers: open actions, signatures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.governance import plan_orders
from services.governance.domain.plan import BOTH, Plan, document
from services.governance.web import steps
from services.governance.web.form import Choices, Form
from services.governance.web.records import choices
from services.governance.web.steps import Step

TITLES: Final = {
    "agreed": "Agree the plan with the provider",
    "action_added": "Add an action",
    "action_progressed": "Review an action",
    "action_closed": "Close an action",
    "extended": "Give more time",
    "submitted_for_signoff": "Hand in for sign-off",
    "signed_off": "Record a signature",
    "breached": "Record that it is not kept",
    "closed": "Close the plan",
}
STEPS: Final[Mapping[str, Step]] = {
    name: replace(one, title=TITLES[name]) for name, one in steps.of(plan_orders.AnyStep).items()
}
_NEW: Final = Form(
    plan_orders.NewPlan,
    only=("source", "title", "evidence", "actions"),
    labels={
        "source": "What it answers", "title": "What the plan is about", "evidence": "Events that it answers",
        "actions": "Actions", "actions.action_id": "Short name of the action (A1, A2 …)", "actions.due": "Due",
        "actions.issue": "What is to be put right", "actions.themes": "Theme", "actions.owner_role": "Who does it",
        "actions.significant": "Is it significant?", "actions.safeguarding": "Is it about safeguarding?",
    },
    hints={
        "source": "What showed that the service must improve.", "actions": "More can be added later.",
        "actions.due": "For example, 27 3 2027", "title": "No names of people.",
    },
    choices={"actions.owner_role": choices.ROLES},
)  # fmt: skip
PROGRESS: Final = (("none", "Nothing"), ("some", "Some of it"), ("most", "Most of it"))
LABELS: Final = {
    "agreed_on": "Agreed on", "due": "Due", "agreed_by_role": "Who agreed for the provider",
    "action_id": "Action", "issue": "What is to be put right", "owner_role": "Who does it",
    "significant": "Is it significant?", "safeguarding": "Is it about safeguarding?",
    "progress": "How much of it is done", "barrier": "What stands in the way",
    "support_offered": "What support was offered", "outcome": "How it ended", "evidence": "What shows it",
    "reason": "Why", "statement": "What the provider says", "by": "Whose signature", "signed_on": "Signed on",
    "signed_by_role": "In which role", "because": "What is not kept", "superseded_by": "The plan that takes its place",
}  # fmt: skip


def fitting(made: Plan) -> Sequence[Step]:
    """The steps that are possible now; what each says is still judged by the plan itself."""
    is_open, agreed = bool(made.open_actions), made.agreed_on is not None
    fits = {
        "agreed": not agreed and bool(made.actions),
        "action_added": True,
        "action_progressed": is_open,
        "action_closed": is_open,
        "extended": made.due is not None,
        "submitted_for_signoff": made.status == "agreed" and not is_open,
        "signed_off": made.status == "submitted" and set(made.signed) != BOTH,
        "breached": agreed,
        "closed": True,
    }
    return () if made.status == "closed" else [one for name, one in STEPS.items() if fits[name]]


def new(known: Choices) -> Form:
    """A new plan's form. `known`: events that it may answer."""
    if not known:  # nothing to choose from: nothing is asked
        return replace(_NEW, only=("source", "title", "actions"))
    return replace(_NEW, choices=dict(_NEW.choices) | {"evidence": known})


def form(name: str, made: Plan, others: Choices = ()) -> Form:
    """One step's form. `others`: plans of the same provider that could take this one's place."""
    labels = LABELS | ({"due": "New day by which it is due"} if name == "extended" else {})
    if name == "action_added":
        labels |= {"action_id": "Short name of the action"}
    open_ones = choices.actions(document(made))
    offered: dict[str, Choices] = {
        "action_id": [("", "The whole plan"), *open_ones] if name == "extended" else open_ones,
        "agreed_by_role": choices.PROVIDERS_ROLES,
        "owner_role": choices.ROLES,
        "signed_by_role": choices.ROLES,
        "by": [(each, f"The {each}’s") for each in sorted(BOTH - set(made.signed), reverse=True)],
        "superseded_by": others,
    }
    if name == "action_added":
        offered.pop("action_id")
    if name == "closed":
        offered["outcome"] = _endings(made, others)
    if name == "action_progressed":
        offered["progress"] = PROGRESS
    hints = {"evidence": "No names of people.", "issue": "No names of people."}
    return Form(STEPS[name].model, given={"type": name}, labels=labels, choices=offered, hints=hints)


def known(name: str, made: Plan) -> dict[str, list[str]]:
    """What a step's form holds before anybody wrote: the next free short name."""
    if name != "action_added":
        return {}
    free = next(number for number in range(1, len(made.actions) + 2) if f"A{number}" not in made.actions)
    return {"action_id": [f"A{free}"]}


def _endings(made: Plan, others: Any) -> Choices:
    found = [("completed", "Completed: both have signed")] if set(made.signed) == BOTH else []
    found += [("superseded", "Another plan takes its place")] if others else []
    return [*found, ("service_closed", "The service closed"), ("abandoned", "Given up")]
