"""One message that tells of several deliveries: what it says (pure), and what its own fate means for each of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notify import deadlines, deliveries, messages, pacing, sharing
from services.notify.deliveries import Cursor, Delivery
from services.notify.notice import TITLES, Item, Notice, Type
from services.notify.publish import Publisher
from services.notify.routing import Recipient
from shared import identifiers
from shared.journal.rows import Row

PATIENCE = timedelta(minutes=15)
NAMES = 5
_CARRIED = "d.carried_by = %(of)s AND d.state IN ('due', 'failed')"
_ANSWERED = "SELECT event_id, role FROM deliveries WHERE event_id = ANY(%s) AND state = 'acknowledged'"


def message(members: Sequence[Delivery], recipient: Recipient, kind: Type, now: datetime) -> Delivery:
    """The delivery whose message tells of all of these, to the recipient of each of them (pure)."""
    items = tuple(_item(one) for one in members)
    alerts, homes = {one.alert for one in items}, {one.provider_id for one in items}
    first = members[0].notice
    limits = [one.acknowledge for one in members if one.acknowledge]
    notice = Notice(
        event_id=identifiers.derived_id(kind, str(recipient.id), *(str(one.id) for one in members)),
        type=kind,
        alert=alerts.pop() if len(alerts) == 1 else "summary",
        provider_id=first.provider_id if len(homes) == 1 else None,
        place=recipient.place,
        basis="live",
        classification=first.classification,
        raised_at=now,
        name=first.name if len(homes) == 1 else recipient.place,
        summary=sentence(items, kind),
        raised_id=items[0].event_id if len(items) == 1 else None,
        items=items,
        pressing=any(one.notice.urgent for one in members),
    )
    return Delivery(
        id=deliveries.id_of(notice.event_id, recipient),
        notice=notice,
        role=members[0].role,
        recipient_id=recipient.id,
        channel=recipient.channel,
        acknowledge=min(limits, key=lambda limit: deadlines.after(now, limit)) if limits else None,
        acknowledge_by=min((one.acknowledge_by for one in members if one.acknowledge_by), default=None),
        next_attempt_at=now,
        give_up_at=max(now + PATIENCE, min(one.give_up_at for one in members)),
    )


def sentence(items: Sequence[Item], kind: Type) -> str:
    """`12 alerts: A2 Safeguarding concern to consider (12). About Home A, Home B and 3 more services.`"""
    counts: dict[tuple[str, bool], int] = {}
    for one in items:
        key = (one.alert, one.type == "alert.cleared")
        counts[key] = counts.get(key, 0) + 1
    kinds = ", ".join(
        f"{alert} {TITLES.get(alert, '')}{' (ended)' if ended else ''} ({count})"
        for (alert, ended), count in sorted(counts.items(), key=_order)
    )
    names = list(dict.fromkeys(one.name for one in items))
    more = f" and {len(names) - NAMES} more services" if len(names) > NAMES else ""
    said = f"{kinds}. About {', '.join(name[:60] for name in names[:NAMES])}{more}."
    count = f"{len(items)} alert{'' if len(items) == 1 else 's'}"
    asked = f"Nobody has acknowledged {count} yet: " if kind == "alerts.reminder" else f"{count}: "
    return (asked + said)[:500]


def _order(counted: tuple[tuple[str, bool], int]) -> tuple[int, bool]:
    (alert, ended), _ = counted
    return int(alert.removeprefix("A")), ended


def _item(one: Delivery) -> Item:
    told = one.notice
    return Item(
        one.id, told.event_id, told.type, told.alert, told.provider_id, told.name,
        messages.late(told, one.next_attempt_at) + sharing.summary_for(told, one.role),
    )  # fmt: skip


async def keep(cursor: Cursor, carrier: Delivery, now: datetime) -> None:
    """Have it sent, unless `notifications` says that it was (this database was restored).

    Of one that tells of others only their own receipts count: whoever lacks one is told, rather twice than never.
    """
    await deliveries.remember(cursor, carrier.notice)
    carries = carrier.notice.type == "alerts.summary" and carrier.notice.items
    known = None if carries else await _said(cursor, carrier)
    await deliveries.add(cursor, deliveries.as_said(carrier, known) if known else carrier, now)


async def _said(cursor: Cursor, carrier: Delivery) -> Mapping[str, Any] | None:
    return (await deliveries.said(cursor, [carrier.id])).get(carrier.id)


async def take(cursor: Cursor, carrier: Delivery, members: Sequence[Delivery], now: datetime) -> None:
    """These are told of by its message. Their end is told as well from now on: they may have arrived."""
    await cursor.execute(
        """UPDATE deliveries SET carried_by = %s, gather = NULL, uncertain = true, next_attempt_at = %s,
             give_up_at = greatest(give_up_at, %s) WHERE id = ANY(%s)""",
        (carrier.id, now + pacing.NEVER, now + pacing.NEVER, [one.id for one in members]),
    )


async def sent(cursor: Cursor, carrier: Delivery, publisher: Publisher, now: datetime) -> list[Row]:
    """Its message has arrived: so has each that it tells of, and the clock of each begins."""
    if not carrier.notice.items:
        return []
    await deliveries.change(cursor, carrier.id, escalate_at=None)
    members = await deliveries.select(cursor, _CARRIED, {"of": carrier.id})
    found = await cursor.execute(_ANSWERED, ([one.notice.event_id for one in members],))
    answered = set(await found.fetchall())
    rows: list[Row] = []
    changes: list[dict[str, Any]] = []
    for one in members:
        by = deadlines.after(now, one.acknowledge) if one.acknowledge else None
        waits = by and not one.cleared and (one.notice.event_id, one.role) not in answered
        rows.append(publisher.sent(one.telling, attempt=one.attempts + 1, acknowledge_by=by, now=now))
        changes.append({
            "id": one.id, "number": one.attempts + 1, "now": now, "by": by, "up": by if waits else None,
        })  # fmt: skip
    await cursor.executemany(
        """UPDATE deliveries SET state = 'sent', reason = NULL, attempts = %(number)s, uncertain = false,
             first_sent_at = %(now)s, acknowledge_by = %(by)s, escalate_at = %(up)s WHERE id = %(id)s""",
        changes,
    )
    await cursor.executemany(
        """INSERT INTO attempts(delivery_id, number, at, outcome, detail, seconds)
           VALUES (%(id)s, %(number)s, %(now)s, 'sent', 'together with others', 0)""",
        changes,
    )
    return rows


async def failed(cursor: Cursor, carrier: Delivery, publisher: Publisher, now: datetime) -> list[Row]:
    """Its message does not arrive: the ladder is told of each that it tells of, not of the message."""
    await deliveries.change(cursor, carrier.id, escalate_at=None)
    rows: list[Row] = []
    dead = carrier.state == "dead"
    for one in await deliveries.select(cursor, _CARRIED, {"of": carrier.id}):
        # Of what has ended meanwhile nobody else has to be told.
        up = None if one.cleared else now
        await deliveries.change(cursor, one.id, escalate_at=up, state="dead" if dead else "failed", attempts=1)
        why = carrier.reason or "the message that tells of it does not arrive"
        rows.append(publisher.failed(one.telling, attempt=1, reason=why, dead=dead, now=now))
    return rows


async def members(cursor: Cursor, carrier: Delivery) -> list[Delivery]:
    """The deliveries that its answer answers. A statement lists what was told before: it asks for no answer."""
    told = () if carrier.notice.type == "alerts.statement" else carrier.notice.items
    ids: list[UUID] = [one.delivery_id for one in told]
    return await deliveries.select(cursor, "d.id = ANY(%(ids)s)", {"ids": ids}) if ids else []
