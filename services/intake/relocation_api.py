"""HTTP: a steward records that a service has moved to another place, or is registered twice."""

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.intake.door import measure
from services.intake.parts import Parts, Ready, Steward
from services.intake.providers_api import Identity, Place, ProviderId, find, publisher_of
from services.intake.registration import NotRecorded
from services.intake.registry_rows import Rows
from services.intake.relocation import Duplicate, Refused, Transfer
from shared import logs, problems, security
from shared.events import vocabulary

router = APIRouter(prefix="/v1/providers", tags=["providers"])
KNOWN: dict[int | str, dict[str, Any]] = {200: {"description": "Known already"}}


class Move(BaseModel):
    """Where a service is watched from a day on."""

    model_config = ConfigDict(extra="forbid")
    place: Place
    moved_on: date
    """The first London day on which the other place watches it."""
    commissioning: vocabulary.Commissioning | None = None
    """In the other place. Unsaid: as before."""


class MovedTo(BaseModel):
    """Who it is from now on."""

    provider_id: str
    place: str
    status: Literal["new", "linked", "known"]
    """linked: the other place had it already."""


class Same(BaseModel):
    """Which registration stands for both."""

    model_config = ConfigDict(extra="forbid")
    of: vocabulary.ProviderId


@router.post("/{id}/transfer", status_code=201, responses=KNOWN)
async def post_transfer(
    provider_id: ProviderId, sent: Move, principal: Steward, parts: Ready, response: Response
) -> MovedTo:
    """It gets an id of its own in the other place, linked; its history stays here. Demands both places of the token."""
    await find(parts, principal, provider_id)
    principal.demand_place(sent.place)
    make = _rows(parts, principal)
    work = Transfer(provider_id, sent.place, sent.moved_on, sent.commissioning, make)
    try:
        moved = await parts.writer.submit(work)
    except (Refused, NotRecorded) as error:
        raise problems.Problem(409, "not-movable", "It cannot be moved", str(error)) from error
    measure(moved.released)
    response.status_code = 200 if moved.status == "known" else 201
    return MovedTo(provider_id=moved.provider_id, place=sent.place, status=moved.status)


@router.post("/{id}/duplicate", status_code=201, responses=KNOWN)
async def post_duplicate(
    provider_id: ProviderId, sent: Same, principal: Steward, parts: Ready, response: Response
) -> Identity:
    """One service was registered twice: what names either is recorded of the one that stands for both, from now on.

    What was recorded of the other stays with it, linked, and is not counted again.
    """
    await find(parts, principal, provider_id)
    await find(parts, principal, sent.of)
    work = Duplicate(provider_id, sent.of, _rows(parts, principal))
    try:
        is_new = await parts.writer.submit(work)
    except (Refused, NotRecorded) as error:
        raise problems.Problem(409, "not-a-duplicate", "It cannot be joined", str(error)) from error
    response.status_code = 201 if is_new else 200
    return Identity(provider_id=sent.of)


def _rows(parts: Parts, principal: security.Principal) -> Rows:
    return Rows(
        publisher=publisher_of(principal),
        digest_key=parts.digest_key,
        now=parts.now(),
        correlationid=logs.correlation.get(),
        traceparent=logs.traceparent.get(),
    )
