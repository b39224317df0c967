"""HTTP: officers ask for a return beside the calendar, and waive one that need not be made."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import authority, normalise, register
from services.intake.api import problem
from services.intake.faults import Refused
from services.intake.identity import Provider
from services.intake.parts import Parts, Ready
from services.intake.returns import asking
from services.intake.returns.returns_api import AskingReady
from services.intake.returns.schedules import Schedules
from services.intake.submission import Submission
from shared import bank_holidays, calendar, logs, problems, security
from shared.events import envelope, vocabulary
from shared.events.registry import MAX_TEXT
from shared.events.return_bodies import ReturnType
from shared.policies import periods
from shared.policies.gathering import LONGEST, ReturnSchedule

COUNCIL = "council"
OFFICERS = ("quality-officer", "team-manager", "contracts-officer", "panel-chair", "director")
Officer = Annotated[security.Principal, Depends(security.require(*OFFICERS))]
Because = Literal["held_elsewhere", "service_suspended", "new_service", "emergency", "other"]

router = APIRouter(prefix="/v1/returns", tags=["returns"])


class Naming(BaseModel):
    """Which return of whom."""

    model_config = ConfigDict(extra="forbid")
    provider_id: vocabulary.ProviderId
    return_type: ReturnType


class Waiver(Naming):
    """A return that need not be made."""

    period: str = Field(pattern=r"^\d{4}(-\d{2})?(-\d{2})?$")
    because: Because
    reason: str = Field(min_length=1, max_length=MAX_TEXT)


class Asking(Naming):
    """A return that is asked for now (HER-20: on request)."""

    due_on: date | None = None
    """Needed where the policy's schedule does not say how long there is."""


class Recorded(BaseModel):
    """The event that says so."""

    id: UUID
    period: str
    due_on: date | None = None


@router.post("/waivers", status_code=201, responses={200: {"model": Recorded, "description": "Waived already"}})
async def post_waiver(sent: Waiver, principal: Officer, parts: Ready, response: Response) -> Recorded:
    """Waive a return, with its reason: it is neither late nor missed. The council's officers alone may."""
    if principal.organisation != COUNCIL:
        raise problems.Problem(403, "not-the-councils", "Not allowed", "The council waives its own returns.")
    provider = await _provider(parts, principal, sent.provider_id)
    _check(sent.period)
    data = {"return_type": sent.return_type, "period": sent.period, "because": sent.because, "reason": sent.reason}
    it = _fact(parts, principal, provider, ("returns.waived", f"waiver/{sent.return_type}/{sent.period}"), data)
    id_, is_new = await _record(parts, provider, it)
    response.status_code = 201 if is_new else 200
    return Recorded(id=id_, period=sent.period)


@router.post("/requests", status_code=201, responses={200: {"model": Recorded, "description": "Asked already"}})
async def post_request(
    sent: Asking, principal: Officer, parts: Ready, asking_: AskingReady, response: Response
) -> Recorded:
    """Ask a provider for a return beside the calendar. Its period is named by today: asked twice today, it is one."""
    provider = await _provider(parts, principal, sent.provider_id)
    today = calendar.london_date(parts.now())
    if sent.due_on is not None and not today <= sent.due_on <= calendar.add_days(today, LONGEST):
        raise _invalid("due_on", "It lies in the past, or far ahead.", f"Send a day within the next {LONGEST} days.")
    try:
        period = periods.once(_schedule(asking_.schedules, provider, sent.return_type, today), today, sent.due_on)
    except periods.NoTimeLimit as error:
        raise _invalid("due_on", str(error), "Send the day by which it is due.") from error
    data = {
        "return_type": sent.return_type, "period": period.name, "due_on": period.due.isoformat(),
        "opens_on": period.first.isoformat(), "closes_on": calendar.add_days(period.after, -1).isoformat(),
        "provisional": bank_holidays.is_provisional(period.due),
    }  # fmt: skip
    it = _fact(parts, principal, provider, ("returns.requested", f"request/{sent.return_type}/{period.name}"), data)
    id_, is_new = await _record(parts, provider, it)
    response.status_code = 201 if is_new else 200
    return Recorded(id=id_, period=period.name, due_on=period.due)


def _schedule(schedules: Schedules, provider: Provider, return_type: str, today: date) -> ReturnSchedule:
    """The schedule that asks this service for it; where none does, one without a time limit: asked by hand alone."""
    policy = schedules.policy(provider.place, today)
    found = policy and asking.schedule_of(policy, provider, return_type)
    why = "asked by an officer; the policy has no schedule of it"
    return found or ReturnSchedule(id=return_type, ours=why, name=return_type, period="on_request")


def _fact(
    parts: Parts, principal: security.Principal, provider: Provider, named: tuple[str, str], data: Mapping[str, Any]
) -> Submission:
    """Checked as everybody's facts are. `named`: its type, and our reference of it."""
    attributes = {
        "subject": provider.provider_id,
        # The day, not the instant: said again on the same day it is the same, and 200.
        "time": envelope.instant(calendar.midnight(calendar.london_date(parts.now()))),
        "correlationid": logs.correlation.get(),
        "traceparent": logs.traceparent.get(),
    }
    try:
        return normalise.fact(
            named[0],
            dict(data),
            reference=named[1],
            attributes=attributes,
            publisher=principal.publisher or principal.organisation,
            digest_key=parts.digest_key,
            sender=authority.kinds(principal.organisation, principal.roles),
        )
    except Refused as refused:
        raise problem(refused) from refused


async def _record(parts: Parts, provider: Provider, it: Submission) -> tuple[UUID, bool]:
    """By the one door. Raises the 409 problem where it was said before with other words."""
    (outcome,) = await parts.door.admit([it], [provider.place])
    if outcome.status == "conflict":
        detail = "This was recorded before with other words. What was recorded stays; it can be withdrawn."
        raise problems.Problem(409, "conflict", "This is recorded already", detail, extra={"id": str(outcome.id)})
    return outcome.id, outcome.status == "accepted"


async def _provider(parts: Parts, principal: security.Principal, provider_id: str) -> Provider:
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await register.provider(cursor, provider_id)
    if found is None or not principal.may_see(found.place):
        raise problems.Problem(404, "not-found", "There is nothing here", "No provider of yours has this id.")
    return found


def _check(period: str) -> None:
    try:
        periods.first_day(period)
    except ValueError as error:
        raise _invalid("period", f"{period} is no period.", "Send 2026-03, 2026 or a date.") from error


def _invalid(field: str, what: str, fix: str) -> problems.Problem:
    errors = [{"path": f"body.{field}", "problem": what, "fix": fix}]
    return problems.Problem(422, "invalid", "The request does not fit the schema", errors=errors)
