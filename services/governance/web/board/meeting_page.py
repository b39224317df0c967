"""One meeting in a browser: agenda, who was there, what came of it, its pack, its minutes; and every step of it."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import refusals
from services.governance.asking import Unknown
from services.governance.meetings.api import Made, MeetingId
from services.governance.meetings.inputs import Awaited
from services.governance.meetings.office import Office
from services.governance.parts import Parts, Ready, asking
from services.governance.plans_api import PLANNING
from services.governance.web import names
from services.governance.web.board import around, doing, step_forms, wording
from services.governance.web.board.around import Around
from services.governance.web.board.doors import Member, Secretary
from services.governance.web.board.setting import Setting
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.sessions import Session
from shared import calendar, clock
from shared.web.refusal import Refusal

router = APIRouter(prefix="/meetings/{meeting_id}", include_in_schema=False, route_class=PageRoute)
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]


@dataclass(frozen=True, slots=True)
class About:
    """What a step's address says that it is about: an item of the agenda, or the cause of what is proposed."""

    item: Annotated[str, Query(pattern=r"^([a-z0-9][a-z0-9-]{0,59})?$")] = ""
    cause: Annotated[str, Query(max_length=300)] = ""


Wanted = Annotated[About, Depends()]


@router.get("")
async def one(meeting_id: MeetingId, session: Member, made: Ready, office: Made) -> Response:
    """The meeting, and what may be done with it."""
    return await _shown(meeting_id, session, made, office)


@router.post("/texts")
async def texts(meeting_id: MeetingId, session: Secretary, made: Ready, office: Made) -> Response:
    """The same with its reasons, notes and minutes in clear. That they were read is kept: so it is no GET."""
    found = await run_in_threadpool(office.opening.texts, meeting_id, asking(session.principal, made))
    return await _shown(meeting_id, session, made, office, texts=found)


@router.post("/freeze")
async def freeze(meeting_id: MeetingId, session: Secretary, made: Ready, office: Made) -> Response:
    """Freeze the pack; or say what it waits for."""
    asked = asking(session.principal, made)
    try:
        await run_in_threadpool(partial(office.freezing.freeze, meeting_id, asked, actor=asked.actor))
    except Awaited as error:
        return await _shown(meeting_id, session, made, office, 409, awaited=wording.awaited(error.awaited))
    except Exception as error:
        if (problem := refusals.problem_of(error)) is None:
            raise
        raise problem from error
    return RedirectResponse(f"/meetings/{meeting_id}?done=the_pack_is_frozen", 303)


@router.get("/steps/{name}")
async def ask_step(
    *, meeting_id: MeetingId, name: StepName, session: Secretary, made: Ready, office: Made, wanted: Wanted
) -> Response:
    """One step: its form."""
    asked, known = await run_in_threadpool(_step, made, office, session, (meeting_id, name), wanted)
    return show(asked, session, step_forms.filled(name, asked.form, known))


@router.post("/steps/{name}")
async def step(
    *, meeting_id: MeetingId, name: StepName, request: Request, session: Secretary, made: Ready, office: Made,
    wanted: Wanted,
) -> Response:  # fmt: skip
    """One step."""
    if name == "item_added":  # sent twice it is one item; two people who add at once add two
        key = str((await request.form()).get("key") or secrets.token_hex(16))
        seed = f"{session.principal.subject}|{key}".encode()
        wanted = replace(wanted, item=f"item-{hashlib.sha256(seed).hexdigest()[:10]}")
    asked, _ = await run_in_threadpool(_step, made, office, session, (meeting_id, name), wanted)
    return await carry_out(
        request, asked, session, made, do=partial(office.arranging.step, meeting_id),
        then=f"/meetings/{meeting_id}?done={wording.DONE[name]}",
    )  # fmt: skip


async def _shown(
    meeting_id: str, session: Session, made: Parts, office: Office, status: int = 200, **more: Any
) -> Response:
    today = calendar.london_date(clock.now())
    places = session.principal.places
    found = await run_in_threadpool(around.one, made, office, meeting_id, places, today)
    may = session.principal.has(*PLANNING)
    refused = doing.refused(found, asking(session.principal, made)) if may else None
    return page(
        "board/meeting.html", session, status, title=_title(found), found=found, meeting=found.meeting,
        wording=wording, may=may and refused is None, may_read=may, refused=refused, today=today, doing=doing,
        decided=step_forms.decision, keys=secrets.token_hex, **more,
    )  # fmt: skip


def _title(found: Around) -> str:
    return wording.body(found.pack, found.meeting["body"])


def _step(
    made: Parts, office: Office, session: Session, which: tuple[str, str], wanted: About
) -> tuple[Asked, Setting]:
    meeting_id, name = which
    if name not in step_forms.STEPS:
        raise Unknown("there is no such step")
    today = calendar.london_date(clock.now())
    known = _setting(made, office, around.one(made, office, meeting_id, session.principal.places, today), wanted)
    if name == "minutes_approved" and not known.later:
        raise Refusal(409, "No later meeting of this body is arranged", "Arrange it first: it approves the minutes.")
    return step_forms.asked(name, known), known


def _setting(made: Parts, office: Office, found: Around, wanted: About) -> Setting:
    if found.pack is None:
        raise Refusal(409, "No policy is in force here", "It says who records a meeting: the director adopts one.")
    about = next((each["provider_id"] for each in found.meeting["items"] if each["item"] == wanted.item), None)
    decisions = around.of_provider(made, about, found.place, found.meeting["body"]) if about else ()
    return Setting(
        found.meeting, found.state.scheduled.seats, found.pack, names.of_place(made.store, found.place),
        around.later(office, found), decisions, wanted.item, wanted.cause,
    )  # fmt: skip
