"""Who is to be visited next in a place: by risk, then by what is due, with what is planned (SAL-5, SAL-9)."""

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.monitoring import schedule
from services.governance.monitoring.scheduling import Scheduling
from services.governance.parts import Ready
from services.governance.plans_api import PLANNING
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.officers import visit_forms
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50


@router.get("/visits/schedule")
async def proposed(
    *, session: Knower, made: Ready, place: Annotated[str, Query(pattern=r"^[A-Z][0-9]{8}$")],
    show: Literal["unplanned", ""] = "", at: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    """Every open service of a place in the order in which it asks for a visit."""
    session.principal.demand_place(place)
    today = calendar.london_date(clock.now())
    scale, every = await run_in_threadpool(Scheduling(made.store, made.packs).place, place, today)
    policy = await run_in_threadpool(made.pages.policy, place, today)
    none_in_time = [one for one in every if one.unplanned(today)]
    wanted = none_in_time if show == "unplanned" else every
    shown = [schedule.document(one, today) for one in wanted[at : at + PAGE]]
    query = {"place": place, "show": show}
    return page(
        "officers/schedule.html", session, title="Who is to be visited next", entries=shown, place=place, show=show,
        count=(len(wanted), len(none_in_time)), purposes=dict(visit_forms.PURPOSES), today=today,
        order=policy.pack.scales[scale].order if policy else (), may=session.principal.has(*PLANNING),
        next=urlencode(query | {"at": at + PAGE}) if at + PAGE < len(wanted) else None,
    )  # fmt: skip
