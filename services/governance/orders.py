"""What may be ordered over HTTP, in the words of domain.md §3.6, and the decision that it asks for."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.governance import process_orders
from services.governance.asking import Unfit
from services.governance.domain.standing import Standing
from services.governance.order import Code, Day, Order, Text, one
from shared.events import decisions


class LevelOrder(Order):
    """Confirm, raise, lower or hold a level; or choose one that the facts do not indicate (`level.overridden`)."""

    type: Literal["level.confirmed", "level.overridden"]
    scale: Code | None = None
    """None: the policy's primary scale."""
    level: Code
    review_by: Day | None = None
    dissent: tuple[Code, ...] = Field((), max_length=20)
    """Organisations that did not agree; of an override only."""


class LeadOrder(Order):
    """Agree who leads on a jointly commissioned service."""

    type: Literal["lead_org.agreed"]
    lead: Literal["council", "icb"]
    scope: Literal["monitoring", "visit", "plan"] = "monitoring"


class ConsiderOrder(Order):
    """Record that a suspension was considered, and to what end."""

    type: Literal["suspension.considered"]
    outcome: Literal["not_now", "impose"]


class ImposeOrder(Order):
    """Stop or limit new placements."""

    type: Literal["suspension.imposed", "suspension.agreed_voluntary", "suspension.phased"]
    kind: decisions.SuspensionKind | None = None
    """Follows from the type where it is agreed or phased; must be given where it is imposed."""
    scope: decisions.Scope = "new_admissions"
    review_by: Day | None = None
    prerequisites: tuple[decisions.Prerequisite, ...] = ()
    """What the policy wants to have come before, and has: each on record among the evidence (CAL-28)."""


class VaryOrder(Order):
    """Change a restriction that is in place; its clock runs on."""

    type: Literal["suspension.varied"]
    suspension_id: Code | None = None
    kind: decisions.SuspensionKind
    """Never `enforced` where it was not: that is imposed, by whoever may and with what must have come before."""
    scope: decisions.Scope
    review_by: Day | None = None


class LiftOrder(Order):
    """End a restriction."""

    type: Literal["suspension.lifted"]
    suspension_id: Code | None = None


class ServeOrder(Order):
    """Serve a contract default notice."""

    type: Literal["default_notice.served", "default_notice.further"]
    clause: Code | None = None
    remedy_by: Day | None = None
    because: Literal["plan_timescales_missed", "breach", "level_response", "other"] = "other"


class EndNoticeOrder(Order):
    """A default notice is satisfied or withdrawn."""

    type: Literal["default_notice.satisfied", "default_notice.withdrawn"]
    notice_id: Code | None = None


AnyOrder = Annotated[
    LevelOrder
    | LeadOrder
    | ConsiderOrder
    | ImposeOrder
    | VaryOrder
    | LiftOrder
    | ServeOrder
    | EndNoticeOrder
    | process_orders.ProcessOrder,
    Field(discriminator="type"),
]
ORDER: TypeAdapter[AnyOrder] = TypeAdapter(AnyOrder)
KINDS: Mapping[str, tuple[decisions.SuspensionKind, ...]] = {
    "suspension.imposed": ("advisory_notice", "enforced"),
    "suspension.agreed_voluntary": ("voluntary_pause",),
    "suspension.phased": ("phased",),
}
"""What each type may be: who may decide it, and what must come before, is asked by its type (rulings 19, 20)."""


class Answer(BaseModel):
    """A consent, an approval or a ratification; or its refusal, which needs its reason."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    organisation: Code | None = None
    """In whose name. None: the token's organisation."""
    rationale: Text | None = None


class Consent(Answer):
    """`POST /v1/decisions/{id}/consents`."""

    consent: bool


class Approval(Answer):
    """`POST /v1/decisions/{id}/approvals`."""

    approve: bool = True


class Ratification(Answer):
    """`POST /v1/decisions/{id}/ratifications`."""

    ratify: bool = True


class Adoption(BaseModel):
    """`POST /v1/places/{place}/policy`: a shipped pack by its name, or a pack whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: Code | dict[str, Any]
    rationale: Text | None = None
    endorsed_by: tuple[Code, ...] = Field((), max_length=50)
    effective_from: Day | None = None
    """None: today."""
    review_by: Day | None = None


def decision(order: AnyOrder, decision_id: UUID, scale: str, standing: Standing, indicated: Any) -> decisions.Decision:
    """The decision that an order asks for, about a provider that stands so. Raises Unfit."""
    name = decision_id.hex[:16]
    restricted = [each.suspension_id for each in standing.active_restrictions]
    notified = [each.notice_id for each in standing.active_notices]
    match order:
        case LevelOrder():
            return _level(order, scale, standing, indicated)
        case LeadOrder():
            said: dict[str, Any] = {"lead": order.lead, "scope": order.scope}
        case ConsiderOrder():
            said = {"outcome": order.outcome}
        case ImposeOrder():
            said = order.model_dump(include={"scope", "review_by"}) | {"suspension_id": f"sus-{name}"}
            said["kind"] = _kind(order)
            said["prerequisites"] = order.prerequisites
        case VaryOrder():
            said = order.model_dump(include={"kind", "scope", "review_by"})
            said["suspension_id"] = one(order.suspension_id, restricted, "suspension_id")
            _demand_no_harder(order.kind, said["suspension_id"], standing)
        case LiftOrder():
            said = {"suspension_id": one(order.suspension_id, restricted, "suspension_id")}
        case ServeOrder():
            said = order.model_dump(include={"clause", "remedy_by", "because"}) | {"notice_id": f"def-{name}"}
        case EndNoticeOrder():
            said = {"notice_id": one(order.notice_id, notified, "notice_id")}
        case _:
            said = process_orders.said(order, name, standing)
    return _DECISION.validate_python(said | {"type": order.type})


_DECISION: TypeAdapter[decisions.Decision] = TypeAdapter(decisions.Decision)


def _kind(order: ImposeOrder) -> decisions.SuspensionKind:
    """The kind of the restriction. Raises Unfit where the type is another."""
    kinds = KINDS[order.type]
    if order.kind in kinds or (order.kind is None and len(kinds) == 1):
        return order.kind or kinds[0]
    problem = "What kind of restriction is it?" if order.kind is None else f"{order.type} is not {order.kind}."
    raise Unfit("/kind", problem, f"Use {' or '.join(kinds)}.")


def _demand_no_harder(kind: decisions.SuspensionKind, suspension_id: str, standing: Standing) -> None:
    """Raises Unfit where a milder restriction would be made an enforced one without being imposed (rulings 19, 20)."""
    was = next((one.kind for one in standing.active_restrictions if one.suspension_id == suspension_id), None)
    if kind == "enforced" and was not in (None, "enforced"):
        fix = "Take the decision suspension.imposed, and lift the milder restriction then."
        raise Unfit("/kind", "An enforced suspension is imposed: it has conditions of its own.", fix)


def _level(order: LevelOrder, scale: str, standing: Standing, indicated: Any) -> decisions.Decision:
    was = standing.levels.get(order.scale or scale)
    said: dict[str, Any] = {
        "type": order.type,
        "scale": order.scale or scale,
        "level": order.level,
        "from_level": was.level if was else None,
        "review_by": order.review_by,
    }
    if order.type == "level.overridden":
        said |= {"indicated_min": indicated.min, "indicated_max": indicated.max, "dissent": order.dissent}
    elif order.dissent:
        raise Unfit("/dissent", "Dissent is kept with an override.", "Use the type level.overridden, or leave it out.")
    return _DECISION.validate_python(said)
