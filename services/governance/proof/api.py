"""HTTP: what the last proofs of the whole record found, and the key by which ours are proven."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.governance.parts import Ready
from services.governance.proof import keys, verifying
from shared import security

router = APIRouter(prefix="/v1", tags=["proof"])
Prover = Annotated[security.Principal, Depends(security.require("ops", "auditor", "director"))]


@router.get("/verifications")
def get_verifications(
    principal: Prover,  # noqa: ARG001 - its roles were checked
    made: Ready,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """What `python -m services.governance verify` found, the newest first; and our public key."""
    with made.store.reading() as cursor:
        found = verifying.last(cursor, limit)
    return {"verifications": found, "public_key": keys.written(made.signing.public_key())}
