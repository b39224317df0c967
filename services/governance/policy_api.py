"""HTTP: adopt a place's policy, and read it."""

from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from services.governance import orders
from services.governance.asking import NoPolicy
from services.governance.parts import Director, IdempotencyKey, Reader, Ready, asking
from services.governance.policy_book import Adoption
from shared import calendar, clock, problems, security

Place = Annotated[
    str, Path(pattern=r"^[A-Z][0-9]{8}$", description="GSS code of a council area; X… for demonstrations")
]
router = APIRouter(prefix="/v1/places/{place}/policy", tags=["policy"])


@router.post("", status_code=201, responses={200: {"description": "This was adopted last."}})
def adopt(
    place: Place, order: orders.Adoption, principal: Director, made: Ready, idempotency_key: IdempotencyKey = None
) -> Response:
    """Adopt a policy, by a shipped pack's name or whole. One with a mistake cannot be adopted: all are told."""
    demand_council(principal)
    reply = made.adoptions.adopt(place, order, asking(principal, made, idempotency_key))
    return JSONResponse(dict(reply.body), reply.status)


@router.get("")
def get_policy(place: Place, principal: Reader, made: Ready) -> dict[str, Any]:
    """The policy in force, whole, and what was adopted before and for later."""
    principal.demand_place(place)
    today = calendar.london_date(clock.now())
    book = made.store.book(place)
    adoption = book.in_force(today)
    if adoption is None and not book.adoptions:
        raise NoPolicy(f"no policy was adopted at {place}")
    return {
        "policy": _reference(adoption) if adoption else None,
        "in_force_from": adoption.in_force_from.isoformat() if adoption else None,
        **_review(adoption, today),
        "text": orjson.loads(made.packs.text(adoption.digest)) if adoption else None,
        "coming": [_reference(one) | {"in_force_from": one.in_force_from.isoformat()} for one in book.coming(today)],
        "adoptions": [_reference(one) | {"at": one.at.isoformat()} for one in book.adoptions],
    }


def demand_council(principal: security.Principal) -> None:
    """A place's policy is its council's. Raises the 403 problem."""
    if principal.organisation != "council":
        raise problems.Problem(403, "not-the-council", "Not allowed", "A place's policy is its council's to adopt.")


def _review(adoption: Adoption | None, today: date) -> dict[str, Any]:
    """By when the council looks at its policy again, and whether that day is past."""
    by = adoption.review_by if adoption else None
    return {"review_by": by.isoformat() if by else None, "review_overdue": by is not None and today > by}


def _reference(adoption: Adoption) -> dict[str, Any]:
    return {"pack": adoption.pack, "version": adoption.version, "digest": adoption.digest}
