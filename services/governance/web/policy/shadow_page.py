"""A draft judged beside the policy in force: which providers' levels would differ, page by page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.governance import shadow_pages
from services.governance.asking import Asking, Reply
from services.governance.parts import Ready
from services.governance.policy_api import Place, demand_council
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.policy import texts
from services.governance.web.sessions import Session
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Director = Annotated[Session, Depends(SignedIn("director"))]
PAGE = 50
MOVES = {"yes": True, "no": False, "all": None}


class Nothing(BaseModel):
    """A form that asks for nothing but to be sure."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@router.get("/policy/at/{place}/shadow")
async def shadowed(
    place: Place, session: Knower, made: Ready,
    moves: Annotated[str, Query(pattern="^(yes|no|all)$")] = "yes",
    after: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
) -> Response:  # fmt: skip
    """Those that would move first; all on demand."""
    session.principal.demand_place(place)
    standing = await run_in_threadpool(texts.standing, made, place, calendar.london_date(clock.now()))
    found, order = None, list[str]()
    if (draft := standing.book.shadow) is not None:
        asked = shadow_pages.Asked(place, draft.digest, MOVES[moves], after, PAGE)
        found = await run_in_threadpool(shadow_pages.page, made.store, asked)
        pack = await run_in_threadpool(made.packs.pack, draft.digest)
        order = list(pack.scales[pack.primary].order)
    return page(
        "policy/shadow.html", session, title="A draft beside the policy", place=place, standing=standing, draft=draft,
        found=found, moves=moves, order=order, may=texts.drafts(session.principal),
    )  # fmt: skip


@router.get("/policy/at/{place}/shadow/end")
async def ask_end(place: Place, session: Director) -> Response:
    """Whether it is to end."""
    return show(_ending(place, session), session)


@router.post("/policy/at/{place}/shadow/end")
async def end(place: Place, request: Request, session: Director, made: Ready) -> Response:
    """Judge it no longer."""

    def do(_: Nothing, asking: Asking) -> Reply:
        return made.shadows.end(place, asking)

    return await carry_out(
        request, _ending(place, session), session, made, do=do, then=f"/policy/at/{place}/shadow?done=ended"
    )


def _ending(place: str, session: Session) -> Asked:
    session.principal.demand_place(place)
    demand_council(session.principal)
    says = ("Nobody is told, and no level changes: the draft was only judged beside.",)
    return Asked("Stop judging the draft", Form(Nothing), f"/policy/at/{place}/shadow", "Stop", says)
