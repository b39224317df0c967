"""A place's measures K1 to K18 over time, and who stands behind each figure: as the HTTP interface counts them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance.asking import Unknown
from services.governance.measures import catalogue, sheets
from services.governance.measures.api import Code
from services.governance.measures.reading import Measures
from services.governance.parts import KNOWING, Ready
from services.governance.web import words
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Knower, Reader
from services.governance.web.measuring import figures_in_words as figures
from services.governance.web.measuring.asked_for import SECTORS, Asking, Number, Place, cut, held

router = APIRouter(prefix="/measures", include_in_schema=False, route_class=PageRoute)
PAGE = 100
Outcome = Annotated[str, Query(pattern="^(yes|no|unknown|not_due)?$")]
Format = Annotated[str, Query(pattern="^(html|csv)$")]


@router.get("")
async def places(session: Reader) -> Response:
    """The places that one holds; the only one at once."""
    mine = sorted(session.principal.places)
    if len(mine) == 1:
        return RedirectResponse(f"/measures/{mine[0]}", 303)
    return page("measuring/places.html", session, title="Measures and themes", places=mine)


@router.get("/{place}")
async def measures(
    *, request: Request, place: Place, session: Reader, here: Here, made: Ready, wanted: Asking,
    format: Format = "html",  # noqa: A002
) -> Response:  # fmt: skip
    """Every figure of the year to a day, and of the years to the days a quarter, two, three and four before."""
    held(place, session)
    if (moved := wanted.moved(request)) is not None:
        return moved
    reading, last = Measures(made.store, made.packs), wanted.asked.last
    pack = await run_in_threadpool(reading.place_pack, place, last)
    if wanted.body and (pack is None or wanted.body not in pack.bodies):
        raise Unknown("the policy of this place knows no such body")
    days = figures.ends(last, figures.QUARTERS, 3)
    body, sector = wanted.body or None, wanted.sector or None
    over_time, at = await here.counted.of(
        ("measures", place, last, body, sector),
        lambda: reading.over_time(place, days, catalogue.MEASURES, body=body, sector=sector),
    )
    if format == "csv":
        headers = {"Content-Disposition": f'attachment; filename="measures-{place}-{last}.csv"'}
        return Response(sheets.sheet(over_time.figures[-1], sheets.FIGURE), media_type="text/csv", headers=headers)
    return page(
        "measuring/measures.html", session, title=f"Measures, {words.place(place)}", place=place, wanted=wanted,
        days=days, rows=figures.rows(over_time.figures, days), bodies=sorted(pack.bodies) if pack else (),
        sectors=SECTORS, words=figures, at=at, knows=session.principal.has(*KNOWING), unreadable=over_time.unreadable,
    )  # fmt: skip


@router.get("/{place}/figures/{code}")
async def figure(
    *, request: Request, place: Place, code: Code, session: Knower, here: Here, made: Ready, wanted: Asking,
    outcome: Outcome = "", number: Number = 1,
) -> Response:  # fmt: skip
    """One figure month by month, how it is counted, and each service, contract or decision behind it."""
    held(place, session)
    if (moved := wanted.moved(request, outcome=outcome)) is not None:
        return moved
    if not (measured := catalogue.named(code)):
        raise Unknown(f"there is no measure {code}")
    reading, last = Measures(made.store, made.packs), wanted.asked.last
    body, sector = wanted.body or None, wanted.sector or None
    days = figures.ends(last, figures.MONTHS, 1)
    (over_time, every), at = await here.counted.of(
        ("figure", place, code, last, body, sector),
        lambda: reading.figure(place, days, measured, body=body, sector=sector),
    )
    items, number, pages = cut(figures.behind(every, outcome), number, PAGE)
    return page(
        "measuring/figure.html", session, title=measured[0].name if len(measured) == 1 else f"Measure {code}",
        place=place, code=code, wanted=wanted, days=days, rows=figures.rows(over_time.figures, days, figures.LARGE),
        measures=measured, items=items, count=len(every), outcome=outcome, number=number, pages=pages, words=figures,
        at=at, unreadable=over_time.unreadable,
    )  # fmt: skip
