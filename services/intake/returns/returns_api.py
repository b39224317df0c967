"""HTTP: what is asked of whom by when, and what came of it (architecture §5, intake)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.intake.follow import Follower
from services.intake.parts import MAX_PAGE, Parts, Reader, Ready, cursor_after
from services.intake.returns import asked
from services.intake.returns.asked import State
from services.intake.returns.schedules import Schedules
from shared import bank_holidays, calendar
from shared.events import vocabulary
from shared.events.return_bodies import ReturnType

router = APIRouter(prefix="/v1/returns", tags=["returns"])


@dataclass(frozen=True, slots=True)
class AskingParts:
    """What asking needs beside the service's parts."""

    follower: Follower
    schedules: Schedules


def _asking(request: Request) -> AskingParts:
    made: AskingParts = request.app.state.asking
    return made


AskingReady = Annotated[AskingParts, Depends(_asking)]


class Filter(BaseModel):
    """Which returns."""

    model_config = ConfigDict(extra="forbid")
    place: str | None = Field(None, pattern=r"^[A-Z][0-9]{8}$")
    provider: vocabulary.ProviderId | None = None
    return_type: ReturnType | None = None
    state: State | None = None
    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=20)
    """`next` of the page before."""


class ReturnBody(BaseModel):
    """One return of one period. Whether it is late or missed is the assessment's to say, not ours."""

    provider_id: str
    place: str
    return_type: str
    period: str
    asked_of: str
    asked_on: date
    due_on: date
    state: State
    reminders: int
    submitted_on: date | None
    waived_on: date | None
    analysed_on: date | None


class BankHolidays(BaseModel):
    """By which bank holidays due days are counted."""

    version: str
    known_through: date
    warning: str | None


class ReturnsPage(BaseModel):
    """A page of returns, in the order in which they were asked."""

    returns: list[ReturnBody]
    next: str | None
    bank_holidays: BankHolidays


@router.get("")
async def get_returns(
    which: Annotated[Filter, Query()], principal: Reader, parts: Ready, asking: AskingReady
) -> ReturnsPage:
    """What is asked, and what came of it: of a provider, of a place, or of all places of the token."""
    if which.place is not None:
        principal.demand_place(which.place)
    today = calendar.london_date(parts.now())
    await asking.follower.catch_up()
    found = await _page(parts, principal.places if which.place is None else {which.place}, which, today)
    more = str(found[which.limit - 1].number) if len(found) > which.limit else None
    known = BankHolidays(
        version=bank_holidays.VERSION,
        known_through=bank_holidays.KNOWN_THROUGH,
        warning=bank_holidays.running_out(today),
    )
    return ReturnsPage(returns=[_body(each) for each in found[: which.limit]], next=more, bank_holidays=known)


async def _page(parts: Parts, places: set[str] | frozenset[str], which: Filter, today: date) -> list[asked.Entry]:
    after = cursor_after(which.cursor)
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        return await asked.page(
            cursor, places, today=today, after=after, limit=which.limit + 1, provider_id=which.provider,
            return_type=which.return_type, state=which.state,
        )  # fmt: skip


def _body(found: asked.Entry) -> ReturnBody:
    return ReturnBody(
        provider_id=found.provider_id,
        place=found.place,
        return_type=found.return_type,
        period=found.period,
        asked_of=found.asked_of,
        asked_on=found.asked_on,
        due_on=found.due_on,
        state=found.state,
        reminders=found.reminded,
        submitted_on=found.submitted_on,
        waived_on=found.waived_on,
        analysed_on=found.analysed_on,
    )
