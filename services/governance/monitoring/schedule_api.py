"""HTTP: the schedule of a place: who is to be visited next, by risk, by what is due, and what is planned."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.governance.monitoring import schedule
from services.governance.monitoring.scheduling import Scheduling
from services.governance.parts import Knower, Limit, Ready
from services.governance.policy_api import Place
from shared import calendar, clock

router = APIRouter(prefix="/v1/places/{place}/schedule", tags=["visits"])


@router.get("")
def get_schedule(
    *, place: Place, principal: Knower, made: Ready,
    due_by: date | None = None,
    unplanned: Annotated[bool, Query(description="Only those for whom no visit is planned in time.")] = False,
    limit: Limit = 100,
    cursor: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before")] = 0,
) -> dict[str, Any]:  # fmt: skip
    """Providers by their risk, the highest first, then by what is due: least contact, reviews, visits that a level
    asks for, assessments to be repeated; with every visit that council and ICB have planned (SAL-5, SAL-9, CAL-20)."""
    principal.demand_place(place)
    today = calendar.london_date(clock.now())
    scale, every = Scheduling(made.store, made.packs).place(place, today)
    wanted = [
        one
        for one in every
        if (not unplanned or one.unplanned(today)) and (due_by is None or (one.by is not None and one.by <= due_by))
    ]
    shown = [schedule.document(one, today) for one in wanted[cursor : cursor + limit]]
    more = cursor + limit if len(wanted) > cursor + limit else None
    return {"scale": scale, "providers": shown, "next": more}
