"""HTTP: answer a challenge that a provider made on its own page."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from services.governance import disputing, looking_back
from services.governance.domain import dispute
from services.governance.parts import Decider, IdempotencyKey, Knower, Ready, Time, asking, response

router = APIRouter(prefix="/v1/disputes", tags=["decisions"])
DisputeId = Annotated[str, Path(pattern=r"^dispute-[0-9a-f]{16}$")]


@router.get("/{dispute_id}")
def get_dispute(
    dispute_id: DisputeId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One challenge, now or as of a past day. What the provider wrote stands, sealed, in its history."""
    return looking_back.one(made, dispute.KIND, dispute_id, principal, as_of=as_of, known_at=known_at)


@router.post("/{dispute_id}/answers", status_code=201)
def answer(
    *, dispute_id: DisputeId, said: Annotated[disputing.Answer, Body()], principal: Decider, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Answer it: the task that it raised is done."""
    return response(disputing.answer(made.matters, dispute_id, said, asking(principal, made, idempotency_key)))
