"""HTTP: where a concern is, and what safeguarding has not accepted yet (rulings 28; SAL 3.3.3)."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from services.intake.parts import After, Limit, Reader, Ready
from services.intake.writing import standing
from services.intake.writing.standing import Concern
from shared import problems

router = APIRouter(prefix="/v1/concerns", tags=["concerns"])


class Destination(BaseModel):
    """Where the concern was sent, and the newest step there."""

    destination: str
    step: str
    time: datetime
    reference: str | None


class ConcernBody(BaseModel):
    """One concern, and where it is."""

    event_id: UUID
    concern_id: str
    raised_by: str
    provider_id: str
    place: str
    severity: str
    safeguarding: Literal["not_needed", "told", "accepted"]
    """`told`: the alert went at once (A1, A2), and nobody has said yet that they have it."""
    recordedtime: datetime
    step: standing.Step
    where: list[Destination]
    outcome: str | None


class Concerns(BaseModel):
    """Concerns, oldest first."""

    concerns: list[ConcernBody]


class ConcernsPage(Concerns):
    """A page of them."""

    next: str | None


@router.get("")
async def get_waiting(
    principal: Reader,
    parts: Ready,
    after: After,
    limit: Limit = 100,
    days: Annotated[int, Query(ge=1, le=366)] = 31,
) -> ConcernsPage:
    """Concerns with a type of abuse, or S4, of the places of the token that safeguarding has not accepted yet.

    A page looks at `limit` concerns and may hold fewer: go on while there is a `next`.

    Record the acceptance with `POST /v1/intelligence/concern.routed`.
    """
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        since = parts.now() - timedelta(days=days)
        found, more = await standing.waiting(cursor, principal.places, since, after=after, limit=limit)
    return ConcernsPage(concerns=[_body(each) for each in found], next=None if more is None else str(more))


@router.get("/{concern_id}")
async def get_concern(
    concern_id: Annotated[str, Path(min_length=1, max_length=200)], principal: Reader, parts: Ready
) -> Concerns:
    """Where the concerns of this name are: with the provider, safeguarding or the quality team, or dealt with."""
    if "\0" in concern_id:
        raise problems.Problem(404, "not-found", "There is nothing here", "No concern has this name.")
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = [each for each in await standing.named(cursor, concern_id) if principal.may_see(each.place)]
    if not found:
        raise problems.Problem(404, "not-found", "There is nothing here", "No concern of your places has this name.")
    return Concerns(concerns=[_body(each) for each in found])


def _body(found: Concern) -> ConcernBody:
    told = "accepted" if found.is_accepted else "told" if found.is_urgent else "not_needed"
    return ConcernBody(
        event_id=found.event_id,
        concern_id=found.concern_id,
        raised_by=found.publisher,
        provider_id=found.provider_id,
        place=found.place,
        severity=found.severity,
        safeguarding=told,
        recordedtime=found.recordedtime,
        step=found.step,
        where=[
            Destination(destination=each.destination, step=each.step, time=each.time, reference=each.reference)
            for each in found.where
        ],
        outcome=found.outcome,
    )
