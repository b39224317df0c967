"""Roles that a policy demands and nobody is registered for: raised once (A19), ended when somebody is."""

from datetime import datetime

from services.notify import deliveries
from services.notify.deliveries import Cursor
from services.notify.notice import Notice
from services.notify.publish import Publisher
from services.notify.routing import Recipient
from shared import identifiers
from shared.events import Event, alerts, data_of
from shared.journal.rows import Row

OPEN = """
INSERT INTO gaps(place, role, provider_id, event_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING true"""
CLOSE = "DELETE FROM gaps WHERE place = %s AND role = %s AND provider_id = %s RETURNING event_id"


async def open_for(  # noqa: PLR0917 - one row of the directory
    cursor: Cursor, notice: Notice, role: str, authority: str | None, publisher: Publisher, now: datetime
) -> list[Row]:
    """Raise A19 for a notice that nobody can be sent, unless the gap is known. An A19 never raises another."""
    if notice.alert == "A19":
        return []
    only = notice.provider_id if role == "provider" else authority
    found = await cursor.execute(OPEN, (notice.place, role, only or "", notice.event_id))
    if await found.fetchone() is None:
        return []
    body = alerts.AlertRaised(
        alert="A19",
        cause=_cause(notice, role, authority),
        name=notice.name,
        summary=f"Nobody is registered as {_who(role, authority)} in {notice.place}: "
        f"{notice.alert} about this service waits.",
        policy_digest=notice.policy_digest,
        evidence=(str(notice.event_id),),
    )
    return [publisher.raised(body, about=notice, now=now)]


async def close(cursor: Cursor, known: Recipient, publisher: Publisher, now: datetime) -> list[Row]:
    """Somebody is registered for the role: its A19, if there is one, is ended."""
    only = known.provider_id if known.role == "provider" else known.authority
    found = await cursor.execute(CLOSE, (known.place, known.role, only or ""))
    row = await found.fetchone()
    notice = await deliveries.notice(cursor, row[0]) if row else None
    if notice is None:
        return []
    cause = _cause(notice, known.role, known.authority)
    body = alerts.AlertCleared(
        alert="A19",
        cause=cause,
        name=notice.name,
        summary=f"Somebody is now registered as {_who(known.role, known.authority)} in {known.place}.",
        raised_id=str(identifiers.alert_id("A19", notice.subject, cause)),
    )
    return [publisher.cleared(body, about=notice, now=now)]


async def recall(cursor: Cursor, event: Event) -> None:
    """Of a restored database: an A19 of ours that it does not know, or the end of one."""
    body = data_of(event)
    parts = body.cause.split(":") if isinstance(body, alerts.AlertBody) and body.alert == "A19" else []
    if parts[:1] != ["no-recipient"]:
        return
    parts += [""]
    key = (event.place, parts[1], event.subject if parts[1] == "provider" else parts[3])
    if isinstance(body, alerts.AlertRaised):
        await cursor.execute(OPEN, (*key, parts[2]))
    else:
        await cursor.execute(CLOSE, key)


def _cause(notice: Notice, role: str, authority: str | None) -> str:
    return f"no-recipient:{role}:{notice.event_id}" + (f":{authority}" if authority else "")


def _who(role: str, authority: str | None) -> str:
    return f"{role} {authority}" if authority else role
