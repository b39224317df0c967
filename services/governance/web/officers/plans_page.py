"""Improvement plans in a browser: the list, one plan, a new one, and every step of its life (LGA-10, HER-M2.e)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, plan, plan_orders
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.parts import Ready, scope
from services.governance.plans_api import PLANNING, REFERENCE, PlanId
from services.governance.web import steps
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.sessions import Session

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Planner = Annotated[Session, Depends(SignedIn(*PLANNING))]
PAGE = 50
STEPS = steps.of(plan_orders.AnyStep)
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]


@router.get("/plans")
async def plans(
    session: Knower, made: Ready,
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    state: Annotated[str, Query(pattern="^(open|closed)?$")] = "open",
    after: Annotated[str, Query(pattern=f"^({REFERENCE})?$")] = "",
) -> Response:  # fmt: skip
    """The plans of one's places."""
    is_open = {"open": True, "closed": False}.get(state)
    places = scope(session.principal, place or None)
    found, more = await run_in_threadpool(
        made.matters.page, plan.KIND, places, is_open=is_open, after=after, limit=PAGE
    )
    return page("officers/plans.html", session, title="Improvement plans", plans=found, next=more, state=state)


@router.get("/plans/{plan_id}")
async def one(plan_id: PlanId, session: Knower, made: Ready) -> Response:
    """One plan, and what may be done with it."""
    found = await run_in_threadpool(made.matters.matter, plan.KIND, plan_id, session.principal.places)
    doing = STEPS.values() if session.principal.has(*PLANNING) and plan.KIND.is_open(found.state) else ()
    return page("officers/plan.html", session, title="Improvement plan", plan=matters.shown(found), steps=doing)


@router.get("/providers/{provider_id}/plans/new")
async def ask_new(provider_id: ProviderId, session: Planner) -> Response:
    """A new plan: the form."""
    return show(_new(provider_id), session)


@router.post("/providers/{provider_id}/plans/new")
async def new(provider_id: ProviderId, request: Request, session: Planner, made: Ready) -> Response:
    """A new plan."""
    return await carry_out(
        request, _new(provider_id), session, made,
        do=lambda order, asking: made.planning.draft(provider_id, order, asking),
        then=lambda answer: f"/plans/{answer['plan_id']}?done=drafted",
    )  # fmt: skip


@router.get("/plans/{plan_id}/steps/{name}")
async def ask_step(plan_id: PlanId, name: StepName, session: Planner) -> Response:
    """One step: its form."""
    return show(_step(plan_id, name), session)


@router.post("/plans/{plan_id}/steps/{name}")
async def step(plan_id: PlanId, name: StepName, request: Request, session: Planner, made: Ready) -> Response:
    """One step."""
    return await carry_out(
        request, _step(plan_id, name), session, made,
        do=lambda order, asking: made.planning.step(plan_id, order, asking), then=f"/plans/{plan_id}?done={name}",
    )  # fmt: skip


def _new(provider_id: str) -> Asked:
    return Asked("New improvement plan", Form(plan_orders.NewPlan), f"/providers/{provider_id}", "Draft the plan")


def _step(plan_id: str, name: str) -> Asked:
    if (found := STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    return Asked(found.title, Form(found.model, given={"type": name}), f"/plans/{plan_id}", says=(found.says,))
