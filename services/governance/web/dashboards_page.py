"""The dashboards: community care and care homes of each place (LGA-1, HER-13), as pages, as CSV, and row by row."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import tables
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.parts import Ready, readable
from services.governance.web import charts, words
from services.governance.web.dashboard_rows import TREND_DAYS
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.row import SORTS, Chosen, Row, tally
from services.governance.web.saved_views import Of
from shared import calendar, clock
from shared.web.refusal import Refusal

router = APIRouter(prefix="/dashboards", include_in_schema=False, route_class=PageRoute)
Place = Annotated[str, Path(pattern=r"^[A-Z][0-9]{8}$")]
Sector = Literal["care-homes", "community"]
PAGE = 36
COLUMNS = (
    "provider_id", "name", "service_type", "commissioning", "confirmed", "confirmed_since", "indicated_min",
    "indicated_max", "divergent", "why", "next_due", "next_due_on", "open_alerts", "concerns_90_days",
    "concerns_expected", "safeguarding_90_days", "safeguarding_expected", "occupancy_percent", "occupancy_of",
    "deaths_12_months", "dols_applications", "dols_period", "reablement_completed", "reablement_independent",
    "reablement_period", "cqc_rating", "cqc_published",
)  # fmt: skip


def chosen(
    sort: Annotated[str, Query(max_length=20)] = "level",
    level: Annotated[str, Query(max_length=20)] = "",
    named: Annotated[str, Query(max_length=100)] = "",
    commissioning: Annotated[str, Query(max_length=20)] = "",
    only: Annotated[list[str] | None, Query(max_length=6)] = None,
) -> Chosen:
    """What the form of the page says."""
    return Chosen(sort if sort in SORTS else "level", level, named.strip(), commissioning, tuple(only or ()))


Wanted = Annotated[Chosen, Depends(chosen)]


@router.get("")
async def places(session: Reader) -> Response:
    """The places that one holds; the only one at once."""
    held = sorted(session.principal.places)
    if len(held) == 1:
        return RedirectResponse(f"/dashboards/{held[0]}/care-homes", 303)
    return page("places.html", session, title="Your places", places=held)


@router.get("/{place}/{sector}")
async def dashboard(
    *, request: Request, place: Place, sector: Sector, session: Reader, here: Here, made: Ready, wanted: Wanted,
    number: Annotated[int, Query(ge=1, le=1000, alias="page")] = 1, format: Literal["html", "csv"] = "html",  # noqa: A002
) -> Response:  # fmt: skip
    """All of them, worst first; what is not known is said."""
    demand(place, session)
    saved = await run_in_threadpool(here.saved.every, views_of(session, place, sector))
    if not request.query_params and (first := next((one for one in saved if one.is_default), None)):
        return RedirectResponse(f"/dashboards/{place}/{sector}?{first.query}", 303)
    today = calendar.london_date(clock.now())
    every = await run_in_threadpool(here.dashboards.rows, place, sector, today, readable(session.principal))
    rows = wanted.rows(every, today)
    if format == "csv":
        name = f"{place}-{sector}-{today}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)
    order = await run_in_threadpool(here.dashboards.order, place, today)
    pages = max(-(-len(rows) // PAGE), 1)
    number = min(number, pages)
    return page(
        "dashboard.html", session, title=f"{words.SECTORS[sector]}, {words.place(place)}", place=place, sector=sector,
        rows=rows[(number - 1) * PAGE : number * PAGE], count=len(rows), every=len(every), order=order,
        tally=tally(every, order), chosen=wanted, query=query_of(wanted), sorts=SORTS, number=number, pages=pages,
        behind=made.read_model.behind(), saved=saved, **_words(today),
    )  # fmt: skip


@router.get("/{place}/{sector}/rows/{provider_id}")
async def one_row(place: Place, sector: Sector, provider_id: ProviderId, session: Reader, here: Here) -> Response:
    """One row again, for a page that was told that it has changed."""
    demand(place, session)
    today = calendar.london_date(clock.now())
    found = await run_in_threadpool(
        here.dashboards.rows, place, sector, today, readable(session.principal), [provider_id]
    )
    if not found:
        raise Unknown("it does not stand on this dashboard")
    return page("dashboard_row.html", session, row=found[0], place=place, sector=sector, **_words(today))


def demand(place: str, session: Reader) -> None:
    """Raises Refusal for a place that this reader does not hold."""
    if not session.principal.may_see(place):
        raise Refusal(403, "This place is not yours", f"You do not hold the place {words.place(place)}.")


def _words(today: date) -> dict[str, Any]:
    def spark(row: Row) -> str | None:
        return charts.spark(row.trend, row.order, today, TREND_DAYS)

    return {"now": clock.now(), "today": today, "spark": spark, "charts": charts}


def views_of(session: Reader, place: str, sector: str) -> Of:
    """Whose saved views, of which dashboard."""
    return Of(session.principal.subject, place, sector)


def query_of(wanted: Chosen) -> str:
    """What is chosen, as the dashboard's address says it."""
    said = {"sort": wanted.sort, "level": wanted.level, "named": wanted.named, "commissioning": wanted.commissioning}
    return urlencode({name: value for name, value in said.items() if value} | {"only": wanted.only}, doseq=True)


def _csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    for row in rows:
        table.writerow({name: tables.safe("" if value is None else value) for name, value in _flat(row).items()})
    return out.getvalue().encode("utf-8", "replace")


def _flat(row: Row) -> dict[str, Any]:
    known, dols, reablement = row.figures, row.figures.dols or {}, row.figures.reablement or {}
    found: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("provider_id", "name", "service_type", "commissioning", "confirmed", "confirmed_since", "why")
    }
    found |= {"indicated_min": row.low, "indicated_max": row.high, "divergent": row.divergent}
    found |= {"next_due": row.due and row.due[0], "next_due_on": row.due and row.due[1]}
    found |= {"open_alerts": " ".join(each.code for each in row.alerts)}
    for measure, count in row.counts.items():
        found |= {f"{measure}_90_days": count.observed, f"{measure}_expected": count.expected}
    found |= {"occupancy_percent": known.occupancy, "occupancy_of": known.occupancy_of}
    found |= {"deaths_12_months": "withheld" if known.withheld else known.deaths}
    found |= {"dols_applications": dols.get("applications"), "dols_period": dols.get("period")}
    found |= {f"reablement_{name}": reablement.get(name) for name in ("completed", "independent", "period")}
    rating = known.rating
    return found | {"cqc_rating": rating and rating.overall, "cqc_published": rating and rating.published}
