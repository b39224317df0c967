"""HTTP: how far something that was sent has come (architecture §5, intake)."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Path
from pydantic import BaseModel

from services.intake import quarantine
from services.intake.parts import Publisher, Ready
from shared import problems, security

router = APIRouter(tags=["events"])


class Receipt(BaseModel):
    """How far something that was sent has come."""

    id: UUID
    status: Literal["journalled", "published", "quarantined", "rejected"]
    type: str | None = None
    place: str | None = None
    provider_id: str | None = None
    recordedtime: str | None = None
    reason: str | None = None


@router.get("/v1/receipts/{id}", response_model_exclude_none=True)
async def get_receipt(id_: Annotated[UUID, Path(alias="id")], principal: Publisher, parts: Ready) -> Receipt:
    """Whether it is in the journal, on the ledger, or in quarantine and why. For its sender, and for stewards."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT body, position <= (SELECT position FROM mark) FROM journal WHERE id = %s", (id_,))
        rows = await cursor.fetchall()
        item = await quarantine.one(cursor, id_)
    if rows:
        event, is_published = orjson.loads(rows[0][0]), rows[0][1]
        publisher = event["source"].rpartition("/")[2]
        if principal.may_see(event["place"]) and _may_ask(principal, publisher):
            return Receipt(
                id=id_,
                status="published" if is_published else "journalled",
                type=event["type"],
                place=event["place"],
                provider_id=event["subject"],
                recordedtime=event["recordedtime"],
            )
    elif item and item.is_seen_from(principal.places) and _may_ask(principal, item.publisher):
        status: Literal["rejected", "quarantined"] = "rejected" if item.state == "rejected" else "quarantined"
        return Receipt(id=id_, status=status, type=item.type, reason=item.reason)
    raise problems.Problem(404, "not-found", "There is nothing here", "No receipt of yours has this id.")


def _may_ask(principal: security.Principal, publisher: str) -> bool:
    return principal.publisher == publisher or principal.has("steward")
