"""HTTP: what waits in quarantine, for stewards to look through, release or reject (architecture §5, intake)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.intake import corrected, inbox, judgement, quarantine, register
from services.intake.api import problem
from services.intake.door import measure
from services.intake.faults import Refused
from services.intake.judgement import ANYWHERE, Arrival, Status, within
from services.intake.parts import MAX_PAGE, Parts, Ready, Steward, cursor_after
from services.intake.quarantine import Item, State
from services.intake.release import DecidedMeanwhile, ReleaseOne
from shared import problems, security
from shared.events import envelope
from shared.events.registry import MAX_TEXT

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])
ItemId = Annotated[UUID, Path(alias="id")]


FIXES = {
    judgement.UNKNOWN: "Find out who is meant: register the provider, give it this name, or match this one item to it.",
    judgement.AMBIGUOUS: "The name stands for a provider in each of several places: match this item to one of them.",
    judgement.AHEAD_OF_TIME: "It is released when its time comes. If its date is wrong, reject it and tell the sender.",
    quarantine.CONFLICT: "Other content has this reference already. Reject it, and ask for a correction or a new one.",
    quarantine.NO_EVENT: "The sender's system sends something else than events: reject it and tell the sender.",
    quarantine.UNUSABLE: "It breaks its type's rules: see the detail; tell the sender, who sends it anew.",
    quarantine.REFUSED: "The ledger cannot hold it: see the detail; tell the sender.",
    corrected.UNKNOWN_EVENT: "It corrects nothing that is recorded of this provider. Release it once that is.",
    corrected.NOT_ITS_PUBLISHER: "It takes back what another publisher said: release it only if that one agrees.",
}
"""What a steward can do about each reason."""


class ItemBody(BaseModel):
    """One thing that waits, or has waited. Its texts stay sealed."""

    id: UUID
    reason: str
    fix: str
    """What can be done about it."""
    urgent: bool
    """Somebody may be in danger: the place was told at once."""
    detail: str | None
    type: str | None
    subject: str | None
    publisher: str
    places: list[str]
    receivedtime: datetime
    waiting_hours: int
    """Until now, or until it was decided."""
    state: State
    decided_by: str | None
    decidedtime: datetime | None


class Filter(BaseModel):
    """Which items."""

    model_config = ConfigDict(extra="forbid")
    state: State = "open"
    reason: str | None = Field(None, pattern=r"^[a-z-]{1,40}$")
    publisher: str | None = Field(None, pattern=r"^[a-z0-9-]{1,80}$")
    type: str | None = Field(None, pattern=r"^[a-z0-9_.]{1,100}$")
    """`quality_concern.raised`, or the whole type."""
    urgent: bool | None = None
    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=20)
    """`next` of the page before."""


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
async def get_quarantine(which: Annotated[Filter, Query()], principal: Steward, parts: Ready) -> ItemsPage:
    """What concerns the places of the token, in order of arrival."""
    type_ = which.type and (which.type if which.type.startswith(envelope.PREFIX) else envelope.type_name(which.type))
    chosen = quarantine.Filter(
        state=which.state, reason=which.reason, publisher=which.publisher, type=type_, urgent=which.urgent
    )
    after, limit = cursor_after(which.cursor), which.limit
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await quarantine.page(cursor, principal.places, chosen, after=after, limit=limit + 1)
        theirs = await _theirs(cursor, found[:limit], principal)
    more = str(found[limit - 1].number) if len(found) > limit else None
    return ItemsPage(items=[_body(item, principal, parts.now()) for item in theirs], next=more)


@router.post("/{id}/release")
async def post_release(item_id: ItemId, sent: Decision, principal: Steward, parts: Ready) -> Decided:
    """Let it into the ledger now. 409 where it still cannot be used: the answer says why."""
    item = await open_item(parts, principal, item_id)
    return await release(parts, principal, item, sent.reason)


@router.post("/{id}/reject")
async def post_reject(item_id: ItemId, sent: Decision, principal: Steward, parts: Ready) -> Decided:
    """Put it aside for good. It is kept, with who rejected it and why."""
    item = await open_item(parts, principal, item_id)
    decision = await _decision(parts, principal, item, "rejected", sent.reason)
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        is_settled = await quarantine.settle(cursor, item.number, "rejected", decision)
    if not is_settled:
        raise _decided()
    return Decided(id=item.id, status="rejected")


async def release(
    parts: Parts, principal: security.Principal, item: Item, why: str, home: judgement.Home | None = None
) -> Decided:
    """Let an item out, to the provider that it names or to the one that the steward does. Raises the 409 problem."""
    decision = await _decision(parts, principal, item, "released", why, matched=home is not None)
    arrival = await _arrival(parts, item)
    work = ReleaseOne(item, arrival, places=principal.places, decision=decision, now=parts.now(), home=home)
    try:
        outcome = await parts.writer.submit(work)
    except DecidedMeanwhile as error:
        raise _decided() from error
    measure([(arrival.it, outcome)])
    if outcome.status in ("accepted", "duplicate"):
        return Decided(id=outcome.id, status=outcome.status)
    raise problems.Problem(409, "not-releasable", "It still cannot be used", outcome.reason or outcome.status)


async def open_item(parts: Parts, principal: security.Principal, item_id: UUID) -> Item:
    """What waits under this id. Raises the 404 and 409 problems."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        item = await quarantine.one(cursor, item_id)
        theirs = await _theirs(cursor, [item], principal) if item else []
    if item is None or not theirs:
        raise problems.Problem(404, "not-found", "There is nothing here", "Nothing of yours waits under this id.")
    if item.state != "open":
        raise problems.Problem(409, "decided", "It does not wait any more", f"It was {item.state}.")
    return item


async def _decision(
    parts: Parts, principal: security.Principal, item: Item, state: State, why: str, *, matched: bool = False
) -> quarantine.Decision:
    """Who decides, and why: sealed for the event that will tell it."""
    told = quarantine.decision_id(item.id, item.receivedtime, state)
    reason = await parts.vault.seal(why, event_id=told, subjects=(f"event:{item.id}",))
    places = set(item.places) & principal.places or principal.places
    return quarantine.Decision(
        by=principal.subject, at=parts.now(), reason=reason.model_dump(), place=min(places), matched=matched
    )


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


def _body(item: Item, principal: security.Principal, now: datetime) -> ItemBody:
    waited = (item.decidedtime or now) - item.receivedtime
    return ItemBody(
        id=item.id,
        reason=item.reason,
        fix=FIXES.get(item.reason, "See the detail."),
        urgent=item.urgent,
        waiting_hours=int(waited.total_seconds() // 3600),
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
