"""HTTP: publish what the peers of a place's services had, and read it."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from services.governance import baselines_publishing
from services.governance.parts import IdempotencyKey, Reader, Ready, asking
from services.governance.policy_api import Place, demand_council
from shared import security

Analyst = Annotated[security.Principal, Depends(security.require("director", "team-manager"))]
router = APIRouter(prefix="/v1/places/{place}/baselines", tags=["policy"])


@router.post("", status_code=201, responses={200: {"description": "Nothing has changed since the last."}})
def publish_baseline(place: Place, principal: Analyst, made: Ready, idempotency_key: IdempotencyKey = None) -> Response:
    """Count what the peers of each service had in the last year, and judge by it from now on."""
    demand_council(principal)
    reply = made.baselines.publish(place, asking(principal, made, idempotency_key))
    return JSONResponse(dict(reply.body), reply.status)


@router.get("")
def get_baseline(place: Place, principal: Reader, made: Ready) -> dict[str, Any]:
    """The rates that are compared with now, and when they were counted; null before the first."""
    principal.demand_place(place)
    book = made.store.book(place)
    if not book.peers:
        return {"baseline": None, "rates": {}, "published": []}
    latest = book.peers[-1]
    published = [{"digest": one.digest, "last_day": one.last_day.isoformat()} for one in book.peers]
    rates = orjson.loads(made.packs.text(latest.digest))
    return baselines_publishing.said(latest) | {"rates": rates, "published": published}
