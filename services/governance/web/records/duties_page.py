"""A provider that cannot carry on, in a browser: who is affected, the checklist, each item settled (Care Act s48)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain import temporary_duty
from services.governance.matter import Matter
from services.governance.monitoring.market_api import DutyId
from services.governance.monitoring.providing import Providing
from services.governance.monitoring.sustaining import Sustaining
from services.governance.parts import Parts, Ready, asking, readable
from services.governance.plans_api import PLANNING
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.records import market_fits
from services.governance.web.records.plans_page import StepName
from services.governance.web.sessions import Session
from services.governance.web.written import Reading
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Worker = Annotated[Session, Depends(SignedIn(*PLANNING))]


@router.get("/temporary-duties/{duty_id}")
async def one(duty_id: DutyId, session: Knower, made: Ready) -> Response:
    """One temporary duty with its checklist."""
    found = await run_in_threadpool(made.matters.matter, temporary_duty.KIND, duty_id, session.principal.places)
    return await run_in_threadpool(_shown, session, made, found, None)


@router.post("/temporary-duties/{duty_id}")
async def read(duty_id: DutyId, session: Knower, made: Ready) -> Response:
    """The same with what people wrote; that it was read is kept."""
    found = await run_in_threadpool(made.matters.matter, temporary_duty.KIND, duty_id, session.principal.places)
    reading, who, may = Reading(made.store, made.vault), asking(session.principal, made), readable(session.principal)
    said = await run_in_threadpool(reading.of, found.subject, "temporary_duty", ("duty_id", duty_id), who, may)
    return await run_in_threadpool(_shown, session, made, found, said)


@router.get("/providers/{provider_id}/temporary-duties/new")
async def ask_new(provider_id: ProviderId, session: Worker, made: Ready) -> Response:
    """A provider cannot carry on: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/temporary-duties/new")
async def new(provider_id: ProviderId, request: Request, session: Worker, made: Ready) -> Response:
    """A provider cannot carry on."""
    asked = await run_in_threadpool(_new, made, provider_id, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).open(provider_id, order, asking),
        then=lambda answer: f"/temporary-duties/{answer['duty_id']}?done=opened",
    )  # fmt: skip


@router.get("/temporary-duties/{duty_id}/steps/{name}")
async def ask_step(duty_id: DutyId, name: StepName, session: Worker, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, duty_id, name, session), session)


@router.post("/temporary-duties/{duty_id}/steps/{name}")
async def step(duty_id: DutyId, name: StepName, request: Request, session: Worker, made: Ready) -> Response:
    """One step."""
    asked = await run_in_threadpool(_step, made, duty_id, name, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).step(duty_id, order, asking),
        then=f"/temporary-duties/{duty_id}?done={name}",
    )  # fmt: skip


def _shown(session: Session, made: Parts, found: Matter, written: Any) -> Response:
    doing = market_fits.fitting(found.state) if session.principal.has(*PLANNING) else ()
    return page(
        "records/duty.html", session, title="Temporary duty", p=_of(made).shown(found), steps=doing, written=written,
        name=names.one(made.store, found.subject), today=calendar.london_date(clock.now()),
    )  # fmt: skip


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    known = Sustaining(made.store).place(seen.place, calendar.london_date(clock.now()))
    failures = [each for one in known if one["provider_id"] == provider_id for each in one["failures"]]
    says = ("It cannot carry on. A checklist is opened, and each item is a task with its day.",)
    form = market_fits.new(failures)
    back = f"/records?kind=failure&provider={provider_id}"
    return Asked("Open a temporary duty", form, back, "Open it", says=says, about=seen.facts["name"])


def _step(made: Parts, duty_id: str, name: str, session: Session) -> Asked:
    if (step := market_fits.STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    found = made.matters.matter(temporary_duty.KIND, duty_id, session.principal.places)
    form, about = market_fits.form(name, found.state), names.one(made.store, found.subject)
    return Asked(step.title, form, f"/temporary-duties/{duty_id}", says=(step.says,), about=about)


def _of(made: Parts) -> Providing:
    return Providing(made.store, made.matters, made.vault)
