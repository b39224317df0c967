"""HTTP: the register of good practice: found, permitted by its provider, shared as far as that goes (CAL-23)."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back
from services.governance.decisions_api import ProviderId
from services.governance.domain import practice
from services.governance.monitoring import listing, practice_orders
from services.governance.monitoring.listing import Asked
from services.governance.monitoring.practising import Practising
from services.governance.parts import IdempotencyKey, Knower, Limit, Parts, Ready, Time, asking, response, scope
from services.governance.plans_api import PLANNING
from services.governance.providers_api import GSS
from shared import security

Praiser = Annotated[security.Principal, Depends(security.require(*PLANNING))]
PracticeId = Annotated[str, Path(pattern=r"^practice-[0-9a-f]{16}$")]
router = APIRouter(prefix="/v1", tags=["good practice"])


@router.post("/providers/{provider_id}/practices", status_code=201)
def identify(
    *, provider_id: ProviderId, order: practice_orders.NewPractice, principal: Praiser, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Put an example of good practice on the register, with the provider's permission where it gave it at once."""
    return response(_of(made).identify(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/practices/{practice_id}/steps", status_code=201)
def step(
    *, practice_id: PracticeId, order: Annotated[practice_orders.AnyStep, Body()], principal: Praiser, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Ask the provider, note its answer or that it takes it back, share it: never further than it permits."""
    return response(_of(made).step(practice_id, order, asking(principal, made, idempotency_key)))


@router.get("/practices/{practice_id}")
def get_practice(
    practice_id: PracticeId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One example. Its description stands, sealed, in the provider's history."""
    return looking_back.one(made, practice.KIND, practice_id, principal, as_of=as_of, known_at=known_at)


@router.get("/practices")
def get_practices(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    consent: Annotated[Literal["not_asked", "asked", "given", "refused", "withdrawn"] | None, Query()] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query(description="Only those that something is still to be done about.")] = None,  # noqa: A002
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """The register: of a place or a provider, by what the provider says; with `open=false` what was shared last."""
    places = scope(principal, place)
    fields: dict[str, str | None] = {} if consent is None else {"consent": consent}
    asked = Asked(places, provider, open, due_by, fields, cursor, limit)
    found, after = listing.page(made.store, practice.KIND.name, asked)
    return {"practices": found, "next": after}


def _of(made: Parts) -> Practising:
    return Practising(made.store, made.matters)
