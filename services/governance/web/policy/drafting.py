"""A draft in a browser: pasted or uploaded, checked, compared with what is in force; nothing of it is stored."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from services.governance.parts import Ready
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.neighbours import Near
from services.governance.web.policy import carried, texts
from services.governance.web.policy.comparing import compare
from services.governance.web.policy.sections import SECTIONS, read
from shared import calendar, clock, policy
from shared.policies.pack import Pack

router = APIRouter(include_in_schema=False, route_class=PageRoute)
TITLE: Final = "Check a draft policy"
SHOWN: Final = 60
"""Mistakes on one page; whoever has more begins with these."""


@router.get("/policy/check")
async def ask(session: Reader, place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "") -> Response:
    """Where a draft is pasted or uploaded."""
    return page("policy/check.html", session, title=TITLE, place=place, text="")


@router.post("/policy/check")
async def check(request: Request, session: Reader, made: Ready, near: Near) -> Response:
    """Every mistake with its place; of a draft without any, what it says otherwise than the policy in force."""
    posted = await request.form()
    place, text = str(posted.get("place", "")), await _text(posted.get("file"), str(posted.get("text", "")))
    if place:
        session.principal.demand_place(place)
    known: dict[str, Any] = {"place": place, "text": text if len(text) < carried.SHOWN_AGAIN else ""}
    if not text.strip():
        return page("policy/check.html", session, 422, title=TITLE, nothing=True, **known)
    try:
        pack = await run_in_threadpool(policy.read, text)
    except policy.PackError as error:
        found = carried.mistakes(error)
        return page(
            "policy/check.html", session, 422, title=TITLE, mistakes=found[:SHOWN], count=len(found), **known
        )  # fmt: skip
    more = await _against(session, made, near, place, pack) if place else {}
    tally = [(name, sum(len(group.entries) for group in read(pack, code))) for code, (name, _) in SECTIONS.items()]
    return page(
        "policy/checked.html", session, title="This draft can be adopted", pack=pack, place=place, tally=tally,
        digest=policy.digest(pack), folded=carried.fold(pack), may=texts.drafts(session.principal), **more,
    )  # fmt: skip


async def _against(session: Any, made: Any, near: Any, place: str, pack: Pack) -> dict[str, Any]:
    today = calendar.london_date(clock.now())
    standing = await run_in_threadpool(texts.standing, made, place, today)
    if standing.in_force is None:
        return {"standing": standing}
    now = await run_in_threadpool(made.packs.pack, standing.in_force.digest)
    return {"standing": standing, "different": await compare(near, session.bearer, now, pack)}


async def _text(file: object, pasted: str) -> str:
    """What was uploaded, else what was pasted."""
    if isinstance(file, UploadFile) and file.filename:
        return (await file.read()).decode("utf-8", errors="replace")
    return pasted
