"""Improvement plans in a browser: the list, one plan, a new one, and every step of its life (LGA-10, HER-M2.e)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain import plan
from services.governance.matter import Matter
from services.governance.parts import Parts, Ready, asking, readable, scope
from services.governance.plans_api import PLANNING, REFERENCE, PlanId
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.records import choices, evidence, plan_fits
from services.governance.web.sessions import Session
from services.governance.web.written import Reading
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Planner = Annotated[Session, Depends(SignedIn(*PLANNING))]
PAGE = 50
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Provider = Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")]


@router.get("/plans")
async def plans(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    provider: Provider = "",
    state: Annotated[str, Query(pattern="^(open|closed)?$")] = "open",
    after: Annotated[str, Query(pattern=f"^({REFERENCE})?$")] = "",
) -> Response:  # fmt: skip
    """The plans of one's places, or of one provider."""
    is_open, today = {"open": True, "closed": False}.get(state), calendar.london_date(clock.now())
    places = scope(session.principal, place or None)

    def read() -> tuple[list[dict[str, Any]], str | None, dict[str, str]]:
        asked: Any = {"subject": provider or None, "is_open": is_open, "after": after, "limit": PAGE}
        found, more = made.matters.page(plan.KIND, places, **asked)
        return found, more, names.of(made.store, [*(one["provider_id"] for one in found), provider])

    found, more, called = await run_in_threadpool(read)
    shown = [one | {"late": choices.late(one, today)} for one in found]
    return page(
        "records/plans.html", session, title="Improvement plans", plans=shown, next=more, state=state, place=place,
        provider=provider, names=called, places=sorted(session.principal.places), today=today,
    )  # fmt: skip


@router.get("/plans/{plan_id}")
async def one(plan_id: PlanId, session: Knower, made: Ready) -> Response:
    """One plan, and what may be done with it."""
    found = await run_in_threadpool(made.matters.matter, plan.KIND, plan_id, session.principal.places)
    return await run_in_threadpool(_shown, session, made, found, None)


@router.post("/plans/{plan_id}")
async def read(plan_id: PlanId, session: Knower, made: Ready) -> Response:
    """The same with what people wrote, in clear. That it was read is kept: so it is asked for, and not a GET."""
    found = await run_in_threadpool(made.matters.matter, plan.KIND, plan_id, session.principal.places)
    reading, who = Reading(made.store, made.vault), asking(session.principal, made)
    may = readable(session.principal)
    said = await run_in_threadpool(reading.of, found.subject, "plan", ("plan_id", plan_id), who, may)
    return await run_in_threadpool(_shown, session, made, found, said)


@router.get("/providers/{provider_id}/plans/new")
async def ask_new(provider_id: ProviderId, session: Planner, made: Ready) -> Response:
    """A new plan: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/plans/new")
async def new(provider_id: ProviderId, request: Request, session: Planner, made: Ready) -> Response:
    """A new plan."""
    asked = await run_in_threadpool(_new, made, provider_id, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: made.planning.draft(provider_id, order, asking),
        then=lambda answer: f"/plans/{answer['plan_id']}?done=drafted",
    )  # fmt: skip


@router.get("/plans/{plan_id}/steps/{name}")
async def ask_step(plan_id: PlanId, name: StepName, session: Planner, made: Ready) -> Response:
    """One step: its form."""
    asked, state = await run_in_threadpool(_step, made, plan_id, name, session)
    return show(asked, session, plan_fits.known(name, state))


@router.post("/plans/{plan_id}/steps/{name}")
async def step(plan_id: PlanId, name: StepName, request: Request, session: Planner, made: Ready) -> Response:
    """One step."""
    asked, _ = await run_in_threadpool(_step, made, plan_id, name, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: made.planning.step(plan_id, order, asking), then=f"/plans/{plan_id}?done={name}",
    )  # fmt: skip


def _shown(session: Session, made: Parts, found: Matter, written: Any) -> Response:
    doing = plan_fits.fitting(found.state) if session.principal.has(*PLANNING) else ()
    today = calendar.london_date(clock.now())
    return page(
        "records/plan.html", session, title="Improvement plan", plan=matters.shown(found), steps=doing, today=today,
        name=names.one(made.store, found.subject), written=written,
        signed=found.state.signed, late=choices.late(matters.shown(found), today),
    )  # fmt: skip


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    known = evidence.recent(made.store, provider_id, readable(session.principal))
    form = plan_fits.new(known)
    back = f"/plans?provider={provider_id}"
    return Asked("New improvement plan", form, back, "Draft the plan", about=seen.facts["name"])


def _step(made: Parts, plan_id: str, name: str, session: Session) -> tuple[Asked, plan.Plan]:
    if (step := plan_fits.STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    found = made.matters.matter(plan.KIND, plan_id, session.principal.places)
    rest, _ = made.matters.page(plan.KIND, [found.place], subject=found.subject, is_open=True)
    others = [(one["plan_id"], f"{one['plan_id']}, {one['status']}") for one in rest if one["plan_id"] != plan_id]
    form, about = plan_fits.form(name, found.state, others), names.one(made.store, found.subject)
    return Asked(step.title, form, f"/plans/{plan_id}", says=(step.says,), about=about), found.state
