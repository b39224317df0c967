"""Saving, opening and forgetting one's own views of a dashboard, by forms."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance.web.dashboards_page import Place, Sector, chosen, demand, query_of, views_of
from services.governance.web.desk import Here, PageRoute
from services.governance.web.guard import Reader
from services.governance.web.saved_views import MOST
from shared.web.refusal import Refusal

router = APIRouter(prefix="/dashboards/{place}/{sector}/views", include_in_schema=False, route_class=PageRoute)
ViewId = Annotated[int, Path(ge=1, lt=2**63)]
LONGEST: Final = 60
LONGEST_FIELD: Final = 100


@router.post("")
async def save(place: Place, sector: Sector, request: Request, session: Reader, here: Here) -> Response:
    """What the page shows, under a name."""
    demand(place, session)
    sent = await request.form()
    said = {name: str(sent.get(name, ""))[:LONGEST_FIELD] for name in ("sort", "level", "named", "commissioning")}
    query = query_of(chosen(**said, only=[str(each)[:LONGEST_FIELD] for each in sent.getlist("only")][:6]))
    name = " ".join(str(sent.get("name", "")).split())
    if not 0 < len(name) <= LONGEST:
        raise Refusal(422, "Give the view a name", f"Go back, and give it a name of at most {LONGEST} characters.")
    kept = await run_in_threadpool(
        here.saved.save, views_of(session, place, sector), name, query, is_default="default" in sent
    )
    if not kept:
        raise Refusal(409, "You have as many views as one keeps", f"Delete one of your {MOST} first.")
    return RedirectResponse(f"/dashboards/{place}/{sector}?{query}&done=view_saved", 303)


@router.post("/none/default")
async def open_with_none(place: Place, sector: Sector, session: Reader, here: Here) -> Response:
    """Open the dashboard with everything again."""
    demand(place, session)
    await run_in_threadpool(here.saved.open_with, views_of(session, place, sector), None)
    return RedirectResponse(f"/dashboards/{place}/{sector}?done=everything_opens_first", 303)


@router.post("/{view_id}/default")
async def open_with(place: Place, sector: Sector, view_id: ViewId, session: Reader, here: Here) -> Response:
    """Open the dashboard with it from now on."""
    demand(place, session)
    await run_in_threadpool(here.saved.open_with, views_of(session, place, sector), view_id)
    return RedirectResponse(f"/dashboards/{place}/{sector}?sort=level&done=view_opens_first", 303)


@router.post("/{view_id}/delete")
async def forget(place: Place, sector: Sector, view_id: ViewId, session: Reader, here: Here) -> Response:
    """Take it away."""
    demand(place, session)
    await run_in_threadpool(here.saved.forget, views_of(session, place, sector), view_id)
    return RedirectResponse(f"/dashboards/{place}/{sector}?sort=level&done=view_deleted", 303)
