"""What a restored database has forgotten: read back from `notifications` before anything is sent (architecture §7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from services.notify import downtime, escalation, gaps, open_days, undelivered
from shared import clock
from shared.events import Event, alerts, data_of, notifications

Cursor = psycopg.AsyncCursor[Any]


@dataclass(frozen=True, slots=True)
class Said:
    """How far one delivery had come, by its receipts."""

    delivery_id: UUID
    state: str
    at: datetime
    reason: str | None = None
    attempts: int = 0
    acknowledge_by: datetime | None = None
    escalate_at: datetime | None = None
    by_role: str | None = None
    sent_at: datetime | None = None


def after(known: Said | None, event: Event) -> Said | None:
    """What is known of a delivery after one more receipt (pure). None: the event is not about a delivery."""
    body = data_of(event)
    if not isinstance(body, notifications.Delivery):
        return None
    one = known or Said(UUID(body.delivery_id), "due", event.time)
    if one.state == "acknowledged":
        return one  # the answer may be recorded before the sending that it answers
    match body:
        case notifications.NotificationSent():
            by = body.acknowledge_by
            first = one.sent_at or event.time
            one = replace(
                one, state="sent", at=event.time, acknowledge_by=by, escalate_at=by, reason=None, sent_at=first
            )
        case notifications.NotificationFailed():
            state, up = ("dead", event.time) if body.dead else ("failed", None)
            one = replace(one, state=state, escalate_at=up, reason=body.reason)
        case notifications.NotificationAcknowledged():
            one = replace(one, state="acknowledged", at=event.time, escalate_at=None, by_role=body.by)
        case notifications.NotificationEscalated():
            one = replace(one, state="escalated" if one.state == "sent" else one.state, escalate_at=None)
        case notifications.NotificationReplayed():
            one = replace(one, state="due", escalate_at=None, reason=None)
        case notifications.NotificationSuppressed():
            state = "cancelled" if body.reason in ("cleared", "withdrawn") else "suppressed"
            one = replace(one, state=state, escalate_at=None, reason=body.reason)
    return replace(one, attempts=max(one.attempts, getattr(body, "attempt", 0)))


async def restore(cursor: Cursor, read_back: Sequence[Event]) -> None:
    """Bring deliveries, escalations and gaps up to what the events say, in the transaction that reads them back."""
    if read_back:
        # The heartbeat is an old one: it does not say that we stood still, so nobody has more time to answer.
        await downtime.alive(cursor, clock.now())
    for event in read_back:
        if event.kind.startswith("notification."):
            known = await _known(cursor, UUID(event.data["delivery_id"]))
            if said := after(known, event):
                await _keep(cursor, said)
            await _recall_reminder(cursor, event)
        elif event.kind in ("alert.raised", "alert.cleared"):
            await _recall(cursor, event)


async def _recall_reminder(cursor: Cursor, event: Event) -> None:
    """That somebody was reminded; of a delivery too whose own receipts are yet to be read."""
    body = data_of(event)
    if not isinstance(body, notifications.NotificationSent) or not body.reminder_of:
        return
    ids = [UUID(one) for one in body.reminder_of]
    found = await cursor.execute("UPDATE deliveries SET reminded = true WHERE id = ANY(%s) RETURNING id", (ids,))
    known = {row[0] for row in await found.fetchall()}
    await cursor.execute(
        """INSERT INTO said(delivery_id, state, at, attempts, reminded) SELECT unnest(%s::uuid[]), 'due', %s, 0, true
           ON CONFLICT (delivery_id) DO UPDATE SET reminded = true""",
        ([one for one in ids if one not in known], event.time),
    )


async def _recall(cursor: Cursor, event: Event) -> None:
    body = data_of(event)
    if isinstance(body, alerts.AlertRaised) and body.alert == "A18" and body.to_role:
        await escalation.remember(cursor, [UUID(one) for one in body.evidence], body.to_role, event.id)
    await gaps.recall(cursor, event)
    await open_days.recall(cursor, event)
    await undelivered.recall(cursor, event)


async def _known(cursor: Cursor, delivery_id: UUID) -> Said | None:
    columns = "state, reason, attempts, acknowledge_by, escalate_at"
    query = f"""
        SELECT id AS delivery_id, coalesce(first_sent_at, created_at) AS at, acknowledged_by AS by_role,
          first_sent_at AS sent_at, {columns}
        FROM deliveries WHERE id = %(of)s
        UNION ALL SELECT delivery_id, at, by_role, sent_at, {columns} FROM said WHERE delivery_id = %(of)s LIMIT 1"""  # noqa: S608
    async with cursor.connection.cursor(row_factory=class_row(Said)) as rows:
        await rows.execute(query, {"of": delivery_id})
        return await rows.fetchone()


async def _keep(cursor: Cursor, said: Said) -> None:
    values = {
        "id": said.delivery_id, "state": said.state, "reason": said.reason, "at": said.at, "attempts": said.attempts,
        "acknowledge_by": said.acknowledge_by, "escalate_at": said.escalate_at, "by_role": said.by_role,
        "sent_at": said.sent_at,
    }  # fmt: skip
    found = await cursor.execute(
        """UPDATE deliveries SET state = %(state)s, reason = %(reason)s, attempts = %(attempts)s, lease = NULL,
             leased_until = NULL, acknowledge_by = %(acknowledge_by)s,
             first_sent_at = CASE WHEN %(state)s IN ('sent', 'escalated', 'acknowledged')
                             THEN coalesce(first_sent_at, %(sent_at)s, %(at)s) ELSE first_sent_at END,
             escalate_at = %(escalate_at)s,
             acknowledged_at = CASE WHEN %(state)s = 'acknowledged' THEN %(at)s END, acknowledged_by = %(by_role)s
           WHERE id = %(id)s""",
        values,
    )
    if found.rowcount:
        return
    await cursor.execute(
        """INSERT INTO said(delivery_id, state, reason, at, attempts, acknowledge_by, escalate_at, by_role,
             sent_at)
           VALUES (%(id)s, %(state)s, %(reason)s, %(at)s, %(attempts)s, %(acknowledge_by)s, %(escalate_at)s,
             %(by_role)s, %(sent_at)s)
           ON CONFLICT (delivery_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, at = excluded.at,
             attempts = excluded.attempts, acknowledge_by = excluded.acknowledge_by, escalate_at = excluded.escalate_at,
             by_role = excluded.by_role, sent_at = excluded.sent_at""",
        values,
    )
