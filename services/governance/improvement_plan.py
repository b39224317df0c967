"""A service improvement plan: drafted, agreed, worked through, signed off by both. An aggregate of the event store."""

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from services.governance import plan as plans_fold
from services.governance.plan import Plan
from shared import identifiers
from shared.events import plans, registry


class NotFitting(Exception):
    """The plan does not allow this step as it stands."""


STEPS: dict[str, type[plans.Plan]] = {
    model.__name__: model
    for model in (
        plans.PlanDrafted, plans.PlanAgreed, plans.PlanActionAdded, plans.PlanActionProgressed,
        plans.PlanActionClosed, plans.PlanExtended, plans.PlanSubmittedForSignoff, plans.PlanSignedOff,
        plans.PlanBreached, plans.PlanClosed,
    )
}  # fmt: skip


class ImprovementPlan(Aggregate):
    """Stored steps hold the very data that is published, so that the ledger alone makes a lost event store whole."""

    @staticmethod
    def create_id(plan_id: str) -> UUID:
        """The id follows from the plan's."""
        return identifiers.derived_id("improvement-plan", plan_id)

    @event("Opened")
    def __init__(self, plan_id: str, provider_id: str, place: str) -> None:
        self.plan_id = plan_id
        self.provider_id = provider_id
        self.place = place
        self.plan: Plan | None = None

    def take(self, step: plans.Plan, id_: UUID, at: datetime) -> None:
        """One more step, published under this id. Raises NotFitting."""
        if isinstance(step, plans.PlanDrafted) != (self.plan is None):
            raise NotFitting("a plan is drafted once, and first")
        if self.plan is not None and (why := plans_fold.unfit(self.plan, step)) is not None:
            raise NotFitting(why)
        self.record(step, id_, at)

    def record(self, step: plans.Plan, id_: UUID, at: datetime) -> None:
        """A step that was taken already: a restored database reads it back."""
        self._stepped(kind=type(step).__name__, step=registry.dumped(step), id_=str(id_), at=at)

    @event("Stepped")
    def _stepped(self, kind: str, step: dict[str, Any], id_: str, at: datetime) -> None:  # noqa: ARG002 - kept
        self.plan = plans_fold.take(self.plan, STEPS[kind].model_validate(step))
