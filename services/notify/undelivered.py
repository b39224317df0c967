"""What dies and stands on no ladder (a statement, a summary, an end): an A19, until its recipient takes messages."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.notify.deliveries import Cursor, Delivery
from services.notify.notice import TITLES
from services.notify.publish import Publisher
from shared import identifiers
from shared.events import Event, alerts, data_of
from shared.journal.rows import Row

KIND = "undelivered"
_OPEN = "INSERT INTO undelivered(recipient_id, event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING true"
_CLOSE = "DELETE FROM undelivered WHERE recipient_id = %s RETURNING event_id"


async def raise_for(cursor: Cursor, one: Delivery, publisher: Publisher, now: datetime) -> list[Row]:
    """Raise A19 about the recipient of a message that is given up, unless it stands. An A19 never raises another."""
    if one.recipient_id is None or one.notice.alert == "A19":
        return []
    found = await cursor.execute(_OPEN, (one.recipient_id, one.notice.event_id))
    if await found.fetchone() is None:
        return []
    about = replace(one.notice, provider_id=None)
    what = TITLES.get(one.notice.alert, "Summary of what was not told one by one")
    body = alerts.AlertRaised(
        alert="A19",
        cause=_cause(one.recipient_id, one.notice.event_id),
        name=one.notice.place,
        summary=f"A message could not be sent to {one.role} in {one.notice.place} by {one.channel}: "
        f"{what}{' (ended)' if one.notice.type == 'alert.cleared' else ''}. Look at its address and at its deliveries.",
        policy_digest=one.notice.policy_digest,
    )
    return [publisher.raised(body, about=about, now=now)]


async def end(cursor: Cursor, one: Delivery, publisher: Publisher, now: datetime) -> list[Row]:
    """Its recipient takes messages again: its A19, if there is one, is ended."""
    if one.recipient_id is None:
        return []
    row = await (await cursor.execute(_CLOSE, (one.recipient_id,))).fetchone()
    if row is None:
        return []
    cause = _cause(one.recipient_id, row[0])
    body = alerts.AlertCleared(
        alert="A19",
        cause=cause,
        name=one.notice.place,
        summary=f"Messages to {one.role} in {one.notice.place} by {one.channel} arrive again.",
        raised_id=str(identifiers.alert_id("A19", one.notice.place, cause)),
    )
    return [publisher.cleared(body, about=replace(one.notice, provider_id=None), now=now)]


async def recall(cursor: Cursor, event: Event) -> None:
    """Of a restored database: an A19 of ours that it does not know, or the end of one."""
    body = data_of(event)
    if not isinstance(body, alerts.AlertBody) or not body.cause.startswith(f"{KIND}:"):
        return
    _, recipient_id, event_id = body.cause.split(":")
    if isinstance(body, alerts.AlertRaised):
        await cursor.execute(_OPEN, (recipient_id, event_id))
    else:
        await cursor.execute(_CLOSE, (recipient_id,))


def _cause(recipient_id: UUID, event_id: UUID) -> str:
    return f"{KIND}:{recipient_id}:{event_id}"
