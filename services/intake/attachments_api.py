"""HTTP: put a file beside a fact that is to be sent, read it back, see who did (architecture §9)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AwareDatetime, BaseModel

from services.intake import attachments, cloudevents
from services.intake.attachments import Kept
from services.intake.media import TYPES, Unacceptable
from services.intake.parts import Publisher, Ready, sender_of
from shared import problems, security
from shared.events.attachments import MAX_SIZE, Attachment
from shared.events.envelope import Classification
from shared.vault import KeyDestroyed

READERS = ("publisher", "quality-officer", "team-manager", "panel-chair", "icb-quality", "director", "safeguarding")
RESTRICTED = ("safeguarding", "director")
"""Who reads what is restricted to safeguarding, beside its sender."""

router = APIRouter(prefix="/v1/attachments", tags=["attachments"])
Ref = Annotated[UUID, Path(alias="ref")]
Body = {"requestBody": {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}
                                                      for kind in TYPES}}}  # fmt: skip


class Read(BaseModel):
    """One time that somebody read it."""

    reader: str
    organisation: str
    roles: list[str]
    readtime: AwareDatetime


@router.post("", status_code=201, openapi_extra=Body)
async def post_attachment(
    request: Request, principal: Publisher, parts: Ready, classification: Classification = "official-sensitive"
) -> Attachment:
    """Keep a file, as the raw body; the answer goes into `attachments` of the fact. The same again is the same one."""
    publisher = sender_of(principal)
    said = cloudevents.media_type(request.headers.get("content-type"))
    if len(content := await request.body()) > MAX_SIZE:
        detail = f"A file may have at most {MAX_SIZE // 2**20} MiB. Keep a larger one where it is, and name it."
        raise problems.Problem(413, "too-large", "The file is too large", detail)
    try:
        return await attachments.keep(
            parts.pool, parts.vault, content, said=said, publisher=publisher, places=principal.places,
            classification=classification, now=parts.now(),
        )  # fmt: skip
    except Unacceptable as why:
        raise problems.Problem(415, "file-not-kept", "This file cannot be kept", f"{why}.") from why


@router.get("/{ref}")
async def get_attachment(
    ref: Ref, principal: Annotated[security.Principal, Depends(security.require(*READERS))], parts: Ready
) -> Response:
    """The file. That it was read, and by whom, is on record before it leaves."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        kept = await attachments.one(cursor, ref)
        if kept is None or not _may_read(principal, kept):
            raise _nothing()
        who = attachments.Reading(
            principal.subject, principal.organisation, tuple(sorted(principal.roles)), parts.now()
        )
        await attachments.note(cursor, ref, who)
    try:
        content = await attachments.opened(parts.vault, kept)
    except KeyDestroyed as error:
        raise problems.Problem(410, "erased", "This file was erased", "Its key was destroyed.") from error
    headers = {"content-disposition": f'attachment; filename="{ref}"', "content-security-policy": "sandbox"}
    return Response(content, media_type=kept.media_type, headers=headers)


@router.get("/{ref}/reads")
async def get_reads(
    ref: Ref, principal: Annotated[security.Principal, Depends(security.require("auditor"))], parts: Ready
) -> list[Read]:
    """Who has read it, oldest first."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        kept = await attachments.one(cursor, ref)
        if kept is None or principal.places.isdisjoint(kept.places):
            raise _nothing()
        found = await attachments.readings(cursor, ref)
    return [Read(reader=r.reader, organisation=r.organisation, roles=list(r.roles), readtime=r.readtime) for r in found]


def _may_read(principal: security.Principal, kept: Kept) -> bool:
    if principal.places.isdisjoint(kept.places):
        return False
    if principal.publisher == kept.publisher and principal.has("publisher"):
        return True
    if kept.classification == "restricted-safeguarding":
        return principal.has(*RESTRICTED)
    return principal.has(*READERS[1:])


def _nothing() -> problems.Problem:
    return problems.Problem(404, "not-found", "There is nothing here", "No file that you may read has this reference.")
