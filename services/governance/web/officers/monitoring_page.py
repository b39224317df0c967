"""Monitoring: the way to every register that officers keep, with what is open, due soon and overdue in each."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.parts import Ready, scope
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.officers import registers
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/monitoring")
async def monitoring(
    session: Knower, made: Ready, place: Annotated[str, Query(pattern=r"^([A-Z][0-9]{8})?$")] = ""
) -> Response:
    """The registers of one's places."""
    places, today = scope(session.principal, place or None), calendar.london_date(clock.now())
    counts = await run_in_threadpool(registers.counts, made.store, places, today)
    return page(
        "officers/monitoring.html", session, title="Monitoring", counts=counts, registers=registers.REGISTERS,
        chosen={"place": place}, places=places,
    )  # fmt: skip
