"""HTTP: people placed out of area: checks and reviews, what the host was told, the register of a place (CAL-32..39)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back
from services.governance.decisions_api import ProviderId
from services.governance.domain import placement
from services.governance.monitoring import listing, placement_orders
from services.governance.monitoring.listing import Asked
from services.governance.monitoring.placing import Placing
from services.governance.parts import IdempotencyKey, Knower, Limit, Parts, Ready, Time, asking, response, scope
from services.governance.plans_api import PLANNING
from services.governance.policy_api import Place
from services.governance.providers_api import GSS
from shared import calendar, clock, security

Placer = Annotated[security.Principal, Depends(security.require(*PLANNING))]
Token = Annotated[str, Path(pattern=r"^placement-[0-9a-f]{16}$")]
router = APIRouter(prefix="/v1", tags=["out of area"])


@router.post("/providers/{provider_id}/placements", status_code=201)
def start(
    *, provider_id: ProviderId, order: placement_orders.NewPlacement, principal: Placer, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Record a placement: the check before it, how many people, never who. Refused while placements are paused."""
    return response(_of(made).start(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/placements/{token}/steps", status_code=201)
def step(
    *, token: Token, order: Annotated[placement_orders.AnyStep, Body()], principal: Placer, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Check it in the first six weeks, review it, tell the host authority of a concern, end it."""
    return response(_of(made).step(token, order, asking(principal, made, idempotency_key)))


@router.get("/placements/{token}")
def get_placement(
    token: Token, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One placement. Its texts stand, sealed, in the provider's history."""
    return looking_back.one(made, placement.KIND, token, principal, as_of=as_of, known_at=known_at)


@router.get("/placements")
def get_placements(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    host_authority: Annotated[str | None, Query(pattern=GSS)] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query()] = True,  # noqa: A002
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Placements, those to be looked at first; with `open=false` those that ended last."""
    places = scope(principal, place)
    fields: dict[str, str | None] = {} if host_authority is None else {"host_authority": host_authority}
    asked = Asked(places, provider, open, due_by, fields, cursor, limit)
    found, after = listing.page(made.store, placement.KIND.name, asked)
    return {"placements": found, "next": after}


@router.get("/places/{place}/out-of-area")
def get_register(place: Place, principal: Knower, made: Ready) -> dict[str, Any]:
    """Where our people are elsewhere, how many, what is due; more than the policy's five: an assessment on site is
    suggested (CAL-39); and which authorities have people here (CAL-37)."""
    principal.demand_place(place)
    return _of(made).place(place, calendar.london_date(clock.now()))


def _of(made: Parts) -> Placing:
    return Placing(made.store, made.matters, made.packs)
