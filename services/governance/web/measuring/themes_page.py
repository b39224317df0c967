"""Themes as a table of numbers by group and month (SAL-18's three scopes, and the place), and what rises in them."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.governance.measures.reading import Measures
from services.governance.measures.themes import Scope
from services.governance.parts import SAFEGUARDING, Ready
from services.governance.web import words
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.measuring import heat
from services.governance.web.measuring.asked_for import Asking, Number, Place, cut, held

router = APIRouter(prefix="/measures/{place}", include_in_schema=False, route_class=PageRoute)
SCOPES = (
    ("sector", "By sector"),
    ("organisation", "By owner"),
    ("service", "By service"),
    ("place", "The whole place"),
)


@router.get("/themes")
async def themes(
    *, request: Request, place: Place, session: Knower, here: Here, made: Ready, wanted: Asking,
    scope: Scope = "sector", number: Number = 1,
) -> Response:  # fmt: skip
    """Twelve months; small numbers with something restricted among them are not told to whoever may not read it."""
    held(place, session)
    if (moved := wanted.moved(request, scope=scope)) is not None:
        return moved
    asked = wanted.asked
    may, reading = session.principal.has(*SAFEGUARDING), Measures(made.store, made.packs)

    def count() -> tuple[dict[str, Any], list[heat.Line]]:
        found = reading.themes(place, scope, asked.first, asked.last, restricted=may)
        return found, heat.lines(found)

    (found, every), at = await here.counted.of(("themes", place, scope, asked, may), count)
    lines, number, pages = cut(every, number, heat.PAGE)
    return page(
        "measuring/themes.html", session, title=f"Themes, {words.place(place)}", place=place, wanted=wanted,
        scope=scope, scopes=SCOPES, months=heat.months(found), groups=heat.grouped(lines), found=found, asked=asked,
        rising=sum(bool(one.rising) for one in every), number=number, pages=pages, at=at,
    )  # fmt: skip
