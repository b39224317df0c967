"""HTTP: judge a draft beside a place's policy, see who would move, and end it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from services.governance import shadow, shadow_pages
from services.governance.asking import Unknown
from services.governance.parts import Director, IdempotencyKey, Knower, Ready, asking
from services.governance.policy_api import Place, demand_council


class Page(BaseModel):
    """Which part of the list."""

    moves: bool | None = None
    """Only who would move, or only who would not."""
    limit: int = Field(100, ge=1, le=500)
    cursor: str = Field("", pattern=r"^(prv-[0-9a-z]{1,40})?$")
    """`next` of the page before."""


router = APIRouter(prefix="/v1/places/{place}/policy/shadow", tags=["policy"])


@router.post("", status_code=201, responses={200: {"description": "This draft is judged already."}})
def begin_shadow(
    place: Place, order: shadow.Draft, principal: Director, made: Ready, idempotency_key: IdempotencyKey = None
) -> Response:
    """Judge a draft beside the policy in force. It decides nothing and alerts nobody; another draft takes its place."""
    demand_council(principal)
    reply = made.shadows.begin(place, order, asking(principal, made, idempotency_key))
    return JSONResponse(dict(reply.body), reply.status)


@router.delete("")
def end_shadow(
    place: Place, principal: Director, made: Ready, idempotency_key: IdempotencyKey = None
) -> dict[str, Any]:
    """Judge it no longer."""
    demand_council(principal)
    return dict(made.shadows.end(place, asking(principal, made, idempotency_key)).body)


@router.get("")
def get_shadow(place: Place, principal: Knower, made: Ready, page: Annotated[Page, Query()]) -> dict[str, Any]:
    """What the draft would say of each provider, beside the policy in force; who would move, and by which criteria."""
    principal.demand_place(place)
    draft = made.store.book(place).shadow
    if draft is None:
        raise Unknown(f"no draft is judged beside the policy of {place}")
    asked = shadow_pages.Asked(place, draft.digest, page.moves, page.cursor, page.limit)
    return shadow.said(draft) | shadow_pages.page(made.store, asked)
