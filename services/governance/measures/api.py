"""HTTP: a place's measures, who stands behind a figure, its themes, and its standing reports."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, Field

from services.governance.asking import Unfit
from services.governance.measures import asked, sheets, themes
from services.governance.measures.asked import Asked
from services.governance.measures.reading import Measures
from services.governance.parts import SAFEGUARDING, Knower, Parts, Reader, Ready, instant
from services.governance.policy_api import Place
from shared import calendar, clock

router = APIRouter(prefix="/v1/places/{place}", tags=["measures"])
Code = Annotated[str, Path(pattern=r"^K[0-9]{1,2}[a-e]?$", description="`K5`, or one figure of it: `K5d`")]
Clause = Annotated[str, Path(pattern=r"^[A-Z]{3}-[0-9]{1,2}(\.[a-z])?$")]
Named = Annotated[str | None, Query(alias="period", max_length=7, description="`2026-03`, `2026-Q1` or `2026`")]
Accept = Annotated[str | None, Header()]
PERIOD = re.compile(r"^(\d{4})(?:-(?:(\d{2})|Q([1-4])))?$")
OLDEST = 1900
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/csv": {}}}}


class Period(BaseModel):
    """London days. Unsaid: the twelve months to the last day that is over."""

    first: date | None = Field(None, alias="from")
    to: date | None = None
    as_of: date | None = Field(None, description="The same as `to`")

    def asked(self) -> Asked:
        """Raises Unfit."""
        last = self.to or self.as_of or calendar.last_closed_day(clock.now())
        if not date(OLDEST, 1, 1) <= last <= calendar.london_date(clock.now()):
            raise Unfit("query:to", "That day has not come, or is too long ago.", "Give today or an earlier day.")
        if self.first is None:
            return asked.year_to(last)
        if not date(OLDEST, 1, 1) <= self.first <= last:
            raise Unfit("query:from", "The period would end before it begins.", "Give an earlier day than `to`.")
        return Asked(self.first, last)


class Wanted(Period):
    """Which part, and how."""

    body: str | None = Field(None, pattern=r"^[A-Z][A-Z_]{1,40}$", description="A body of the policy: `PQM`")
    sector: Literal["care_homes", "community_care", "other"] | None = Field(None, description="LGA-1's dashboards")
    known_at: str | None = Field(None, max_length=40, description="As it was known then: a time, or a London day's end")
    format: Literal["json", "csv"] | None = Field(None, description="Else by `Accept`")


class Themes(Period):
    """Which groups."""

    scope: themes.Scope = "place"


@router.get("/measures", responses=CSV)
def get_measures(
    place: Place, principal: Reader, made: Ready, wanted: Annotated[Wanted, Query()], accept: Accept = None
) -> Response:
    """K1 to K18, counted now from the record: numerator, denominator, what is not known, and what they rest on."""
    principal.demand_place(place)
    when, known = wanted.asked(), _known(made, wanted.known_at)
    found = _measures(made).figures(place, when, body=wanted.body, sector=wanted.sector, known_at=known)
    return sheets.answer(found, "figures", sheets.FIGURE, wanted.format, accept)


@router.get("/measures/{code}/providers", responses=CSV)
def get_behind(
    *, place: Place, code: Code, principal: Knower, made: Ready, wanted: Annotated[Wanted, Query()],
    accept: Accept = None,
) -> Response:  # fmt: skip
    """What stands behind a figure: each service, contract, action or decision, with its outcome and why."""
    principal.demand_place(place)
    when, known = wanted.asked(), _known(made, wanted.known_at)
    found = _measures(made).behind(place, when, code, body=wanted.body, sector=wanted.sector, known_at=known)
    page = {"place": place, "from": when.first.isoformat(), "to": when.last.isoformat(), "items": found}
    return sheets.answer(page, "items", sheets.ITEM, wanted.format, accept)


@router.get("/themes")
def get_themes(place: Place, principal: Knower, made: Ready, wanted: Annotated[Themes, Query()]) -> dict[str, Any]:
    """Counts by theme and month in each service, organisation or sector, or the place, and which of them rise."""
    principal.demand_place(place)
    when = wanted.asked()
    may = principal.has(*SAFEGUARDING)
    return _measures(made).themes(place, wanted.scope, when.first, when.last, restricted=may)


@router.get("/reports")
def get_reports(place: Place, principal: Reader, made: Ready) -> dict[str, Any]:
    """The standing reports that the policy in force asks for."""
    principal.demand_place(place)
    return {"reports": _measures(made).reports(place, calendar.london_date(clock.now()))}


@router.get("/reports/{clause}")
def get_report(place: Place, clause: Clause, principal: Knower, made: Ready, named: Named = None) -> dict[str, Any]:
    """One of them for a month, a quarter or a year: counts only. Unsaid, the last whole month."""
    principal.demand_place(place)
    when = period(named)
    return _measures(made).report(place, clause, when.first, when.last)


def _measures(made: Parts) -> Measures:
    return Measures(made.store, made.packs)


def _known(made: Parts, known_at: str | None) -> Any:
    """Raises NotArrived for what has not arrived yet."""
    known = instant("known_at", known_at)
    if known is not None:
        made.past.when(None, known)
    return known


def period(named: str | None) -> Asked:
    """The month, quarter or year of that name; without one the last whole month. Raises Unfit."""
    today = calendar.london_date(clock.now())
    if named is None:
        last = calendar.add_days(today.replace(day=1), -1)
        return Asked(last.replace(day=1), last)
    found = PERIOD.match(named)
    year, month, quarter = found.groups() if found else (None, None, None)
    if year is None or not 1 <= int(month or 1) <= 12 or int(year) < OLDEST:  # noqa: PLR2004 - months of a year
        raise Unfit("query:period", "This is no period.", "Give 2026-03, 2026-Q1 or 2026.")
    begun = date(int(year), int(month or 3 * int(quarter or 1) - 2), 1)
    end = calendar.add_days(calendar.add_months(begun, 1 if month else 3 if quarter else 12), -1)
    if begun > today:
        raise Unfit("query:period", "It has not begun.", "Give an earlier period.")
    return Asked(begun, min(end, today))
