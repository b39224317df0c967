"""What may be asked of an improvement plan over HTTP, and the step that it becomes."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.order import Code, Day, Text
from shared.events import Sealed, plans
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]


class Step(BaseModel):
    """One step. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Agreed(Step):
    """Agreed with the provider: its timescales run."""

    type: Literal["agreed"]
    agreed_on: Day
    due: Day
    agreed_by_role: words.Role | None = None


class ActionAdded(Step):
    """Something is to be done."""

    type: Literal["action_added"] = "action_added"
    action_id: Code
    due: Day
    issue: Text | None = None
    themes: tuple[words.Theme, ...] = Field((), max_length=40)
    owner_role: words.Role | None = None
    significant: bool = True
    safeguarding: bool = False


class ActionProgressed(Step):
    """A review of one action."""

    type: Literal["action_progressed"]
    action_id: Code
    progress: Literal["none", "some", "most"]
    barrier: Text | None = None
    support_offered: Text | None = None


class ActionClosed(Step):
    """An action is done, or will not be."""

    type: Literal["action_closed"]
    action_id: Code
    outcome: Literal["done", "not_done", "no_longer_needed"]
    evidence: Text | None = None


class Extended(Step):
    """More time: for the plan, or for one action."""

    type: Literal["extended"]
    due: Day
    action_id: Code | None = None
    reason: Text


class Submitted(Step):
    """The provider says that everything is done."""

    type: Literal["submitted_for_signoff"]
    statement: Text | None = None


class SignedOff(Step):
    """One of the two signatures. The provider's is recorded from its signed copy: role and date (rulings 25)."""

    type: Literal["signed_off"]
    by: Literal["provider", "council"]
    signed_on: Day
    signed_by_role: words.Role


class Breached(Step):
    """Its timescales were not met, or nothing moves."""

    type: Literal["breached"]
    because: Literal["timescale_missed", "no_progress"]


class Closed(Step):
    """The plan ends."""

    type: Literal["closed"]
    outcome: Literal["completed", "superseded", "service_closed", "abandoned"]
    superseded_by: Code | None = None


AnyStep = Annotated[
    Agreed | ActionAdded | ActionProgressed | ActionClosed | Extended | Submitted | SignedOff | Breached | Closed,
    Field(discriminator="type"),
]


class NewPlan(Step):
    """`POST /v1/providers/{id}/plans`: a draft, with its first actions."""

    source: Literal["visit", "assessment", "safeguarding", "lsi", "default_notice", "level", "provider", "other"]
    title: Text | None = None
    supersedes: Code | None = None
    evidence: tuple[Code, ...] = Field((), max_length=50)
    """Ids of the events that it answers."""
    actions: tuple[ActionAdded, ...] = Field((), max_length=100)


MODELS: dict[str, type[plans.Plan]] = {
    "agreed": plans.PlanAgreed,
    "action_added": plans.PlanActionAdded,
    "action_progressed": plans.PlanActionProgressed,
    "action_closed": plans.PlanActionClosed,
    "extended": plans.PlanExtended,
    "submitted_for_signoff": plans.PlanSubmittedForSignoff,
    "signed_off": plans.PlanSignedOff,
    "breached": plans.PlanBreached,
    "closed": plans.PlanClosed,
}
SEALED = frozenset({"title", "issue", "barrier", "support_offered", "reason", "statement"})


def drafted(order: NewPlan, plan_id: str, actor: str, seal: Seal) -> plans.PlanDrafted:
    """The first step."""
    return plans.PlanDrafted(
        plan_id=plan_id, actor=actor, source=order.source, supersedes=order.supersedes, evidence=order.evidence,
        title=seal(order.title),
    )  # fmt: skip


def step(
    order: AnyStep, plan_id: str, actor: str, seal: Seal, *, extended: int = 0, by_provider: bool = False
) -> plans.Plan:
    """The step that an order asks for. `extended`: how often the plan had more time.

    `by_provider`: the provider takes it itself, so that nobody records it for it.
    """
    said: dict[str, Any] = order.model_dump(exclude={"type"})
    sealed = SEALED | ({"evidence"} if isinstance(order, ActionClosed) else set())
    said |= {name: seal(text) for name, text in said.items() if name in sealed}
    if isinstance(order, SignedOff):
        said["recorded_for_provider"] = order.by == "provider" and not by_provider
    if isinstance(order, Breached):
        said["after_extension"] = extended > 0
    return MODELS[order.type].model_validate(said | {"plan_id": plan_id, "actor": actor})
