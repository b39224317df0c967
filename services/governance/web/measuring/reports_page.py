"""The standing reports that a place's policy asks for (CAL-14, OXF-8, SAL-31…), of a month, a quarter or a year."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.asking import Unfit
from services.governance.measures.api import Clause, period
from services.governance.measures.reading import Measures
from services.governance.parts import Ready
from services.governance.web import names, words
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Knower, Reader
from services.governance.web.measuring import figures_in_words as figures
from services.governance.web.measuring import sheets_of_reports as sheets
from services.governance.web.measuring.asked_for import Number, Place, cut, held
from shared import calendar, clock
from shared.web.refusal import Refusal

router = APIRouter(prefix="/measures/{place}/reports", include_in_schema=False, route_class=PageRoute)


@router.get("")
async def reports(place: Place, session: Reader, made: Ready) -> Response:
    """Those of the policy in force."""
    held(place, session)
    reading, today = Measures(made.store, made.packs), calendar.london_date(clock.now())
    found = await run_in_threadpool(reading.reports, place, today)
    bodies = await run_in_threadpool(_bodies, reading, place, today)
    return page(
        "measuring/reports.html", session, title=f"Standing reports, {words.place(place)}", place=place, reports=found,
        bodies=bodies, words=figures,
    )  # fmt: skip


@router.get("/{clause}")
async def report(
    *, place: Place, clause: Clause, session: Knower, here: Here, made: Ready,
    asked_period: Annotated[str, Query(alias="period", max_length=7)] = "", number: Number = 1,
) -> Response:  # fmt: skip
    """Counts only. Unsaid, of the last whole month."""
    held(place, session)
    try:
        when = period(asked_period.strip() or None)
    except Unfit as error:
        raise Refusal(
            422, "That is no period", "Go back, and give a month (2026-03), a quarter (2026-Q1) or a year."
        ) from error
    reading = Measures(made.store, made.packs)
    found, at = await here.counted.of(
        ("report", place, clause, when), lambda: reading.report(place, clause, when.first, when.last)
    )
    tables = sheets.tables(found)
    longest = max((len(table.rows) for table in tables), default=0)
    _, number, pages = cut([None] * longest, number, sheets.PAGE)
    about = [about for table in tables for about, _ in table.rows if about.startswith("prv-")]
    return page(
        "measuring/report.html", session, title=found["name"], place=place, report=found, when=when, tables=tables,
        period=asked_period, number=number, pages=pages, size=sheets.PAGE, words=figures,
        at=at, bodies=await run_in_threadpool(_bodies, reading, place, when.last),
        names=await run_in_threadpool(names.of, made.store, about),
    )  # fmt: skip


def _bodies(reading: Measures, place: str, day: date) -> dict[str, str]:
    """What the policy calls its bodies."""
    pack = reading.place_pack(place, day)
    return {code: one.name for code, one in pack.bodies.items()} if pack else {}
