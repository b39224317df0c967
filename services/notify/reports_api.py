"""HTTP out: measures of telling, and what one recipient was told in a month, as JSON, CSV, text or a page."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.notify import directory, measures, messages, statement, statements
from services.notify.application import Notify
from services.notify.measures import Measures
from services.notify.statement import Statement
from shared import calendar
from shared.problems import FieldError, Problem
from shared.security import Principal, require

QUALITY = ("quality-officer", "team-manager", "panel-chair", "icb-quality", "director", "auditor", "ops")
DAYS = 92
EARLIEST, LATEST = date(2020, 1, 1), date(2199, 12, 31)
Place = Annotated[str, Query(pattern=r"^[A-Z][0-9]{8}$")]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Form = Literal["json", "csv", "html", "text"]
MEDIA = {"csv": "text/csv", "html": "text/html", "text": "text/plain"}
_STRING: dict[str, Any] = {"schema": {"type": "string"}}
FORMS: dict[int | str, dict[str, Any]] = {200: {"content": dict.fromkeys(MEDIA.values(), _STRING)}}


def router(notify: Notify, pages: str) -> APIRouter:
    """The routes. `pages`: the start of links to the record."""
    routes = APIRouter(prefix="/v1")

    @routes.get("/measures")
    async def figures(
        who: Annotated[Principal, Depends(require(*QUALITY))],
        place: Annotated[Place | None, Query()] = None,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
    ) -> Measures:
        """How soon who was told, and how soon they answered, by kind and role. Unsaid: the last 92 London days."""
        if place is not None:
            who.demand_place(place)
        now = notify.now()
        first, last = _period(first, last, now)
        places = frozenset({place}) if place else who.places
        async with notify.pool.connection() as connection, connection.cursor() as cursor:
            return await measures.read(cursor, places, first, last, now)

    @routes.get("/recipients/{recipient_id}/statement", response_model=Statement, responses=FORMS)
    async def told(
        recipient_id: UUID,
        month: Month,
        who: Annotated[Principal, Depends(require("ops", "auditor"))],
        format: Annotated[Form, Query()] = "json",  # noqa: A002 - its name in the address
    ) -> Statement | Response:
        """What a recipient was told in a London month."""
        async with notify.pool.connection() as connection, connection.cursor() as cursor:
            one = await directory.find(cursor, recipient_id)
            if one is None or one.place not in who.places:
                raise Problem(404, "not-found", "There is no such recipient")
            found = await statements.read(cursor, one, month, notify.now(), pages)
        return found if format == "json" else render(found, format)

    return routes


def _period(first: date | None, last: date | None, now: datetime) -> tuple[date, date]:
    last = last or calendar.london_date(now)
    first = first or (calendar.add_days(last, 1 - DAYS) if last > EARLIEST else last)
    if EARLIEST <= first <= last <= LATEST:
        return first, last
    fix = f"Give days from {EARLIEST} to {LATEST}, the first one first."
    wrong = FieldError(path="/to", problem="it is no period that can be measured", fix=fix)
    raise Problem(422, "invalid", "The request does not fit", errors=[wrong])


def render(found: Statement, form: Form) -> Response:
    """A statement as people read it, or as a table."""
    name = f'attachment; filename="statement-{found.role}-{found.month}.csv"'
    headers = {"Cache-Control": "no-store"} | ({"Content-Disposition": name} if form == "csv" else {})
    if form == "csv":
        text = statement.table(found)
    else:
        if form == "html":
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        template = messages.templates().get_template("statement.html" if form == "html" else "statement.txt")
        text = template.render(
            one=found, month=statement.spoken(found.month), sentence=statement.sentence(found), spoken=messages.spoken
        )
    return Response(text, media_type=MEDIA[form], headers=headers)
