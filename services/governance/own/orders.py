"""What a provider may ask about itself over HTTP: its word on a draft, its plan's submission, a challenge. No more."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.governance import plan_orders
from services.governance.matters import Seal
from services.governance.monitoring import assessment_orders
from services.governance.order import Day, Text
from shared.events import corrections
from shared.events import vocabulary as words

Grounds = Literal["factual_accuracy", "wrong_standard", "duplicated_evidence", "process", "other"]


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Signed(Order):
    """The service signs its improvement plan off (LGA-10, rulings 25)."""

    type: Literal["signed_off"]
    signed_on: Day
    signed_by_role: words.Role


class NewChallenge(Order):
    """`POST /v1/own/{id}/challenges`: the service challenges what is recorded or decided about it (rulings 30)."""

    event_id: UUID
    grounds: Grounds
    statement: Text


AssessmentStep = Annotated[
    assessment_orders.Commented | assessment_orders.Disputed, Field(discriminator="type")
]  # fmt: skip
PlanStep = Annotated[plan_orders.Submitted | Signed, Field(discriminator="type")]


def plan_step(order: plan_orders.Submitted | Signed) -> plan_orders.Submitted | plan_orders.SignedOff:
    """As the plan's own order: the provider signs for itself alone."""
    if isinstance(order, plan_orders.Submitted):
        return order
    return plan_orders.SignedOff.model_validate(order.model_dump() | {"by": "provider"})


def challenge(order: NewChallenge, name: str, seal: Seal) -> corrections.DisputeRaised:
    """What is published. By when it is answered is the policy's to say."""
    return corrections.DisputeRaised(
        dispute_id=name, event_id=order.event_id, grounds=order.grounds, statement=seal(order.statement)
    )


def is_late(today: date, comments_due: date | None) -> bool:
    """Whether the provider's days to answer a draft are over."""
    return comments_due is not None and today > comments_due
