"""Which policy is in force where, since when, and what was adopted before; and one policy, read section by section."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance.asking import Unknown
from services.governance.parts import Ready
from services.governance.policy_api import Place
from services.governance.web import reasons, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.neighbours import Near
from services.governance.web.policy import texts
from services.governance.web.policy.comparing import MOST, compare
from services.governance.web.policy.sections import SECTIONS, read
from shared import calendar, clock, policy

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Code = Annotated[str, Path(pattern=texts.CODE)]
Chosen = Annotated[str, Query(pattern=f"({texts.CODE})|^$")]


@router.get("/policy")
async def book(session: Reader, made: Ready) -> Response:
    """The policy in force at each of the reader's places, and those that come with the product."""
    today = calendar.london_date(clock.now())

    def found() -> list[texts.Standing]:
        return [texts.standing(made, place, today) for place in sorted(session.principal.places)]

    places = await run_in_threadpool(found)
    return page("policy/book.html", session, title="Policy", places=places, shipped=policy.shipped())


@router.get("/policy/at/{place}")
async def at_place(place: Place, session: Reader, made: Ready) -> Response:
    """The policy of one place: in force, to come, adopted before, judged beside."""
    session.principal.demand_place(place)
    today = calendar.london_date(clock.now())
    found = await run_in_threadpool(texts.standing, made, place, today)
    more: dict[str, Any] = {"one": found, "may": texts.drafts(session.principal)}
    return page("policy/place.html", session, title=f"Policy of {words.place(place)}", **more)


@router.get("/policy/texts/{code}")
async def beginning(code: Code, session: Reader) -> Response:
    """A policy begins with its levels."""
    del session
    return RedirectResponse(f"/policy/texts/{code}/levels", 303)


@router.get("/policy/texts/{code}/{section}")
async def text(code: Code, section: str, session: Reader, made: Ready) -> Response:
    """One section of one policy."""
    if section not in SECTIONS:
        raise Unknown("a policy has no such section")
    pack = await run_in_threadpool(texts.pack, made, session.principal, code)
    return page(
        "policy/text.html", session, title=pack.title, pack=pack, code=code, section=section, all=SECTIONS,
        groups=read(pack, section), digest=policy.digest(pack), reason=reasons.spoken,
    )  # fmt: skip


@router.get("/policy/compare")
async def difference(
    *, session: Reader, made: Ready, near: Near, first: Chosen = "", second: Chosen = "",
    part: Annotated[int, Query(ge=0, le=50)] = 0, after: Annotated[int, Query(ge=0, le=5000)] = 0,
) -> Response:  # fmt: skip
    """What the second policy says otherwise than the first, by subject."""
    choices = await run_in_threadpool(texts.choices, made, session.principal)
    more: dict[str, Any] = {"choices": choices, "first": first, "second": second, "different": None}
    if first and second:
        one, other = [await run_in_threadpool(texts.pack, made, session.principal, code) for code in (first, second)]
        more |= {"different": await compare(near, session.bearer, one, other), "part": part, "after": after}
    return page("policy/compare.html", session, title="Compare two policies", most=MOST, **more)
