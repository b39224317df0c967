"""A notice becomes deliveries, and the end of one ends them: all in the transaction that moves the consumer."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify import (
    deadlines,
    deliveries,
    directory,
    escalation,
    gaps,
    pacing,
    routing,
    shares,
    sharing,
    summaries,
)
from services.notify.deliveries import Cursor, Delivery
from services.notify.limits import Limits
from services.notify.notice import Notice
from services.notify.publish import Publisher
from services.notify.routing import Recipient, Route
from shared.journal.rows import Row
from shared.policies.telling import AlertRule

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """What one transaction needs to read only once: whoever changes it holds the append lock, as this one does."""

    recipients: dict[str, list[Recipient]] = field(default_factory=dict)
    is_restored: bool | None = None
    """Whether anything is left that `notifications` says of deliveries which this database has lost."""

    async def of_place(self, cursor: Cursor, place: str) -> list[Recipient]:
        """Who is registered."""
        if place not in self.recipients:
            self.recipients[place] = await directory.of_place(cursor, place)
        return self.recipients[place]

    async def said(self, cursor: Cursor, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """What is known of lost deliveries."""
        if self.is_restored is None:
            found = await (await cursor.execute("SELECT EXISTS (SELECT FROM said)")).fetchone()
            self.is_restored = bool(found and found[0])
        return await deliveries.said(cursor, ids) if self.is_restored else {}


@dataclass(frozen=True, slots=True)
class FanOut:
    """Makes deliveries. Whoever calls holds the append lock, and appends the rows that are returned."""

    publisher: Publisher
    limits: Limits

    async def tell(
        self, cursor: Cursor, notice: Notice, adopted: AlertRule | None, now: datetime, look: Look
    ) -> list[Row]:
        """Tell of an alert: a delivery to everyone who must know, or the reason why not. Once for each event."""
        notice, shared = await shares.bound(cursor, notice)
        if not await deliveries.remember(cursor, notice):
            return []
        recipients = await look.of_place(cursor, notice.place)
        routes = routing.routes(notice, adopted, recipients, now, shared)
        rule = routing.rule_for(notice.alert, adopted)
        if rule is None:
            log.warning(
                "%s %s: the policy of %s does not say whom to tell", notice.alert, notice.event_id, notice.place
            )
            return []
        base = await self._base(cursor, notice, rule, now)
        quiet = rule.quiet and not notice.urgent
        made = [await self._paced(cursor, base, route, now, quiet=quiet) for route in routes]
        return await self._keep(cursor, made, notice, now, look)

    async def clear(self, cursor: Cursor, notice: Notice, now: datetime) -> list[Row]:
        """An alert has ended: cancel what is due, tell whoever was told (or may have been)."""
        if notice.raised_id is None or not await deliveries.remember(cursor, notice):
            return []
        await deliveries.end(cursor, notice)
        rows: list[Row] = []
        for old in await deliveries.select(cursor, "d.event_id = %(of)s", {"of": notice.raised_id}):
            rows += await self._end(cursor, old, notice, now)
        return rows + await escalation.settle(cursor, notice.raised_id, self.publisher, now)

    async def end_told(self, cursor: Cursor, old: Delivery, now: datetime) -> list[Row]:
        """For a message that arrived only after its alert had ended: its recipient is told of the end as well."""
        found = await cursor.execute("SELECT cleared_by FROM notices WHERE event_id = %s", (old.notice.event_id,))
        row = await found.fetchone()
        ended = await deliveries.notice(cursor, row[0]) if row and row[0] else None
        return await self._tell_end(cursor, old, ended, now) if ended else []

    async def _base(self, cursor: Cursor, notice: Notice, rule: AlertRule, now: datetime) -> Delivery:
        limit, ladder = rule.acknowledge_within, routing.ladder_of(rule)
        if notice.about and (climbed := await escalation.ladder_of(cursor, notice.about[0])):
            limit, ladder = climbed
        return Delivery(
            id=notice.event_id,
            notice=notice,
            role="",
            channels=tuple(rule.channels),
            acknowledge=limit,
            ladder=ladder,
            next_attempt_at=now,
            give_up_at=max(deadlines.after(now, rule.within), now + self.limits.patience),
        )

    async def _keep(
        self, cursor: Cursor, made: Sequence[Delivery], notice: Notice, now: datetime, look: Look
    ) -> list[Row]:
        lost = await look.said(cursor, [one.id for one in made])
        if notice.basis != "live" and notice.type == "alert.raised" and len(lost) < len(made):
            await summaries.count(cursor, notice, now)
        rows: list[Row] = []
        for new in made:
            known = lost.get(new.id)
            await deliveries.add(cursor, deliveries.as_said(new, known) if known else new, now)
            if known is None:
                rows += await self._first_word(cursor, new, now)
        if notice.about and notice.to_role:
            await escalation.remember(cursor, notice.about, notice.to_role, notice.event_id)
        return rows

    async def _first_word(self, cursor: Cursor, new: Delivery, now: datetime) -> list[Row]:
        if new.state == "suppressed":
            return [self.publisher.suppressed(new.telling, reason=new.reason or "", now=now)]
        if new.recipient_id is None:
            return await gaps.open_for(cursor, new.notice, new.role, new.authority, self.publisher, now)
        return []

    async def _end(self, cursor: Cursor, old: Delivery, notice: Notice, now: datetime) -> list[Row]:
        await deliveries.change(cursor, old.id, escalate_at=None)
        was_due = old.state in ("due", "failed")
        if was_due and old.carried_by is not None:
            return []  # the message that tells of it may be on its way: the end follows it, and never comes before
        if was_due:
            await deliveries.change(cursor, old.id, state="cancelled", reason="cleared")
        if old.first_sent_at or old.uncertain or old.leased:
            return await self._tell_end(cursor, old, notice, now)
        return [self.publisher.suppressed(old.telling, reason="cleared", now=now)] if was_due else []

    async def _tell_end(self, cursor: Cursor, old: Delivery, notice: Notice, now: datetime) -> list[Row]:
        recipient = await directory.find(cursor, old.recipient_id) if old.recipient_id else None
        if recipient is None:
            return []
        base = replace(
            old,
            notice=notice,
            attempts=0,
            uncertain=False,
            leased=False,
            first_sent_at=None,
            acknowledge=None,
            acknowledge_by=None,
            acknowledged_at=None,
            acknowledged_by=None,
            ladder=(),
            next_attempt_at=now,
            give_up_at=now + self.limits.without_rule,
        )
        # Whoever was told hears of the end, whatever brought it about.
        route = Route(old.role, recipient, None, old.authority)
        return await self._keep(cursor, [await self._paced(cursor, base, route, now, quiet=True)], notice, now, Look())

    async def _paced(self, cursor: Cursor, base: Delivery, route: Route, now: datetime, *, quiet: bool) -> Delivery:
        """The delivery of one route, at its time: later in quiet hours, together with others in a storm."""
        new, recipient, limits = _to(base, route, base.notice, now), route.recipient, self.limits
        if recipient is None or new.state != "due":
            return new
        # Ends that an adoption or a rebuild brings about come by the hundred: one message.
        storm = new.notice.basis != "live" or await deliveries.many(cursor, recipient.id, new.notice, now, limits)
        found = pacing.pace(new.notice, recipient, new.next_attempt_at, limits, storm=storm, quiet=quiet)
        waits = found.at - new.next_attempt_at
        start = found.at + pacing.NEVER if found.group else found.at
        return replace(
            new, next_attempt_at=start, give_up_at=new.give_up_at + waits, gather=found.group,
            gather_at=found.at if found.group else None,
        )  # fmt: skip


def _to(base: Delivery, route: Route, notice: Notice, now: datetime) -> Delivery:
    """The delivery of one route."""
    recipient, why = route.recipient, route.suppressed
    waits = recipient is None and why is None
    start = max(now, sharing.not_before(notice, route.role) or now)
    return replace(
        base,
        id=deliveries.id_of(notice.event_id, recipient)
        if recipient
        else deliveries.waiting_id(notice.event_id, route.role, route.authority or notice.provider_id),
        role=route.role,
        recipient_id=recipient.id if recipient else None,
        channel=recipient.channel if recipient else None,
        authority=route.authority,
        state="suppressed" if why else "due",
        reason=why or ("no_recipient" if waits else "embargo" if start > now else None),
        next_attempt_at=start,
        give_up_at=base.give_up_at + (start - now),
        # Nobody to send to: the ladder is told when the time for an acknowledgement is over.
        escalate_at=deadlines.after(now, base.acknowledge) if waits and base.acknowledge else None,
    )
