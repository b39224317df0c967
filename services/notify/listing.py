"""What the API shows of recipients and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import dict_row
from pydantic import BaseModel

from services.notify.acknowledgement import Answer
from services.notify.deliveries import Cursor
from services.notify.duty import Duty
from services.notify.routing import Recipient

State = Literal["due", "sent", "acknowledged", "failed", "dead", "escalated", "suppressed", "cancelled"]


class RecipientView(BaseModel):
    """A recipient as it is shown."""

    id: UUID
    place: str
    role: str
    channel: str
    address: str
    provider: str | None
    authority: str | None
    duty: Duty
    active: bool
    secret: str | None = None
    """Only in the answer to a registration that brought none."""
    elsewhere: dict[str, UUID] = {}
    """Only in the answer to a registration for several places: the recipients of the others."""


class Recipients(BaseModel):
    """A page of recipients."""

    recipients: list[RecipientView]
    next: str | None


class AttemptView(BaseModel):
    """How one attempt went."""

    number: int
    at: datetime
    outcome: str
    status: int | None
    detail: str | None
    seconds: float


class EchoView(BaseModel):
    """What came back after a sending: a bounce, a callback."""

    at: datetime
    failed: bool
    detail: str


class ToldRole(BaseModel):
    """Whom a delivery is for: a role, never a person."""

    role: str
    id: UUID | None


class DeliveryView(BaseModel):
    """A delivery as it is shown."""

    id: UUID
    type: str
    alert: str
    event_id: UUID
    provider_id: str | None
    place: str
    recipient: ToldRole
    channel: str | None
    state: State
    reason: str | None
    attempts: list[AttemptView]
    echoes: list[EchoView]
    created_at: datetime
    sent_at: datetime | None
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


class Deliveries(BaseModel):
    """A page of deliveries."""

    deliveries: list[DeliveryView]
    next: str | None


class AnswerView(BaseModel):
    """An acknowledgement as it was recorded."""

    delivery_id: UUID
    state: Literal["acknowledged"] = "acknowledged"
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries are wanted."""

    places: frozenset[str]
    provider: str | None = None
    state: str | None = None
    roles: frozenset[str] | None = None


def recipient(
    one: Recipient, *, active: bool, secret: str | None = None, elsewhere: dict[str, UUID] | None = None
) -> RecipientView:
    """A recipient as it is shown."""
    return RecipientView(
        id=one.id,
        place=one.place,
        role=one.role,
        channel=one.channel,
        address=one.address,
        provider=one.provider_id,
        authority=one.authority,
        duty=one.duty,
        active=active,
        secret=secret,
        elsewhere=elsewhere or {},
    )


def answer(told: Answer) -> AnswerView:
    """An acknowledgement as it is shown."""
    return AnswerView(delivery_id=told.delivery.id, by=told.by, at=told.at)


async def recipients(cursor: Cursor, places: frozenset[str], *, limit: int, after: UUID | None) -> Recipients:
    """A page, in the order of the ids."""
    query = """
        SELECT id, place, role, channel, address, provider_id AS provider, authority, duty, active
        FROM recipients
        WHERE place = ANY(%(places)s) AND (%(after)s::uuid IS NULL OR id > %(after)s) ORDER BY id LIMIT %(most)s"""
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, {"places": list(places), "after": after, "most": limit + 1})
        found = [RecipientView(**row) for row in await rows.fetchall()]
    return Recipients(recipients=found[:limit], next=str(found[limit - 1].id) if len(found) > limit else None)


async def deliveries(cursor: Cursor, wanted: Filter, *, limit: int, after: int | None) -> Deliveries:
    """A page, oldest first."""
    query = """
        SELECT d.*, n.body->>'type' AS type FROM deliveries d JOIN notices n USING (event_id)
        WHERE d.place = ANY(%(places)s) AND (%(provider)s::text IS NULL OR d.provider_id = %(provider)s)
          AND (%(state)s::text IS NULL OR d.state = %(state)s)
          AND (%(roles)s::text[] IS NULL OR d.role = ANY(%(roles)s))
          AND d.number > %(after)s ORDER BY d.number LIMIT %(most)s"""
    values = {
        "places": list(wanted.places), "provider": wanted.provider, "state": wanted.state, "after": after or 0,
        "roles": list(wanted.roles) if wanted.roles is not None else None, "most": limit + 1,
    }  # fmt: skip
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, values)
        found = await rows.fetchall()
        page = found[:limit]
        ids = [row["id"] for row in page]
        tried, heard = await _attempts(rows, ids), await _echoes(rows, ids)
    views = [_view(row, tried.get(row["id"], []), heard.get(row["id"], [])) for row in page]
    return Deliveries(deliveries=views, next=str(page[-1]["number"]) if len(found) > limit else None)


async def _attempts(rows: Any, ids: list[UUID]) -> dict[UUID, list[AttemptView]]:
    await rows.execute("SELECT * FROM attempts WHERE delivery_id = ANY(%s) ORDER BY number", (ids,))
    found: dict[UUID, list[AttemptView]] = {}
    for row in await rows.fetchall():
        found.setdefault(row["delivery_id"], []).append(AttemptView.model_validate(row))
    return found


async def _echoes(rows: Any, ids: list[UUID]) -> dict[UUID, list[EchoView]]:
    await rows.execute("SELECT * FROM echoes WHERE delivery_id = ANY(%s) ORDER BY at, id", (ids,))
    found: dict[UUID, list[EchoView]] = {}
    for row in await rows.fetchall():
        found.setdefault(row["delivery_id"], []).append(EchoView.model_validate(row))
    return found


def _view(row: Mapping[str, Any], attempts: list[AttemptView], echoes: list[EchoView]) -> DeliveryView:
    told = ToldRole(role=row["role"], id=row["recipient_id"])
    return DeliveryView.model_validate(
        {**row, "recipient": told, "attempts": attempts, "echoes": echoes, "sent_at": row["first_sent_at"]}
    )
