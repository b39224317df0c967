"""HTTP: e-mails of the quality inbox, for officers to read and to complete as concerns (SAL-16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.intake.api import fields
from services.intake.faults import Unusable
from services.intake.parts import After, Limit, Ready
from services.intake.providers_api import Place
from services.intake.writing import completing, mails
from services.intake.writing.completing import AlreadyRecorded, Completed, Completion, Decided
from services.intake.writing.mailbox import Mail
from services.intake.writing.mails import Mails, Waiting
from shared import problems, security

MAIL = "message/rfc822"
OFFICERS = ("quality-officer", "team-manager", "safeguarding", "steward")
"""Who reads the quality inbox of their place."""
router = APIRouter(tags=["drafts"])
Officer = Annotated[security.Principal, Depends(security.require(*OFFICERS))]
DraftId = Annotated[UUID, Path(alias="id")]
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {MAIL: {"schema": {"type": "string", "format": "binary"}}}}
}


class TakenBody(BaseModel):
    """What became of one e-mail."""

    draft: UUID
    reference: str
    status: Literal["new", "follow_up", "duplicate"]
    fault: str | None
    """Why it could not be read in full. It is kept as it came."""


class DraftBody(BaseModel):
    """A draft, without its words."""

    id: UUID
    reference: str
    place: str
    state: str
    receivedtime: datetime
    messages: int
    fault: str | None
    mentions: list[str]
    """References of ours that it names: it may be about the same concern."""
    outcome: str | None
    event_id: UUID | None


class DraftsPage(BaseModel):
    """A page of the inbox."""

    drafts: list[DraftBody]
    next: str | None


class FileBody(BaseModel):
    """A file that came with an e-mail."""

    number: int
    name: str
    media_type: str
    size: int


class MailBody(BaseModel):
    """One e-mail, its words in clear."""

    sender: str
    subject: str
    sent: datetime | None
    text: str
    files: list[FileBody]
    fault: str


class OpenedBody(DraftBody):
    """A draft with its messages, oldest first; null for one that was erased."""

    content: list[MailBody | None]


class Closing(BaseModel):
    """Why an e-mail is no concern."""

    model_config = ConfigDict(extra="forbid")
    reason: Literal["no_concern", "recorded_already", "passed_on", "spam"]


class Completing(Completion):
    """The concern that an officer makes of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def inbox(parts: Ready) -> Mails:
    """The quality inbox."""
    return Mails(parts.pool, parts.vault, parts.digest_key)


Inbox = Annotated[Mails, Depends(inbox)]


@router.post("/v1/mail", status_code=202, openapi_extra=_BODY)
async def post_mail(
    request: Request, place: Annotated[Place, Query()], principal: Officer, parts: Ready, kept: Inbox
) -> TakenBody:
    """Take one e-mail as it came (`message/rfc822`). The same again is nothing new; a reply joins what it answers."""
    principal.demand_place(place)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MAIL:
        raise problems.Problem(415, "not-mail", "This is no e-mail", f"Send it as it came, as {MAIL}.")
    raw = await request.body()
    if not raw:
        raise problems.Problem(422, "invalid", "The request does not fit the schema", "The message is empty.")
    taken = await kept.take(raw, place, parts.now())
    return TakenBody(draft=taken.draft_id, reference=taken.reference, status=taken.status, fault=taken.fault)


@router.get("/v1/drafts")
async def get_drafts(
    principal: Officer,
    kept: Inbox,
    after: After,
    limit: Limit = 100,
    state: Literal["open", "recorded", "closed"] = "open",
) -> DraftsPage:
    """E-mails that wait for an officer, in order of arrival. Their words stay sealed."""
    found = await kept.listed(sorted(principal.places), state=state, after=after, limit=limit + 1)
    more = str(found[limit - 1].number) if len(found) > limit else None
    return DraftsPage(drafts=[DraftBody(**_fields(each)) for each in found[:limit]], next=more)


@router.get("/v1/drafts/{id}")
async def get_draft(draft_id: DraftId, principal: Officer, parts: Ready, kept: Inbox) -> OpenedBody:
    """One draft with its words. Each look is recorded."""
    found = await _find(kept, principal, draft_id)
    content = await kept.read(draft_id, principal.subject, parts.now())
    return OpenedBody(**_fields(found), content=[None if each is None else _mail(each) for each in content])


@router.get(
    "/v1/drafts/{id}/files/{number}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_file(
    draft_id: DraftId,
    number: Annotated[int, Path(ge=1, le=10_000)],
    principal: Officer,
    parts: Ready,
    kept: Inbox,
) -> Response:
    """One file of a draft, by its number over all its messages. It is never shown in the browser."""
    await _find(kept, principal, draft_id)
    content = await kept.read(draft_id, principal.subject, parts.now())
    return downloaded(content, number)


def downloaded(content: Sequence[Mail | None], number: int) -> Response:
    """One file over all messages, to be saved. Raises the 404 problem where there is none."""
    files = [file for each in content if each for file in each.files]
    if not 0 < number <= len(files):
        raise problems.Problem(404, "not-found", "There is nothing here", "The draft has no such file.")
    name = quote(files[number - 1].name or f"file-{number}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Content-Security-Policy": "sandbox"}
    return Response(files[number - 1].content, media_type="application/octet-stream", headers=headers)


@router.post("/v1/drafts/{id}", status_code=201)
async def post_draft(
    draft_id: DraftId, completion: Completing, principal: Officer, parts: Ready, kept: Inbox
) -> Completed:
    """Make the concern of it. The same reference is the same concern: it is not recorded twice."""
    found = await _find(kept, principal, draft_id)
    try:
        return await completing.complete(parts, kept, found, completion, by=principal.subject)
    except Unusable as refused:
        errors = fields(refused, typed=True)
        raise problems.Problem(422, "unusable", "This concern cannot be used", errors=errors) from refused
    except AlreadyRecorded as error:
        raise problems.Problem(409, "recorded-already", "This reference is taken", str(error)) from error
    except Decided as error:
        raise problems.Problem(409, "decided", "It does not wait any more", str(error)) from error


@router.post("/v1/drafts/{id}/close")
async def post_close(draft_id: DraftId, closing: Closing, principal: Officer, kept: Inbox) -> DraftBody:
    """Put it aside: it is no concern, or is recorded already. It is kept."""
    await _find(kept, principal, draft_id)
    if not await kept.decide(draft_id, mails.CLOSED, closing.reason, by=principal.subject):
        raise problems.Problem(409, "decided", "It does not wait any more")
    return DraftBody(**_fields(await _find(kept, principal, draft_id)))


async def _find(kept: Mails, principal: security.Principal, draft_id: UUID) -> Waiting:
    found = await kept.one(draft_id, sorted(principal.places))
    if found is None:
        raise problems.Problem(404, "not-found", "There is nothing here", "No draft of your places has this id.")
    return found


def _fields(found: Waiting) -> dict[str, Any]:
    return {name: getattr(found, name) for name in DraftBody.model_fields}


def _mail(mail: Mail) -> MailBody:
    files = [
        FileBody(number=at, name=file.name, media_type=file.media_type, size=len(file.content))
        for at, file in enumerate(mail.files, 1)
    ]
    return MailBody(
        sender=mail.sender, subject=mail.subject, sent=mail.sent, text=mail.text, files=files, fault=mail.fault
    )
