"""HTTP: concerns that may be one, for an officer to confirm or dismiss: their word is an event on the ledger."""

import hashlib
import hmac
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.intake import duplicates
from services.intake.announcing import pseudonym
from services.intake.duplicates import Concern, Pair, State
from services.intake.parts import MAX_PAGE, Parts, Ready, cursor_after
from services.intake.providers_api import Place, publisher_of
from services.intake.returns.returns_api import AskingReady
from shared import identifiers, logs, problems, security
from shared.events import corrections, envelope, registry, stewardship
from shared.events.registry import MAX_TEXT, Sealed
from shared.journal.rows import Row

OFFICERS = ("quality-officer", "team-manager", "icb-quality", "safeguarding", "contracts-officer", "steward")
Officer = Annotated[security.Principal, Depends(security.require(*OFFICERS))]
PairId = Annotated[UUID, Path(alias="id")]

router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])


class Filter(BaseModel):
    """Which pairs."""

    model_config = ConfigDict(extra="forbid")
    place: Place | None = None
    state: State = "open"
    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=20)
    """`next` of the page before."""


class ConcernBody(BaseModel):
    """One of the two, without its words."""

    model_config = ConfigDict(from_attributes=True)
    event_id: UUID
    publisher: str
    concern_id: str
    day: date
    themes: list[str]
    people: str
    severity: str


class PairBody(BaseModel):
    """Two concerns that may be one. Both are on the ledger, and both count until an officer says otherwise."""

    id: UUID
    provider_id: str
    place: str
    reasons: list[str]
    state: State
    foundtime: datetime
    decidedtime: datetime | None
    first: ConcernBody
    second: ConcernBody


class PairsPage(BaseModel):
    """A page of them."""

    duplicates: list[PairBody]
    next: str | None


class Confirmed(BaseModel):
    """Why they are one."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=MAX_TEXT)


class Dismissed(Confirmed):
    """Why they are two."""

    because: Literal["different_people", "different_events", "other"] = "other"


class Decided(BaseModel):
    """What was recorded."""

    id: UUID
    """The event that says so."""
    state: State
    counts: UUID | None = None
    """Of a confirmed one: the concern that goes on counting, the graver of the two."""


@router.get("")
async def get_duplicates(
    which: Annotated[Filter, Query()], principal: Officer, parts: Ready, following: AskingReady
) -> PairsPage:
    """Probable duplicates of the places of the token, in the order in which they were found."""
    if which.place is not None:
        principal.demand_place(which.place)
    after, limit = cursor_after(which.cursor), which.limit
    await following.follower.catch_up()
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        places = principal.places if which.place is None else {which.place}
        found = await duplicates.page(cursor, places, state=which.state, after=after, limit=limit + 1)
        known = await duplicates.of(cursor, found[:limit])
    more = str(found[limit - 1].number) if len(found) > limit else None
    return PairsPage(duplicates=[_body(pair, known) for pair in found[:limit]], next=more)


@router.post("/{id}/confirm")
async def post_confirm(
    pair_id: PairId, sent: Confirmed, principal: Officer, parts: Ready, following: AskingReady
) -> Decided:
    """They are one: the less grave, or the later, is withdrawn as a duplicate of the other, and counts no more."""
    pair, known = await _open(parts, principal, pair_id, following)
    stays, goes = duplicates.kept(known[pair.first], known[pair.second])
    id_ = _decision(pair)
    data = corrections.FactWithdrawn(
        event_id=goes.event_id,
        because="duplicate",
        duplicate_of=stays.event_id,
        reason=await _sealed(parts, sent.reason, id_),
    )
    await _record(parts, _row(parts, principal, goes, id_, data))
    await following.follower.catch_up()
    return Decided(id=id_, state="confirmed", counts=stays.event_id)


@router.post("/{id}/dismiss")
async def post_dismiss(
    pair_id: PairId, sent: Dismissed, principal: Officer, parts: Ready, following: AskingReady
) -> Decided:
    """They are two, and go on counting as two."""
    pair, known = await _open(parts, principal, pair_id, following)
    id_ = _decision(pair)
    data = stewardship.DuplicateDismissed(
        event_id=pair.second,
        other_event_id=pair.first,
        because=sent.because,
        actor=pseudonym(principal.subject, parts.digest_key),
        reason=await _sealed(parts, sent.reason, id_),
    )
    await _record(parts, _row(parts, principal, known[pair.second], id_, data))
    await following.follower.catch_up()
    return Decided(id=id_, state="dismissed")


async def _open(
    parts: Parts, principal: security.Principal, pair_id: UUID, following: AskingReady
) -> tuple[Pair, dict[UUID, Concern]]:
    """A pair of the token's places that waits for an officer. Raises the 404 and 409 problems."""
    await following.follower.catch_up()
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        pair = await duplicates.one(cursor, pair_id)
        known = await duplicates.of(cursor, [pair]) if pair else {}
    if pair is None or not principal.may_see(pair.place):
        raise problems.Problem(404, "not-found", "There is nothing here", "No pair of yours has this id.")
    if pair.state != "open":
        raise problems.Problem(409, "decided", "It is decided already", f"It was {pair.state}.")
    return pair, known


def _decision(pair: Pair) -> UUID:
    """One decision on each pair: whoever comes second finds its id taken."""
    return identifiers.derived_id("duplicate.decided", str(pair.id))


async def _sealed(parts: Parts, why: str, id_: UUID) -> Sealed:
    sealed = await parts.vault.seal(why, event_id=id_, subjects=(f"event:{id_}",))
    return Sealed.model_validate(sealed.model_dump())


async def _record(parts: Parts, row: Row) -> None:
    """Raises the 409 problem where somebody else has just said otherwise."""
    (result,) = await parts.writer.append([row])
    if result.status not in ("accepted", "duplicate"):
        raise problems.Problem(409, "decided", "Somebody else has just decided it", result.reason)


def _row(parts: Parts, principal: security.Principal, about: Concern, id_: UUID, data: registry.Data) -> Row:
    entry = registry.entry_of(type(data))
    draft = envelope.Draft(
        id=id_,
        type=entry.type,
        source=f"/places/{about.place}/publishers/{publisher_of(principal)}",
        subject=about.provider_id,
        time=parts.now(),
        dataschema=entry.schema_path,
        place=about.place,
        correlationid=logs.correlation.get(),
        traceparent=logs.traceparent.get(),
        classification=entry.classification,
        data=registry.dumped(data),
    )
    told = orjson.dumps([entry.kind, str(id_), principal.subject])
    digest = hmac.new(parts.digest_key, told, hashlib.sha256).digest()
    return Row(topic="ledger", key=about.provider_id, draft=draft, digest=digest)


def _body(pair: Pair, known: dict[UUID, Concern]) -> PairBody:
    first, second = known[pair.first], known[pair.second]
    return PairBody(
        id=pair.id,
        provider_id=second.provider_id,
        place=pair.place,
        reasons=pair.reasons,
        state=pair.state,
        foundtime=pair.foundtime,
        decidedtime=pair.decidedtime,
        first=ConcernBody.model_validate(first),
        second=ConcernBody.model_validate(second),
    )
