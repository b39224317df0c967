"""Adopt a policy by a form: what changes is shown before; by the same command as over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import orders, shadow
from services.governance.asking import Asking, Reply
from services.governance.parts import Ready
from services.governance.policy_api import Place, demand_council
from services.governance.web import words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import SignedIn
from services.governance.web.neighbours import Near
from services.governance.web.policy import carried, texts
from services.governance.web.policy.comparing import compare
from services.governance.web.sessions import Session
from shared import calendar, clock, policy
from shared.policies.pack import Pack
from shared.web.refusal import Refusal

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Director = Annotated[Session, Depends(SignedIn("director"))]
Chosen = Annotated[str, Query(pattern=f"({texts.CODE})|^$")]
ADOPTION = {
    "rationale": "Why this policy is adopted", "endorsed_by": "Endorsed by", "effective_from": "In force from",
    "review_by": "To be looked at again by",
}  # fmt: skip
HINTS = {
    "rationale": "No names of people", "endorsed_by": "Bodies or organisations, one a line",
    "effective_from": "Blank: today. A day that is past counts from today",
    "review_by": "When the council looks at it again",
}  # fmt: skip


@router.get("/policy/at/{place}/adopt")
async def choose(place: Place, session: Director, made: Ready, near: Near, pack: Chosen = "") -> Response:
    """Which policy, then the form with what would change."""
    _demand(session, place)
    if not pack:
        choices = await run_in_threadpool(texts.choices, made, session.principal)
        return page("policy/choose.html", session, title="Adopt a policy", place=place, choices=choices)
    found = await run_in_threadpool(texts.pack, made, session.principal, pack)
    return show(await _adoption(place, found, session, made, near), session)


@router.post("/policy/at/{place}/adopt")
async def adopt(place: Place, request: Request, session: Director, made: Ready, near: Near) -> Response:
    """Adopt what the page carried; a page that carried only a draft gets its form."""
    _demand(session, place)
    posted = await request.form()
    pack = await _carried(str(posted.get("draft", "")))
    asked = await _adoption(place, pack, session, made, near)
    if "key" not in posted:
        return show(asked, session)

    def do(order: orders.Adoption, asking: Asking) -> Reply:
        return made.adoptions.adopt(place, order, asking)

    return await carry_out(request, asked, session, made, do=do, then=f"/policy/at/{place}?done=adopted")


@router.get("/policy/at/{place}/shadow/begin")
async def ask_begin(place: Place, session: Director, made: Ready, pack: Chosen) -> Response:
    """A policy that is on record already, to be judged beside."""
    _demand(session, place)
    return show(_shadowing(place, await run_in_threadpool(texts.pack, made, session.principal, pack)), session)


@router.post("/policy/at/{place}/shadow/begin")
async def begin(place: Place, request: Request, session: Director, made: Ready) -> Response:
    """Judge what the page carried beside the policy in force."""
    _demand(session, place)
    posted = await request.form()
    pack = await _carried(str(posted.get("draft", "")))
    asked = _shadowing(place, pack)
    if "key" not in posted:
        return show(asked, session)

    def do(order: shadow.Draft, asking: Asking) -> Reply:
        return made.shadows.begin(place, order, asking)

    return await carry_out(request, asked, session, made, do=do, then=f"/policy/at/{place}/shadow?done=begun")


def _demand(session: Session, place: str) -> None:
    session.principal.demand_place(place)
    demand_council(session.principal)


async def _carried(draft: str) -> Pack:
    try:
        return await run_in_threadpool(policy.parse, carried.unfold(draft))
    except (carried.NotCarried, policy.PackError) as error:
        raise Refusal(422, "This draft cannot be read any more", "Check it again, and go on from there.") from error


async def _adoption(place: str, pack: Pack, session: Session, made: Any, near: Any) -> Asked:
    today = calendar.london_date(clock.now())
    standing = await run_in_threadpool(texts.standing, made, place, today)
    more: dict[str, Any] = {"standing": standing, "pack": pack, "place": place}
    if standing.in_force is not None:
        now = await run_in_threadpool(made.packs.pack, standing.in_force.digest)
        more["different"] = await compare(near, session.bearer, now, pack)
    form = Form(orders.Adoption, given={"pack": policy.document(pack)}, labels=ADOPTION, hints=HINTS)
    return Asked(
        f"Adopt {words.plain(pack.pack)} at {words.place(place)}", form, f"/policy/at/{place}", "Adopt this policy",
        hidden={"draft": carried.fold(pack)}, template="policy/adopt.html", more=more,
    )  # fmt: skip


def _shadowing(place: str, pack: Pack) -> Asked:
    form = Form(shadow.Draft, given={"pack": policy.document(pack)}, labels={"rationale": "Why it is judged beside"})
    says = (
        f"{pack.title}, version {pack.version}, is judged beside the policy in force at {words.place(place)}.",
        "It decides nothing and alerts nobody. Another draft that is judged beside it now ends.",
    )
    return Asked(
        "Judge a draft beside the policy", form, f"/policy/at/{place}", "Begin", says,
        hidden={"draft": carried.fold(pack)},
    )  # fmt: skip
