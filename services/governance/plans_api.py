"""HTTP: improvement plans: draft, agree, work through, sign off by both (LGA-10, HER-M2.e, CAL-22, OXF-8)."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back, plan_orders
from services.governance.decisions_api import ProviderId
from services.governance.domain import plan
from services.governance.parts import IdempotencyKey, Knower, Limit, Ready, Time, asking, response
from services.governance.providers_api import GSS
from shared import security

PLANNING = (
    "quality-officer", "team-manager", "panel-chair", "contracts-officer", "icb-quality", "safeguarding", "director",
)  # fmt: skip
"""Who works on plans with a provider."""
Planner = Annotated[security.Principal, Depends(security.require(*PLANNING))]
REFERENCE = r"[^/\x00-\x1f\x7f]{1,200}"
"""One of ours (`plan-…`), or the council's own reference of one that was carried over."""
PlanId = Annotated[str, Path(pattern=f"^{REFERENCE}$")]
router = APIRouter(prefix="/v1", tags=["improvement plans"])


@router.post("/providers/{provider_id}/plans", status_code=201)
def draft(
    *, provider_id: ProviderId, order: plan_orders.NewPlan, principal: Planner, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Draft an improvement plan, with its first actions."""
    return response(made.planning.draft(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/plans/{plan_id}/steps", status_code=201)
def step(
    *, plan_id: PlanId, order: Annotated[plan_orders.AnyStep, Body()], principal: Planner, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Agree, add or close an action, review it, extend, hand in, sign off, close: one step of the plan's life."""
    return response(made.planning.step(plan_id, order, asking(principal, made, idempotency_key)))


@router.get("/plans/{plan_id}")
def get_plan(
    plan_id: PlanId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One plan, now or as of a past day. Its texts stand, sealed, in the provider's history."""
    return looking_back.one(made, plan.KIND, plan_id, principal, as_of=as_of, known_at=known_at)


@router.get("/plans")
def get_plans(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    open: Annotated[bool | None, Query(description="Only those that are open, or only those closed.")] = None,  # noqa: A002
    limit: Limit = 100,
    cursor: Annotated[str, Query(pattern=f"^({REFERENCE})?$", description="`next` of the page before")] = "",
) -> dict[str, Any]:  # fmt: skip
    """The plans of a place, of one provider, or of all places of the token."""
    if place is not None:
        principal.demand_place(place)
    places = principal.places if place is None else {place}
    found, after = made.matters.page(
        plan.KIND, sorted(places), subject=provider, is_open=open, after=cursor, limit=limit
    )
    return {"plans": found, "next": after}
