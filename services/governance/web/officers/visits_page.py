"""Visits in a browser: the timetable, one visit with what is known before it, a new one, its steps (HER-21, OXF-13)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.asking import Asking, Reply
from services.governance.decisions_api import ProviderId
from services.governance.domain import plan, task, visit
from services.governance.monitoring import listing, visit_orders
from services.governance.monitoring.gathering import Gathering
from services.governance.monitoring.visiting import Visiting
from services.governance.monitoring.visits_api import VisitId
from services.governance.parts import Parts, Ready, asking, readable, scope
from services.governance.plans_api import PLANNING
from services.governance.web import names, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Choices
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower
from services.governance.web.officers import visit_forms, wording
from services.governance.web.officers.tasks_page import Worker
from services.governance.web.sessions import Session
from services.governance.web.written import Reading, Written
from shared import calendar, clock, identifiers

router = APIRouter(include_in_schema=False, route_class=PageRoute)
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
PAGE: Final = 50
STATES: Final = (
    ("planned", "planned"), ("overdue", "overdue"), ("completed", "to be fed back"), ("closed", "done"), ("", "all"),
)  # fmt: skip
ORDERED: Final = "ordered_visit."


@router.get("/visits")
async def visits(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern=r"^([A-Z][0-9]{8})?$")] = "",
    provider: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
    state: Annotated[str, Query(pattern=r"^[a-z]{0,10}$")] = "planned",
    purpose: Annotated[str, Query(pattern=r"^[a-z_]{0,20}$")] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """The timetable of council and NHS, month by month; what is overdue; what was done."""
    chosen = {"place": place, "provider": provider, "state": state, "purpose": purpose}
    fields = {"purpose": purpose} if purpose else {}
    fields |= {"status": state} if state not in ("", "overdue") else {}
    today, is_late = calendar.london_date(clock.now()), state == "overdue"
    asked = listing.Asked(
        scope(session.principal, place or None), provider or None, {"overdue": True, "closed": False}.get(state),
        today - timedelta(days=1) if is_late else None, fields, after or None, PAGE,
    )  # fmt: skip
    found, more = await run_in_threadpool(listing.page, made.store, visit.KIND.name, asked)
    known = await run_in_threadpool(names.of, made.store, [*(one["provider_id"] for one in found), provider])
    return page(
        "officers/visits.html", session, title="Visits", months=by_month(found), names=known, chosen=chosen,
        states=STATES, purposes=visit_forms.PURPOSES, next=more and urlencode(chosen | {"after": more}),
        wording=wording, today=today, may=session.principal.has(*PLANNING), places=sorted(session.principal.places),
    )  # fmt: skip


def by_month(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Visits under their month, in the list's order. Pure."""
    months: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        day = one.get("visited_on") or one.get("planned_for")
        months.setdefault(f"{date.fromisoformat(day[:10]):%B %Y}" if day else "No day set", []).append(one)
    return list(months.items())


@router.get("/visits/{visit_id}")
async def one(visit_id: VisitId, session: Knower, made: Ready) -> Response:
    """One visit: what is known before it, what was found, and what may be done."""
    return await _shown(session, made, await run_in_threadpool(_visit, made, visit_id, session))


@router.post("/visits/{visit_id}")
async def read(visit_id: VisitId, session: Knower, made: Ready) -> Response:
    """The same with what people wrote, in clear. That it was read is kept: so it is asked for, and not a GET."""
    found = await run_in_threadpool(_visit, made, visit_id, session)
    reading, may = Reading(made.store, made.vault), readable(session.principal)
    which, who = ("visit_id", visit_id), asking(session.principal, made)
    said = await run_in_threadpool(reading.of, found["provider_id"], "visit", which, who, may)
    return await _shown(session, made, found, said)


async def _shown(
    session: Session, made: Parts, found: dict[str, Any], written: Sequence[Written] | None = None
) -> Response:
    visit_id = found["visit_id"]
    known = await run_in_threadpool(names.of, made.store, [found["provider_id"]])
    today, may = calendar.london_date(clock.now()), session.principal.has(*PLANNING)
    pack = await run_in_threadpool(
        Gathering(made.store, made.matters).pack, visit_id, session.principal.places, readable(session.principal), today
    )
    return page(
        "officers/visit.html", session, title=visit_forms.title(found), one=found, pack=pack,
        names=known, doing=visit_forms.offered(found) if may else [], wording=wording, today=today,
        natures=dict(visit_forms.NATURES), modes=dict(visit_forms.MODES), may=may, written=written,
    )  # fmt: skip


@router.get("/providers/{provider_id}/visits/new")
async def ask_new(provider_id: ProviderId, session: Worker, made: Ready) -> Response:
    """A new visit: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/visits/new")
async def new(provider_id: ProviderId, request: Request, session: Worker, made: Ready) -> Response:
    """A new visit."""
    works = Visiting(made.store, made.matters)
    return await carry_out(
        request, await run_in_threadpool(_new, made, provider_id, session), session, made,
        do=lambda order, asking: works.plan(provider_id, order, asking),
        then=lambda answer: f"/visits/{answer['visit_id']}?done=planned",
    )  # fmt: skip


@router.get("/visits/{visit_id}/steps/{name}")
async def ask_step(visit_id: VisitId, name: StepName, session: Worker, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, visit_id, name, session), session)


@router.post("/visits/{visit_id}/steps/{name}")
async def step(visit_id: VisitId, name: StepName, request: Request, session: Worker, made: Ready) -> Response:
    """One step. A finding gets its code from us: the same however often the same page is sent."""
    works = Visiting(made.store, made.matters)

    def do(order: Any, asking: Asking) -> Reply:
        if isinstance(order, visit_orders.Finding):
            code = identifiers.derived_id("finding", visit_id, asking.scoped_key).hex[:8]
            order = order.model_copy(update={"finding_id": f"f-{code}"})
        return works.step(visit_id, order, asking)

    asked = await run_in_threadpool(_step, made, visit_id, name, session)
    return await carry_out(request, asked, session, made, do=do, then=f"/visits/{visit_id}?done={name}")


def _visit(made: Parts, visit_id: str, session: Session) -> dict[str, Any]:
    return matters.shown(made.matters.matter(visit.KIND, visit_id, session.principal.places))


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    with made.store.reading() as cursor:
        open_ones = matters.open_ones(cursor, task.KIND.name, provider_id)
    orders = [
        (str(one["decision_id"]), f"{words.plain(one['task'].removeprefix(ORDERED))} visit, by {words.day(one['due'])}")
        for one in open_ones
        if one["task"].startswith(ORDERED) and one["decision_id"]
    ]
    return visit_forms.new(provider_id, seen.facts["name"], orders)


def _step(made: Parts, visit_id: str, name: str, session: Session) -> Asked:
    found = _visit(made, visit_id, session)
    with made.store.reading() as cursor:
        plans: Choices = [
            (one["plan_id"], f"{words.plain(one['source'])}, due {words.day(one['due'])}")
            for one in matters.open_ones(cursor, plan.KIND.name, found["provider_id"])
        ]
    return visit_forms.step(found, names.one(made.store, found["provider_id"]), plans, name)
