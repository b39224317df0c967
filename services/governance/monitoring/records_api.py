"""HTTP: what officers record once of a provider: how it engages with forums and networks (SAL-L1.e, HER-L1.g)."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.responses import JSONResponse

from services.governance.decisions_api import ProviderId
from services.governance.monitoring import listing, record_orders
from services.governance.monitoring.listing import Asked
from services.governance.monitoring.recording import Recording
from services.governance.parts import IdempotencyKey, Knower, Limit, Ready, asking, scope
from services.governance.plans_api import PLANNING
from services.governance.providers_api import GSS
from shared import security

Recorder = Annotated[security.Principal, Depends(security.require(*PLANNING))]
router = APIRouter(prefix="/v1", tags=["records of officers"])


@router.post("/providers/{provider_id}/records", status_code=201)
def record(
    *, provider_id: ProviderId, order: Annotated[record_orders.AnyRecord, Body()], principal: Recorder, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Record a fact of a day, today or before, such as whether the provider came to the forum."""
    reply = Recording(made.store, made.matters).record(provider_id, order, asking(principal, made, idempotency_key))
    return JSONResponse(dict(reply.body), reply.status)


@router.get("/records")
def get_records(
    *, principal: Knower, made: Ready,
    type: Annotated[record_orders.Type, Query()],  # noqa: A002
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """What officers recorded here and what others sent (`elsewhere`), each `on` its day; the newest first."""
    places = scope(principal, place)
    kind, _ = record_orders.MODELS[type]
    found, after = listing.page(made.store, kind.name, Asked(places, provider, open=False, cursor=cursor, limit=limit))
    return {"records": found, "next": after}
