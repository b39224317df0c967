"""Recipients come and go: what waited for one is sent, what was due to one finds another or waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.notify import deadlines, deliveries, directory, gaps, pacing
from services.notify.deliveries import Cursor, Delivery
from services.notify.publish import Publisher
from services.notify.routing import Recipient
from shared.journal.rows import Result, Row

_WAITING = """
d.recipient_id IS NULL AND d.state = 'due' AND d.place = %(place)s AND d.role = %(role)s
AND %(channel)s = ANY(d.channels) AND (%(provider)s::text IS NULL OR d.provider_id = %(provider)s)
AND d.authority IS NOT DISTINCT FROM %(authority)s"""
_STRANDED = """d.id IN (
  SELECT s.id FROM deliveries s JOIN recipients r ON r.id = s.recipient_id
  WHERE s.state IN ('due', 'failed') AND NOT r.active AND (s.leased_until IS NULL OR s.leased_until <= %(now)s))"""
_OTHERS = """
d.event_id = %(event)s AND d.role = %(role)s AND d.id <> %(id)s AND d.authority IS NOT DISTINCT FROM %(authority)s
AND d.state NOT IN ('suppressed', 'cancelled', 'dead')"""

MANY = 10


@dataclass(slots=True)
class Register:
    """Work for the journal's writer: keep a recipient and send it what waited for its role. True where it is new."""

    publisher: Publisher
    recipient: Recipient
    by: str
    now: datetime
    is_new: bool = False

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The end of the A19, if there was a gap."""
        self.is_new = await directory.keep(cursor, self.recipient, by=self.by, now=self.now)
        if not directory.has_begun(self.recipient, self.now):
            return ()
        await send_waiting(cursor, self.recipient, self.now)
        return await gaps.close(cursor, self.recipient, self.publisher, self.now)

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> bool:  # noqa: ARG002 - the protocol's
        """Whether it is new."""
        return self.is_new


@dataclass(slots=True)
class Withdraw:
    """Work for the journal's writer: no longer a recipient. Returns how many receipts and alerts were recorded."""

    publisher: Publisher
    recipient: Recipient
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """Receipts of what is cancelled, and an A19 where nobody else is registered."""
        await directory.withdraw(cursor, self.recipient.id)
        return await Reassign(self.publisher, self.now).rows(cursor)

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many."""
        return len(results)


@dataclass(slots=True)
class Begin:
    """Work for the journal's writer: first days that have come, last days that are over."""

    publisher: Publisher
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """What ends gaps, and what opens new ones."""
        rows: list[Row] = []
        for one in await directory.begin(cursor, self.now):
            await send_waiting(cursor, one, self.now)
            rows += await gaps.close(cursor, one, self.publisher, self.now)
        await directory.expire(cursor, self.now)
        return [*rows, *await Reassign(self.publisher, self.now).rows(cursor)]

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many receipts and alerts were recorded."""
        return len(results)


@dataclass(slots=True)
class Reassign:
    """Work for the journal's writer: what is due to somebody withdrawn is due to another, waits, or is cancelled.

    What is under way at that moment is left until it is settled: the watch comes back to it.
    """

    publisher: Publisher
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """Receipts of what is cancelled, and an A19 where nobody else is registered."""
        rows: list[Row] = []
        places: set[str] = set()
        for one in await deliveries.select(cursor, _STRANDED, {"now": self.now}):
            places.add(one.notice.place)
            rows += await self._reassign(cursor, one)
        for place in places:
            for other in await directory.of_place(cursor, place):
                if await send_waiting(cursor, other, self.now):
                    rows += await gaps.close(cursor, other, self.publisher, self.now)
        return rows

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many receipts and alerts were recorded."""
        return len(results)

    async def _reassign(self, cursor: Cursor, one: Delivery) -> list[Row]:
        notice = one.notice
        values = {"event": notice.event_id, "role": one.role, "id": one.id, "authority": one.authority}
        if notice.type != "alert.raised" or one.cleared or await deliveries.select(cursor, _OTHERS, values, lock=False):
            await deliveries.change(cursor, one.id, state="cancelled", reason="withdrawn", escalate_at=None)
            return [self.publisher.suppressed(one.telling, reason="withdrawn", now=self.now)]
        await deliveries.change(
            cursor, one.id, id=deliveries.waiting_id(notice.event_id, one.role, one.authority or notice.provider_id),
            recipient_id=None, channel=None, carried_by=None, gather=None, state="due", reason="no_recipient",
            lease=None, leased_until=None,
            escalate_at=deadlines.after(self.now, one.acknowledge) if one.acknowledge else None,
        )  # fmt: skip
        return await gaps.open_for(cursor, notice, one.role, one.authority, self.publisher, self.now)


async def send_waiting(cursor: Cursor, recipient: Recipient, now: datetime) -> int:
    """What waited for this role becomes due to this recipient, under the id that such a delivery has. How many."""
    values = {
        "place": recipient.place, "role": recipient.role, "channel": recipient.channel,
        "provider": recipient.provider_id, "authority": recipient.authority,
    }  # fmt: skip
    waiting = await deliveries.select(cursor, _WAITING, values)
    lost = await deliveries.said(cursor, [deliveries.id_of(one.notice.event_id, recipient) for one in waiting])
    taken = 0
    # Many that waited are one message.
    held: dict[str, Any] = {"next_attempt_at": now}
    if len(waiting) > MANY:
        held = {"gather": "waited", "gather_at": now, "next_attempt_at": now + pacing.NEVER}
    for one in waiting:
        key = deliveries.id_of(one.notice.event_id, recipient)
        if before := await deliveries.select(cursor, "d.id = %(of)s", {"of": key}):
            taken += await _again(cursor, before[0], one, now)
            continue
        taken += 1
        new = replace(one, id=key, recipient_id=recipient.id, channel=recipient.channel, reason=None, escalate_at=None)
        if known := lost.get(key):
            new = deliveries.as_said(new, known)
        await deliveries.change(
            cursor, one.id, id=key, recipient_id=new.recipient_id, channel=new.channel, state=new.state,
            reason=new.reason, attempts=new.attempts, first_sent_at=new.first_sent_at,
            acknowledge_by=new.acknowledge_by, escalate_at=new.escalate_at, acknowledged_at=new.acknowledged_at,
            acknowledged_by=new.acknowledged_by, reminded=new.reminded, **held,
        )  # fmt: skip
    return taken


async def _again(cursor: Cursor, before: Delivery, waiting: Delivery, now: datetime) -> bool:
    """This very recipient had it before: cancelled while withdrawn, it is due again, and takes over what waited.

    False: it refused it for good. Then it goes on waiting for another.
    """
    if before.state != "cancelled":
        return False
    await cursor.execute(
        "UPDATE attempts SET delivery_id = %s, number = number + %s WHERE delivery_id = %s",
        (before.id, before.attempts, waiting.id),
    )
    await cursor.execute("DELETE FROM deliveries WHERE id = %s", (waiting.id,))
    await deliveries.change(
        cursor, before.id, state="due", reason=None, attempts=before.attempts + waiting.attempts, next_attempt_at=now,
        give_up_at=max(before.give_up_at, waiting.give_up_at), uncertain=before.uncertain or waiting.uncertain,
    )  # fmt: skip
    return True
