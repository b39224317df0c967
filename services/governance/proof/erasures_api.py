"""HTTP: erasure by two people, legal holds (architecture §9; golden 18)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from services.governance import matters
from services.governance.decisions_api import ProviderId
from services.governance.domain import erasure, legal_hold
from services.governance.domain.kind import Kind
from services.governance.parts import IdempotencyKey, Limit, Parts, Ready, asking, response
from services.governance.proof import orders
from services.governance.proof.erasing import Erasing
from services.governance.proof.holding import Holding
from services.governance.providers_api import GSS
from shared import security

REQUESTING = ("safeguarding", "team-manager", "panel-chair", "director")
"""Who may ask for an erasure, and place or lift a hold. Ours: domain.md §4.4 names an office of its own."""
APPROVING = ("safeguarding", "director")
"""Who may answer one. Whether it may be carried out says the policy: one of the two people has its power to erase."""
Keeper = Annotated[security.Principal, Depends(security.require(*REQUESTING))]
Approver = Annotated[security.Principal, Depends(security.require(*APPROVING))]
Looker = Annotated[security.Principal, Depends(security.require(*REQUESTING, "auditor"))]
ErasureId = Annotated[str, Path(pattern=r"^erasure-[0-9a-f]{16}$")]
HoldId = Annotated[str, Path(pattern=r"^hold-[0-9a-f]{16}$")]
After = Annotated[str, Query(pattern=r"^((erasure|hold)-[0-9a-f]{16})?$", description="`next` of the page before")]
router = APIRouter(prefix="/v1", tags=["erasure"])


@router.post("/providers/{provider_id}/erasures", status_code=201)
def request_erasure(
    *, provider_id: ProviderId, order: orders.NewErasure, principal: Keeper, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Ask that the texts of these events be erased for ever. Another person has to agree."""
    return response(_erasing(made).request(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/erasures/{erasure_id}/answers", status_code=201)
def answer_erasure(
    *, erasure_id: ErasureId, order: orders.Agreement, principal: Approver, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Agree, and the keys are destroyed; or refuse with a reason. Never whoever asked."""
    return response(_erasing(made).answer(erasure_id, order, asking(principal, made, idempotency_key)))


@router.get("/erasures/{erasure_id}")
def get_erasure(erasure_id: ErasureId, principal: Looker, made: Ready) -> dict[str, Any]:
    """One erasure, with its receipt once it was carried out."""
    return matters.shown(made.matters.matter(erasure.KIND, erasure_id, principal.places))


@router.get("/erasures")
def get_erasures(
    *, principal: Looker, made: Ready, place: Annotated[str | None, Query(pattern=GSS)] = None,
    open: bool | None = None, limit: Limit = 100, cursor: After = "",  # noqa: A002
) -> dict[str, Any]:  # fmt: skip
    """Erasures of a place, or of all places of the token."""
    return _page(made, erasure.KIND, principal, place, is_open=open, after=cursor, limit=limit)


@router.post("/providers/{provider_id}/holds", status_code=201)
def place_hold(
    *, provider_id: ProviderId, order: orders.NewHold, principal: Keeper, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Nothing of these events, or of the whole provider, may be erased until this hold is lifted."""
    return response(_holding(made).hold(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/holds/{hold_id}/lift", status_code=201)
def lift_hold(
    *, hold_id: HoldId, order: orders.Lift, principal: Keeper, made: Ready, idempotency_key: IdempotencyKey = None
) -> Response:
    """Lift a hold, with its reason."""
    return response(_holding(made).lift(hold_id, order, asking(principal, made, idempotency_key)))


@router.get("/holds")
def get_holds(
    *, principal: Looker, made: Ready, place: Annotated[str | None, Query(pattern=GSS)] = None,
    open: bool | None = None, limit: Limit = 100, cursor: After = "",  # noqa: A002
) -> dict[str, Any]:  # fmt: skip
    """Legal holds of a place, or of all places of the token."""
    return _page(made, legal_hold.KIND, principal, place, is_open=open, after=cursor, limit=limit)


def _page(
    made: Parts, kind: Kind[Any], principal: security.Principal, place: str | None, *, is_open: bool | None,
    after: str, limit: int,
) -> dict[str, Any]:  # fmt: skip
    if place is not None:
        principal.demand_place(place)
    places = sorted(principal.places if place is None else {place})
    found, more = made.matters.page(kind, places, is_open=is_open, after=after, limit=limit)
    return {f"{kind.name}s": found, "next": more}


def _erasing(made: Parts) -> Erasing:
    return Erasing(made.store, made.matters, made.vault, made.packs, made.digest_key)


def _holding(made: Parts) -> Holding:
    return Holding(made.store, made.matters, made.vault)
