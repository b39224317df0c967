"""An e-mail and the concern that an officer makes of it, on one page, behind a signed link of the officer's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.intake.faults import Unusable
from services.intake.parts import Ready
from services.intake.writing import completing, concern_form, finding, form_pages, mails, questions, signed_links
from services.intake.writing.completing import AlreadyRecorded, Completion, Decided
from services.intake.writing.drafts_api import Inbox, Officer, downloaded
from services.intake.writing.form_desk import Desk, Here, HtmlRoute, Sent, of
from services.intake.writing.mailbox import Mail
from services.intake.writing.mails import Mails, Waiting
from services.intake.writing.questions import Option, Page, Posted, Question, chosen, text
from shared import calendar, problems
from shared.security import PUBLIC
from shared.web.refusal import Refusal

PURPOSE = "draft"
LASTS = timedelta(hours=8)
ASIDE = ("no_concern", "recorded_already")
"""Why an e-mail is put aside on the page."""
api = APIRouter(prefix="/v1/drafts", tags=["drafts"])
pages = APIRouter(prefix="/drafts", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)

_SEVERITIES = (
    Option("S1", "S1, low", "No harm, isolated, corrected"),
    Option("S2", "S2, moderate", "Minor or passing harm, or low and repeated"),
    Option("S3", "S3, high", "Serious harm, or a credible risk of it to several people"),
    Option("S4", "S4, critical", "Death or serious injury suspected from neglect, organisational abuse, danger now"),
)
_PEOPLE = tuple(Option(band, band) for band in ("0", "1", "2-5", "6-10", "11+", "unknown"))
_ABUSE = tuple(option for option in concern_form.ABUSE if option.value != questions.NONE)
_SERVICE = Question("service", "Which of these?", "radios", "Select the service")
PAGE = Page(
    "concern",
    "Make a concern of this e-mail",
    (
        Question("looked_for", "Service", missing="Enter the name of the service, its postcode or our id", most=100),
        Question("themes", "What is it about?", "checkboxes", "Select what it is about", options=concern_form.THEMES),
        Question("abuse_types", "Abuse or neglect (optional)", "checkboxes", options=_ABUSE),
        Question("severity", "How serious is it?", "radios", "Select how serious it is", options=_SEVERITIES),
        Question("people", "How many people does it affect?", "radios", "Select how many people", options=_PEOPLE),
        Question("reporter_type", "Who sent it?", "radios", "Select who sent it", options=concern_form.REPORTERS),
        Question("concern_id", "Reference that the sender gave it (optional)", most=100),
    ),
)


class DraftLink(BaseModel):
    """The page of one draft. It is the officer's own: each look through it is recorded as theirs."""

    path: str
    url: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The draft of a link, and whose link it is."""

    draft: Waiting
    by: str
    content: list[Mail | None]


@api.post("/{id}/link", status_code=201)
async def post_link(
    request: Request, draft_id: Annotated[UUID, Path(alias="id")], principal: Officer, parts: Ready, kept: Inbox
) -> DraftLink:
    """Issue a link to the page on which this officer reads and completes the draft, for a working day."""
    found = await kept.one(draft_id, sorted(principal.places))
    if found is None:
        raise problems.Problem(404, "not-found", "There is nothing here", "No draft of your places has this id.")
    expires = (parts.now() + LASTS).replace(microsecond=0)
    bound = {"draft": str(draft_id), "place": found.place, "by": principal.subject}
    path = f"/drafts/{signed_links.sign(parts.digest_key, PURPOSE, bound, expires)}"
    return DraftLink(path=path, url=str(request.base_url).rstrip("/") + path, expires=expires)


@pages.get("/{token}")
async def show(token: str, here: Here) -> Response:
    """The e-mail, and what to say of it."""
    held = await _held(here, token)
    return _page(here, token, held, PAGE, {"concern_id": next(iter(held.draft.mentions), "")})


@pages.post("/{token}")
async def complete(token: str, sent: Sent, here: Here) -> Response:
    """Records the concern, or puts the e-mail aside; or says what is missing."""
    here.must_be_ours(sent, token)
    held = await _held(here, token)
    kept = _mails(here)
    if (reason := of(sent, "aside")) in ASIDE:
        if not await kept.decide(held.draft.id, mails.CLOSED, reason, by=held.by):
            raise Refusal(409, "Somebody else has just decided it")
        return form_pages.message("The e-mail is put aside", "It is kept with its draft.")
    at = await _with_services(here, held.draft.place, sent)
    answers, errors = questions.read(at, sent, calendar.london_date(here.parts.now()))
    if errors:
        return _page(here, token, held, at, answers, errors=errors)
    try:
        done = await completing.complete(here.parts, kept, held.draft, _completion(answers), by=held.by)
    except Unusable as refused:
        return _page(here, token, held, at, answers, errors={"looked_for": str(refused)})
    except AlreadyRecorded as error:
        return _page(here, token, held, at, answers, errors={"concern_id": str(error)})
    except Decided as error:
        raise Refusal(409, "It does not wait any more", str(error)) from error
    return form_pages.message(f"Concern {done.concern_id}: {done.status}", done.reason or "It is recorded.", *done.left)


@pages.get("/{token}/files/{number}")
async def download(token: str, number: int, here: Here) -> Response:
    """A file of the e-mail, to be saved and never shown."""
    return downloaded((await _held(here, token)).content, number)


async def _held(here: Desk, token: str) -> Held:
    try:
        bound = signed_links.read(here.parts.digest_key, PURPOSE, token, here.parts.now())
    except signed_links.BadLink as error:
        raise Refusal(404, "This link does not work", "Ask for a new one.") from error
    kept = _mails(here)
    draft = await kept.one(UUID(bound["draft"]), [bound["place"]])
    if draft is None or draft.state != mails.OPEN:
        raise Refusal(409, "It does not wait any more", "Somebody has decided it.")
    return Held(draft, bound["by"], await kept.read(draft.id, bound["by"], here.parts.now()))


def _mails(here: Desk) -> Mails:
    return Mails(here.parts.pool, here.parts.vault, here.parts.digest_key)


async def _with_services(here: Desk, place: str, sent: Posted) -> Page:
    """The page with the services that fit what was typed, once something was typed."""
    async with here.parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await finding.options(cursor, of(sent, "looked_for"), [place])
    first, *rest = PAGE.questions
    if not found:
        return replace(PAGE, questions=(replace(first, hint="Our id, cqc:1-… or a name that we know"), *rest))
    return replace(PAGE, questions=(first, replace(_SERVICE, options=found), *rest))


def _page(
    here: Desk, token: str, held: Held, at: Page, answers: questions.Answers, *, errors: Mapping[str, str] | None = None
) -> Response:
    wrong: Mapping[str, str] = errors or {}
    return form_pages.page(
        "draft.html",
        422 if wrong else 200,
        title=at.title,
        reference=held.draft.reference,
        content=held.content,
        zone=calendar.LONDON,
        files=[file for mail in held.content if mail for file in mail.files],
        here=f"/drafts/{token}",
        token=here.token(token),
        fields=form_pages.fields(at, answers, wrong),
        errors=form_pages.summary(at, wrong),
    )


def _completion(answers: questions.Answers) -> Completion:
    who = text(answers, "reporter_type")
    named: dict[str, Any] = {
        "provider": text(answers, "service") or text(answers, "looked_for"),
        "themes": (*chosen(answers, "themes"), *chosen(answers, "abuse_types")),
        "severity": text(answers, "severity"),
        "people_affected_band": text(answers, "people"),
        "reporter_type": None if who == concern_form.NOT_SAID else who,
        "concern_id": text(answers, "concern_id") or None,
    }
    return Completion.model_validate(named)
