"""The meetings of a place in a browser: where its bodies stand, what asks for a meeting, the list, and a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.asking import NoPolicy
from services.governance.meetings import orders
from services.governance.meetings.api import CURSOR, Made
from services.governance.meetings.office import Office
from services.governance.parts import Parts, Ready, scope
from services.governance.plans_api import PLANNING
from services.governance.web import moments, names
from services.governance.web.board import around, wording
from services.governance.web.board.doors import Member, Secretary
from services.governance.web.board.step_forms import CUT_OFF, SEALED
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.form_reading import filled
from services.governance.web.sessions import Session
from shared import calendar, clock
from shared.policies.pack import Pack
from shared.web.refusal import Refusal

router = APIRouter(prefix="/meetings", include_in_schema=False, route_class=PageRoute)
PAGE = 40
MANY = 120
"""So many services stand on the form of a new meeting; of a larger place, those that a meeting is asked about."""
Show = Literal["upcoming", "past", "all"]
ProviderQuery = Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")]
PlaceQuery = Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")]
BodyQuery = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form of the list says."""

    show: Show = "upcoming"
    body: str = ""
    status: str = ""
    provider: str = ""
    first: date | None = None
    last: date | None = None

    def asked(self, today: date) -> dict[str, Any]:
        """As a list asks for it."""
        first, last = self.first, self.last
        if self.show == "upcoming":
            first = max(first or today, today)
        elif self.show == "past":
            last = min(last or today, calendar.add_days(today, -1))
        values = {"body": self.body, "provider": self.provider, "status": self.status}
        return {name: value or None for name, value in values.items()} | {"first": first, "last": last}

    def query(self, place: str) -> str:
        """The same list, in an address."""
        said = {"place": place, "show": self.show, "body": self.body, "status": self.status, "provider": self.provider,
                "from": self.first, "to": self.last}  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})


def chosen(
    *, request: Request, _: Member, show: Show = "upcoming", body: BodyQuery = "",
    status: Annotated[str, Query(pattern="^(scheduled|held|cancelled)?$")] = "", provider: ProviderQuery = "",
) -> Chosen:  # fmt: skip
    """What was sent; a day that is left empty is none. Raises Refusal for what is no day."""
    first, last = (_day(moments.given(request.query_params, name)) for name in ("from", "to"))
    return Chosen(show, body, status, provider, first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal(422, "That is no day", "Go back, and give a real day, such as 27 3 2026.") from error


@router.get("")
async def meetings(
    *, session: Member, made: Ready, office: Made, wanted: Annotated[Chosen, Depends(chosen)],
    place: PlaceQuery = "", after: Annotated[str, Query(max_length=80)] = "",
) -> Response:  # fmt: skip
    """Where every body stands, what asks for a meeting, and the meetings, page by page."""
    here, today = _place(session, place), calendar.london_date(clock.now())
    at = CURSOR.match(after)
    found, more = await run_in_threadpool(_list, office, here, wanted, today, (at[1], at[2]) if at else ("", ""))
    turns = await run_in_threadpool(_calendar, office, here, today) if not after else None
    asked = turns["asked"] if turns else []
    about = {*(one.get("provider_id") for one in asked), *(who for one in found for who in one["about"])}
    named = await run_in_threadpool(names.of, made.store, {*about, wanted.provider} - {None, ""})
    end = f"{found[-1]['at']}~{found[-1]['meeting_id']}" if more else None
    return page(
        "board/meetings.html", session, title="Meetings", place=here, places=sorted(session.principal.places),
        meetings=found, next=end, turns=turns, wanted=wanted, today=today, names=named, wording=wording,
        pack=await run_in_threadpool(around.policy, made, here, today), after=after,
        may_fix=session.principal.has(*PLANNING), asks=around.asks,
        fields={name: moments.parts(str(day or "")) for name, day in (("from", wanted.first), ("to", wanted.last))},
    )  # fmt: skip


@router.get("/new")
async def ask_new(
    *, session: Secretary, made: Ready, office: Made, place: PlaceQuery = "", body: BodyQuery = "",
    provider: ProviderQuery = "",
) -> Response:  # fmt: skip
    """A new meeting: the form."""
    asked = await run_in_threadpool(_new, made, office, _place(session, place), provider)
    begins = {"body": body or None, "providers": [provider] if provider else None}
    return show(asked, session, filled(asked.form, begins))


@router.post("/new")
async def new(
    *, request: Request, session: Secretary, made: Ready, office: Made, place: PlaceQuery = "",
    provider: ProviderQuery = "",
) -> Response:  # fmt: skip
    """A new meeting."""
    asked = await run_in_threadpool(_new, made, office, _place(session, place), provider)
    return await carry_out(
        request, asked, session, made, do=office.arranging.fix,
        then=lambda answer: f"/meetings/{answer['meeting_id']}?done=the_meeting_is_arranged",
    )  # fmt: skip


def _place(session: Session, place: str) -> str:
    held = scope(session.principal, place or None)
    if not held:
        raise Refusal(403, "You hold no place", "Ask whoever keeps your account.")
    return held[0]


def _list(
    office: Office, place: str, wanted: Chosen, today: date, after: tuple[str, str]
) -> tuple[list[dict[str, Any]], bool]:
    newest = wanted.show == "past"
    found = office.showing.page([place], wanted.asked(today), after, PAGE, newest=newest)
    return found[:PAGE], len(found) > PAGE


def _calendar(office: Office, place: str, today: date) -> Mapping[str, Any] | None:
    """None: no policy is in force, so that nothing says when anybody meets."""
    try:
        return office.showing.calendar(place, today)
    except NoPolicy:
        return None


def _new(made: Parts, office: Office, place: str, provider: str) -> Asked:
    today = calendar.london_date(clock.now())
    if (pack := around.policy(made, place, today)) is None:
        raise Refusal(409, "No policy is in force here", "It says which bodies meet: its director adopts one first.")
    known = names.of_place(made.store, place)
    if len(known) > MANY:
        asked = {one.get("provider_id") for one in office.showing.calendar(place, today)["asked"]}
        known = {who: name for who, name in known.items() if who in {*asked, provider}}
    form = Form(orders.NewMeeting, given={"place": place}, labels=LABELS, hints=HINTS, choices=_choices(pack, known))
    return Asked("Arrange a meeting", form, f"/meetings?place={place}", "Arrange the meeting")


def _choices(pack: Pack, known: Mapping[str, str]) -> dict[str, Any]:
    return {
        "body": [(key, one.name) for key, one in pack.bodies.items()], "sort": tuple(wording.SORTS.items()),
        "providers": tuple(known.items()),
    }  # fmt: skip


LABELS = {
    "body": "Which body meets", "sort": "What kind of meeting", "at": "Day and time",
    "cut_off": "Last day that its pack takes in", "providers": "About which services alone", "reason": "Why",
}  # fmt: skip
HINTS = {
    "at": "London time, such as 14:30", "cut_off": CUT_OFF, "reason": SEALED,
    "providers": "None chosen: the body’s whole agenda. In a large place only services that a meeting is asked about "
                 "stand here: others can be put on the agenda afterwards.",
}  # fmt: skip
