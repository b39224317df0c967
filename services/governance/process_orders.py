"""Orders of decisions beside levels and restrictions: enquiries, escalation, contracts, visits, sharing."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.governance.domain.standing import Standing
from services.governance.order import Code, Day, Order, one
from shared.events import processes
from shared.events import vocabulary as words


class LsiOrder(Order):
    """What a step of a large scale process names. None: the only one that is open, or a new one."""

    lsi_id: Code | None = None


class RecommendLsi(LsiOrder):
    """Recommend it to whoever may authorise it: they are told the same minute (rulings 22)."""

    type: Literal["lsi.recommended"]
    grounds: tuple[words.Word, ...] = Field(min_length=1, max_length=20)


class AuthoriseLsi(LsiOrder):
    """Begin it."""

    type: Literal["lsi.authorised"]
    grounds: tuple[words.Word, ...] = Field((), max_length=20)
    lead_role: words.Role
    scope: Literal["service", "organisation"] = "service"
    police_liaison: bool = False


class DeclineLsi(LsiOrder):
    """Do not begin it."""

    type: Literal["lsi.declined"]


class RecordLsiStep(LsiOrder):
    """Record a step of it."""

    type: Literal["lsi.step_recorded"]
    step: processes.LsiStep
    reference: words.Reference | None = None


class CloseLsi(LsiOrder):
    """End it."""

    type: Literal["lsi.closed"]
    learning_shared: bool
    sar_considered: bool


class Refer(Order):
    """Bring the provider before the next body."""

    type: Literal["escalation.referred"]
    to_body: Code
    reason: processes.Reason


class ReferToSafeguarding(Order):
    """Apply the local thresholds to concerns taken together."""

    type: Literal["safeguarding.referral"]
    threshold_tool: words.Word
    result: Literal["referred", "not_referred"]
    sg_ref: words.Reference | None = None


class HoldContractReview(Order):
    """A review of the contract was held."""

    type: Literal["contract_review.held"]
    provider_seniors: bool
    next_by: Day | None = None


class ConsiderTermination(Order):
    """Ending the contract was considered."""

    type: Literal["termination.considered"]
    outcome: Literal["not_now", "terminate"]


class Terminate(Order):
    """End the contract, or its use."""

    type: Literal["termination.decided", "decommission.decided"]
    ends_on: Day | None = None
    transition_plan: bool


class OrderVisit(Order):
    """Have the service visited."""

    type: Literal["visit.ordered"]
    purpose: Literal["annual", "focused", "unannounced", "welfare", "follow_up", "joint", "good_practice", "contract"]
    announced: bool = False
    by_when: Day
    lead: Literal["council", "icb"] | None = None


class PausePlacements(Order):
    """Pause our own placements with this provider elsewhere, or resume them."""

    type: Literal["ooa.paused", "ooa.resumed"]
    host_assurance_ref: words.Reference | None = None


class Share(Order):
    """Allow, or refuse, that what is marked is told to somebody outside."""

    type: Literal["share.authorised", "share.refused"]
    audience: words.Word
    event_ids: tuple[Code, ...] = Field(min_length=1, max_length=200)


ProcessOrder = Annotated[
    RecommendLsi
    | AuthoriseLsi
    | DeclineLsi
    | RecordLsiStep
    | CloseLsi
    | Refer
    | ReferToSafeguarding
    | HoldContractReview
    | ConsiderTermination
    | Terminate
    | OrderVisit
    | PausePlacements
    | Share,
    Field(discriminator="type"),
]


def said(order: ProcessOrder, name: str, standing: Standing) -> dict[str, Any]:
    """The decision that it asks for, less its type. `name`: of what it newly begins. Raises Unfit."""
    fields = order.model_dump(exclude={"type", *Order.model_fields})
    if isinstance(order, LsiOrder):
        fields["lsi_id"] = _lsi(order, f"lsi-{name}", standing)
    return fields


def _lsi(order: LsiOrder, new: str, standing: Standing) -> str:
    going = [lsi.lsi_id for lsi in standing.open_lsis]
    if isinstance(order, RecommendLsi) or (isinstance(order, AuthoriseLsi) and not going):
        return order.lsi_id or new
    return one(order.lsi_id, going, "lsi_id")
