"""HTTP: what waits in quarantine, for stewards to look through, release or reject (architecture §5, intake)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from services.intake import inbox, quarantine, register
from services.intake.api import problem
from services.intake.door import measure
from services.intake.faults import Refused
from services.intake.judgement import ANYWHERE, Arrival, Status, within
from services.intake.parts import After, Limit, Parts, Ready, Steward
from services.intake.quarantine import Item, State
from services.intake.release import DecidedMeanwhile, ReleaseOne
from shared import problems, security
from shared.events.registry import MAX_TEXT

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])
ItemId = Annotated[UUID, Path(alias="id")]


class ItemBody(BaseModel):
    """One thing that waits, or has waited. Its texts stay sealed."""

    id: UUID
    reason: str
    detail: str | None
    type: str | None
    subject: str | None
    publisher: str
    places: list[str]
    receivedtime: datetime
    state: State
    decided_by: str | None
    decidedtime: datetime | None


class ItemsPage(BaseModel):
    """A page of the quarantine."""

    items: list[ItemBody]
    next: str | None


class Decision(BaseModel):
    """Why a steward lets it out, or does not."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=MAX_TEXT)


class Decided(BaseModel):
    """What became of it."""

    id: UUID
    status: Status | Literal["rejected"]


@router.get("")
async def get_quarantine(
    principal: Steward, parts: Ready, after: After, state: State = "open", limit: Limit = 100
) -> ItemsPage:
    """What concerns the places of the token, in order of arrival."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await quarantine.page(cursor, principal.places, state=state, after=after, limit=limit + 1)
        theirs = await _theirs(cursor, found[:limit], principal)
    more = str(found[limit - 1].number) if len(found) > limit else None
    return ItemsPage(items=[_body(item, principal) for item in theirs], next=more)


@router.post("/{id}/release")
async def post_release(item_id: ItemId, decision: Decision, principal: Steward, parts: Ready) -> Decided:
    """Let it into the ledger now. 409 where it still cannot be used: the answer says why."""
    item = await _open_item(parts, principal, item_id)
    arrival = await _arrival(parts, item)
    reason = await parts.vault.seal(decision.reason, event_id=item.id, subjects=(f"event:{item.id}",))
    work = ReleaseOne(
        item,
        arrival,
        places=principal.places,
        by=principal.subject,
        decision=reason.model_dump(),
        now=parts.now(),
    )
    try:
        outcome = await parts.writer.submit(work)
    except DecidedMeanwhile as error:
        raise _decided() from error
    measure([(arrival.it, outcome)])
    if outcome.status in ("accepted", "duplicate"):
        return Decided(id=outcome.id, status=outcome.status)
    raise problems.Problem(409, "not-releasable", "It still cannot be used", outcome.reason or outcome.status)


@router.post("/{id}/reject")
async def post_reject(item_id: ItemId, decision: Decision, principal: Steward, parts: Ready) -> Decided:
    """Put it aside for good. It is kept, with who rejected it and why."""
    item = await _open_item(parts, principal, item_id)
    reason = await parts.vault.seal(decision.reason, event_id=item.id, subjects=(f"event:{item.id}",))
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        is_settled = await quarantine.settle(
            cursor, item.number, "rejected", by=principal.subject, at=parts.now(), decision=reason.model_dump()
        )
    if not is_settled:
        raise _decided()
    return Decided(id=item.id, status="rejected")


async def _open_item(parts: Parts, principal: security.Principal, item_id: UUID) -> Item:
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        item = await quarantine.one(cursor, item_id)
        theirs = await _theirs(cursor, [item], principal) if item else []
    if item is None or not theirs:
        raise problems.Problem(404, "not-found", "There is nothing here", "Nothing of yours waits under this id.")
    if item.state != "open":
        raise problems.Problem(409, "decided", "It does not wait any more", f"It was {item.state}.")
    return item


async def _theirs(cursor: quarantine.Cursor, items: Sequence[Item], principal: security.Principal) -> list[Item]:
    """Those that this steward may know of: not what belongs to a provider of a place that the token does not hold."""
    homes = await register.homes(cursor, {item.subject for item in items if item.subject})
    theirs = []
    for item in items:
        reached = within(homes.get(item.subject, ()), item.places) if item.subject else set()
        if item.is_seen_from(principal.places) and (not reached or within(reached, principal.places)):
            theirs.append(item)
    return theirs


def _decided() -> problems.Problem:
    return problems.Problem(409, "decided", "Somebody else has just decided it")


async def _arrival(parts: Parts, item: Item) -> Arrival:
    """As it came to the door; what could not be read then is read again, with what we know now."""
    if item.submission is not None:
        return item.arrival()
    try:
        it = await inbox.reread(parts.vault, item, parts.digest_key)
    except Refused as refused:
        unreadable = problem(refused)
        raise problems.Problem(409, "not-releasable", "It still cannot be read", errors=unreadable.errors) from refused
    (sealed,) = await parts.door.seal([it])
    return Arrival(it=it, places=item.places, sealed=sealed, receivedtime=item.receivedtime)


def _body(item: Item, principal: security.Principal) -> ItemBody:
    return ItemBody(
        id=item.id,
        reason=item.reason,
        detail=item.detail,
        type=item.type,
        subject=item.subject and f"{item.subject.scheme}:{item.subject.value}",
        publisher=item.publisher,
        places=[place for place in item.places if place == ANYWHERE or principal.may_see(place)],
        receivedtime=item.receivedtime,
        state=item.state,
        decided_by=item.decided_by,
        decidedtime=item.decidedtime,
    )
