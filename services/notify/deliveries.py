"""The table of deliveries: one row per event, recipient and channel, from its making to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.notify.limits import Limits
from services.notify.notice import Notice
from services.notify.publish import Telling
from services.notify.routing import Recipient
from shared import identifiers
from shared.policies.section import Limit

Cursor = psycopg.AsyncCursor[Any]
_NOTICE = TypeAdapter(Notice)
_WITH_NOTICE = """
SELECT d.*, n.body, n.cleared_by IS NOT NULL AS cleared FROM deliveries d JOIN notices n USING (event_id)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row, as far as decisions are made on it."""

    id: UUID
    notice: Notice
    role: str
    recipient_id: UUID | None = None
    channel: str | None = None
    channels: tuple[str, ...] = ()
    authority: str | None = None
    """Of another authority: which."""
    state: str = "due"
    reason: str | None = None
    acknowledge: Limit | None = None
    ladder: tuple[str, ...] = ()
    attempts: int = 0
    next_attempt_at: datetime
    give_up_at: datetime
    uncertain: bool = False
    """It may have arrived, though we never heard so."""
    leased: bool = False
    """Somebody is sending it, or died while doing so."""
    first_sent_at: datetime | None = None
    acknowledge_by: datetime | None = None
    escalate_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    carried_by: UUID | None = None
    """The delivery whose message tells of this one too."""
    gather: str | None = None
    """Held, to be sent together with others of this group at `gather_at`."""
    gather_at: datetime | None = None
    replay: int | None = None
    """The number, among its attempts, of its last replay."""
    cleared: bool = False
    """The alert that it tells of has ended."""
    reminded: bool = False
    """Whoever was to answer it was reminded, once."""

    @property
    def telling(self) -> Telling:
        """As its receipts speak of it."""
        return Telling(self.id, self.notice, self.role, self.recipient_id, self.channel, self.replay)


def id_of(event_id: UUID, recipient: Recipient) -> UUID:
    """The delivery of an event to a recipient: the same for ever, whatever is restored or sent again."""
    return identifiers.derived_id("delivery", str(event_id), str(recipient.id), recipient.channel)


def waiting_id(event_id: UUID, role: str, only: str | None) -> UUID:
    """The row that waits for somebody to be registered for a role: of a provider, or of another authority."""
    return identifiers.derived_id("delivery", str(event_id), "role", role, only or "")


async def remember(cursor: Cursor, new: Notice) -> bool:
    """Keep a notice. False: it is known already, or it was ended before it came."""
    found = await cursor.execute(
        "INSERT INTO notices(event_id, alert, body) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING true",
        (new.event_id, new.alert, _stored(new)),
    )
    return await found.fetchone() is not None


async def notice(cursor: Cursor, event_id: UUID) -> Notice | None:
    """A notice that was kept."""
    found = await cursor.execute("SELECT body FROM notices WHERE event_id = %s", (event_id,))
    row = await found.fetchone()
    return _NOTICE.validate_python(row[0]) if row else None


async def end(cursor: Cursor, ending: Notice) -> None:
    """Keep that an alert has ended, even one that is not here yet."""
    await cursor.execute(
        """INSERT INTO notices(event_id, alert, body, cleared_by) VALUES (%s, %s, %s, %s)
           ON CONFLICT (event_id) DO UPDATE SET cleared_by = coalesce(notices.cleared_by, excluded.cleared_by)""",
        (ending.raised_id, ending.alert, _stored(ending), ending.event_id),
    )


async def add(cursor: Cursor, new: Delivery, now: datetime) -> None:
    """Make a delivery. One that is there already stays as it is."""
    await cursor.execute(
        """INSERT INTO deliveries(id, event_id, provider_id, place, alert, role, recipient_id, channel, channels, state,
             reason, urgent, acknowledge, ladder, created_at, next_attempt_at, give_up_at, attempts, first_sent_at,
             acknowledge_by, escalate_at, acknowledged_at, acknowledged_by, authority, gather,
             gather_at, cause, reminded)
           VALUES (%(id)s, %(event_id)s, %(provider_id)s, %(place)s, %(alert)s, %(role)s, %(recipient_id)s, %(channel)s,
             %(channels)s, %(state)s, %(reason)s, %(urgent)s, %(acknowledge)s, %(ladder)s, %(now)s, %(next)s,
             %(give_up)s, %(attempts)s, %(first_sent_at)s, %(acknowledge_by)s, %(escalate_at)s, %(acknowledged_at)s,
             %(acknowledged_by)s, %(authority)s,
             %(gather)s, %(gather_at)s, %(cause)s, %(reminded)s) ON CONFLICT (id) DO NOTHING""",
        {
            "id": new.id, "event_id": new.notice.event_id, "provider_id": new.notice.provider_id,
            "place": new.notice.place, "alert": new.notice.alert, "role": new.role, "recipient_id": new.recipient_id,
            "channel": new.channel, "channels": list(new.channels), "state": new.state, "reason": new.reason,
            "urgent": new.notice.urgent, "ladder": list(new.ladder), "now": now, "next": new.next_attempt_at,
            "acknowledge": Jsonb(new.acknowledge.model_dump(exclude_unset=True)) if new.acknowledge else None,
            "give_up": new.give_up_at, "attempts": new.attempts, "first_sent_at": new.first_sent_at,
            "acknowledge_by": new.acknowledge_by, "escalate_at": new.escalate_at,
            "acknowledged_at": new.acknowledged_at, "acknowledged_by": new.acknowledged_by,
            "authority": new.authority, "gather": new.gather, "gather_at": new.gather_at,
            "cause": new.notice.correlation_id, "reminded": new.reminded,
        },
    )  # fmt: skip


async def select(
    cursor: Cursor, where: str, values: Mapping[str, Any], *, lock: bool = True, order: str = "d.number"
) -> list[Delivery]:
    """Deliveries with what they tell, locked unless said otherwise. `where` is our own text, never a caller's."""
    query = f"{_WITH_NOTICE} WHERE {where} ORDER BY {order} {'FOR UPDATE OF d' if lock else ''}"
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, values)
        return [of_row(row) for row in await rows.fetchall()]


async def many(cursor: Cursor, recipient_id: UUID, told: Notice, now: datetime, limits: Limits) -> bool:
    """Whether a recipient was given so many of its cause, or of its kind, of late that one more is a storm."""
    found = await cursor.execute(
        """SELECT (SELECT count(*) FROM (SELECT FROM deliveries WHERE recipient_id = %(to)s AND cause = %(cause)s
                     AND created_at > %(since)s AND state <> 'suppressed' LIMIT %(of_cause)s) AS newest) >= %(of_cause)s
             OR (SELECT count(*) FROM (SELECT FROM deliveries WHERE recipient_id = %(to)s AND alert = %(alert)s
                   AND created_at > %(since)s AND state <> 'suppressed' LIMIT %(of_kind)s) AS newest) >= %(of_kind)s""",
        {
            "to": recipient_id, "cause": told.correlation_id, "alert": told.alert,
            "since": now - limits.storm_within, "of_cause": limits.storm,
            "of_kind": limits.storm_of_silence if told.about else limits.storm_of_kind,
        },
    )  # fmt: skip
    row = await found.fetchone()
    return bool(row and row[0])


async def change(cursor: Cursor, delivery_id: UUID, **values: Any) -> None:
    """Set columns of one delivery."""
    columns = ", ".join(f"{name} = %({name})s" for name in values)
    await cursor.execute(f"UPDATE deliveries SET {columns} WHERE id = %(of)s", values | {"of": delivery_id})  # noqa: S608


def of_row(row: Mapping[str, Any]) -> Delivery:
    """A row of `deliveries` joined to its notice."""
    names = (
        "id", "role", "recipient_id", "channel", "state", "reason", "attempts", "next_attempt_at", "give_up_at",
        "uncertain", "first_sent_at", "acknowledge_by", "escalate_at", "acknowledged_at", "acknowledged_by", "cleared",
        "authority", "replay", "carried_by", "gather", "gather_at", "reminded",
    )  # fmt: skip
    return Delivery(
        **{name: row[name] for name in names},
        leased=row["lease"] is not None,
        notice=_NOTICE.validate_python(row["body"]),
        channels=tuple(row["channels"]),
        ladder=tuple(row["ladder"]),
        acknowledge=Limit.model_validate(row["acknowledge"]) if row["acknowledge"] else None,
    )


async def said(cursor: Cursor, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What `notifications` says of deliveries that this database has lost. Taking it up ends its being kept apart."""
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute("DELETE FROM said WHERE delivery_id = ANY(%s) RETURNING *", (list(ids),))
        return {row["delivery_id"]: row for row in await rows.fetchall()}


def _stored(notice: Notice) -> Jsonb:
    return Jsonb(_NOTICE.dump_python(notice, mode="json"))


def as_said(new: Delivery, known: Mapping[str, Any]) -> Delivery:
    """A delivery that this database had lost, in the state that `notifications` knows it in."""
    sent = known["state"] in ("sent", "acknowledged", "escalated")
    return replace(
        new,
        state=known["state"],
        reason=known["reason"],
        attempts=known["attempts"],
        first_sent_at=(known["sent_at"] or known["at"]) if sent else None,
        acknowledge_by=known["acknowledge_by"],
        escalate_at=known["escalate_at"],
        acknowledged_at=known["at"] if known["state"] == "acknowledged" else None,
        acknowledged_by=known["by_role"],
        reminded=known["reminded"],
    )
