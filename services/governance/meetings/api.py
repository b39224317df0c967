"""HTTP: meetings: fixed, prepared, frozen, held, minuted; and the calendar of a place's bodies."""

import pathlib
import re
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.governance.meetings import orders
from services.governance.meetings.inputs import Awaited
from services.governance.meetings.office import Office
from services.governance.parts import IdempotencyKey, Knower, Limit, Ready, asking, invalid, response, scope
from services.governance.plans_api import PLANNING
from services.governance.providers_api import GSS
from shared import calendar, clock, councils, problems, security
from shared.web import look

Secretary = Annotated[security.Principal, Depends(security.require(*PLANNING))]
MeetingId = Annotated[str, Path(pattern=r"^meeting-[0-9a-f]{16}$")]
Place = Annotated[str, Query(pattern=GSS)]
JSON = "application/json"
TEMPLATES = pathlib.Path(__file__).parent / "templates"
CURSOR = re.compile(r"^([0-9TZ:.+-]{1,40})~(meeting-[0-9a-f]{16})$")
router = APIRouter(prefix="/v1/meetings", tags=["meetings"])


def _office(request: Request) -> Office:
    made: Office = request.app.state.meetings
    return made


Made = Annotated[Office, Depends(_office)]


@router.post("", status_code=201)
def fix(
    *, order: orders.NewMeeting, principal: Secretary, made: Ready, office: Made, idempotency_key: IdempotencyKey = None
) -> Response:
    """Fix a meeting of a body: regular, ad hoc or virtual."""
    return response(office.arranging.fix(order, asking(principal, made, idempotency_key)))


@router.get("")
def get_meetings(
    *, principal: Knower, office: Made,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    body: Annotated[str | None, Query(max_length=100)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$", description="It is on the agenda.")] = None,
    status: Annotated[str | None, Query(pattern="^(scheduled|held|cancelled)$")] = None,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=80, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Meetings of a place, or of all places of the token, by their time."""
    places = scope(principal, place)
    asked = {"body": body, "provider": provider, "status": status, "first": first, "last": last}
    found = office.showing.page(places, asked, _after(cursor), limit)
    end = found[limit - 1] if len(found) > limit else None
    return {"meetings": found[:limit], "next": f"{end['at']}~{end['meeting_id']}" if end else None}


@router.get("/calendar")
def get_calendar(place: Place, principal: Knower, office: Made) -> dict[str, Any]:
    """Where every body stands in its cadence: held, due, overdue; and what asks for a meeting."""
    principal.demand_place(place)
    return office.showing.calendar(place, calendar.london_date(clock.now()))


@router.get("/{meeting_id}")
def get_meeting(meeting_id: MeetingId, principal: Knower, office: Made) -> dict[str, Any]:
    """One meeting; while it is prepared, with what is `proposed` for its agenda."""
    return office.showing.one(meeting_id, principal.places, calendar.london_date(clock.now()))


@router.post("/{meeting_id}/steps", status_code=201)
def step(
    *, meeting_id: MeetingId, order: Annotated[orders.AnyStep, Body()], principal: Secretary, made: Ready, office: Made,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Reschedule, cancel, take or leave items, record who was there, what came of each item, minutes, summaries."""
    return response(office.arranging.step(meeting_id, order, asking(principal, made, idempotency_key)))


@router.get("/{meeting_id}/texts")
def get_texts(meeting_id: MeetingId, principal: Secretary, made: Ready, office: Made) -> dict[str, Any]:
    """Reasons, notes and minutes in clear, step by step. Who read them, and when, is kept."""
    return {"texts": office.opening.texts(meeting_id, asking(principal, made))}


@router.post("/{meeting_id}/freeze")
def freeze(meeting_id: MeetingId, principal: Secretary, made: Ready, office: Made) -> dict[str, Any]:
    """Freeze the pack: once everything up to its cut-off was recorded and judged. Frozen, it is the same for ever."""
    asked = asking(principal, made)
    try:
        return office.freezing.freeze(meeting_id, asked, actor=asked.actor)
    except Awaited as error:
        title = "Not all inputs have passed the cut-off"
        extra = {"awaited": error.awaited}
        raise problems.Problem(409, "cut-off-not-passed", title, f"{str(error).capitalize()}.", extra=extra) from error


@router.get("/{meeting_id}/pack", response_class=Response, responses={200: {"content": {JSON: {}}}})
def get_pack(
    meeting_id: MeetingId, principal: Knower, office: Made,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:  # fmt: skip
    """The frozen pack, byte for byte; its `ETag` is its digest. A text stands sealed where there is a text."""
    body, digest = office.freezing.bytes_of(meeting_id, principal.places)
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private"}
    if if_none_match is not None and digest in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)


@router.get("/{meeting_id}/pack.html", response_class=HTMLResponse)
def get_page(meeting_id: MeetingId, principal: Knower, office: Made) -> Response:
    """The same pack, to be read and printed. Texts are not opened: they stand sealed in each provider's history."""
    body, digest = office.freezing.bytes_of(meeting_id, principal.places)
    pack = orjson.loads(body)
    names = {one["provider_id"]: one["name"] for one in pack["providers"]}
    words: dict[str, Any] = {"title": pack["name"], "service": "CareLedger", "foot": f"Pack {digest}"}
    return look.page(TEMPLATES, "pack.html", pack=pack, digest=digest, names=names, called=councils.called, **words)


def _after(cursor: str | None) -> tuple[str, str]:
    if cursor is None:
        return "", ""
    if (found := CURSOR.match(cursor)) is None:
        raise invalid("query:cursor", "This is no cursor.", "Give the `next` of the page before, as it was.")
    return found[1], found[2]
