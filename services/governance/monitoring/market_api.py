"""HTTP: the market of a place, and the temporary duty when a provider cannot carry on (SAL-27, Care Act 2014 s48)."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance.decisions_api import ProviderId
from services.governance.domain import temporary_duty
from services.governance.monitoring import duty_orders, listing
from services.governance.monitoring.listing import Asked
from services.governance.monitoring.providing import Providing
from services.governance.monitoring.sustaining import Sustaining
from services.governance.parts import IdempotencyKey, Knower, Limit, Parts, Ready, asking, response, scope
from services.governance.plans_api import PLANNING
from services.governance.policy_api import Place
from services.governance.providers_api import GSS
from shared import calendar, clock, security

Worker = Annotated[security.Principal, Depends(security.require(*PLANNING))]
DutyId = Annotated[str, Path(pattern=r"^duty-[0-9a-f]{16}$")]
router = APIRouter(prefix="/v1", tags=["market"])


@router.get("/places/{place}/market")
def get_market(place: Place, principal: Knower, made: Ready) -> dict[str, Any]:
    """Failures, the signs of the last 90 days with the clause that speaks of them, continuity plans and when they are
    to be looked at again, temporary duties that are open."""
    principal.demand_place(place)
    return {"providers": Sustaining(made.store).place(place, calendar.london_date(clock.now()))}


@router.post("/providers/{provider_id}/temporary-duties", status_code=201)
def open_duty(
    *, provider_id: ProviderId, order: duty_orders.NewDuty, principal: Worker, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """The provider cannot carry on: its checklist is opened, and each item is a task with its day."""
    return response(_of(made).open(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/temporary-duties/{duty_id}/steps", status_code=201)
def step(
    *, duty_id: DutyId, order: Annotated[duty_orders.AnyStep, Body()], principal: Worker, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Count who is affected and for how many it is settled how care goes on; settle an item; close it."""
    return response(_of(made).step(duty_id, order, asking(principal, made, idempotency_key)))


@router.get("/temporary-duties/{duty_id}")
def get_duty(duty_id: DutyId, principal: Knower, made: Ready) -> dict[str, Any]:
    """One temporary duty with its checklist, each item with its day. Counts, never names."""
    return _of(made).shown(made.matters.matter(temporary_duty.KIND, duty_id, principal.places))


@router.get("/temporary-duties")
def get_duties(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    open: Annotated[bool | None, Query()] = True,  # noqa: A002
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Those of a place or a provider."""
    places = scope(principal, place)
    asked = Asked(places, provider, open, cursor=cursor, limit=limit)
    found, after = listing.page(made.store, temporary_duty.KIND.name, asked)
    return {"temporary_duties": found, "next": after}


def _of(made: Parts) -> Providing:
    return Providing(made.store, made.matters, made.vault)
