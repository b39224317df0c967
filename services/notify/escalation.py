"""What nobody answers goes up the ladder: the next role is told (A18), once of each alert."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify import carrying, deliveries, directory, routing, undelivered
from services.notify.deliveries import Cursor, Delivery
from services.notify.notice import TITLES
from services.notify.publish import Publisher
from shared import identifiers
from shared.events import alerts
from shared.journal.rows import Result, Row
from shared.policies.section import Limit

log = logging.getLogger(__name__)
AT_ONCE = 500

# An alert is answered when every role that did not answer at first has answered since.
_ANSWERED = """
UPDATE escalations SET settled = true WHERE raised_id = %(of)s AND NOT settled AND (
  EXISTS (SELECT FROM notices WHERE event_id = %(of)s AND cleared_by IS NOT NULL) OR NOT EXISTS (
    SELECT FROM deliveries d WHERE d.event_id = %(of)s AND (d.state IN ('escalated', 'dead') OR d.recipient_id IS NULL)
      AND NOT EXISTS (SELECT FROM deliveries a WHERE a.event_id = d.event_id AND a.role = d.role
                      AND a.state = 'acknowledged')))
RETURNING alert_id
"""


@dataclass(frozen=True, slots=True)
class Climb:
    """Work for the journal's writer: everything whose time is over goes one step up. Returns how many."""

    publisher: Publisher
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """Receipts of what was escalated, and one A18 for each provider and role that must now be told."""
        where = "d.id IN (SELECT id FROM deliveries WHERE escalate_at <= %(now)s ORDER BY escalate_at LIMIT %(most)s)"
        overdue = await deliveries.select(cursor, where, {"now": self.now, "most": AT_ONCE})
        rows: list[Row] = []
        for one in overdue:
            # A message that tells of several climbs no ladder: each that it tells of does.
            rows += await carrying.failed(cursor, one, self.publisher, self.now) if one.notice.carries else ()
        steps = [(await self._step(cursor, one), one) for one in overdue if not one.notice.carries]
        for to_role, one in steps:
            rows += await self._leave(cursor, one, to_role)
        groups: dict[tuple[str, str], list[Delivery]] = {}
        for to_role, one in steps:
            if to_role:
                groups.setdefault((one.notice.subject, to_role), []).append(one)
        for (_, to_role), group in groups.items():
            rows += await self._raise(cursor, group, to_role)
        return rows

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many receipts and alerts were recorded."""
        return len(results)

    async def _step(self, cursor: Cursor, one: Delivery) -> str | None:
        reachable = await directory.roles_held(cursor, one.notice.place, one.notice.provider_id, self.now)
        return routing.next_role(one.role, one.ladder, reachable)

    async def _leave(self, cursor: Cursor, one: Delivery, to_role: str | None) -> list[Row]:
        if to_role is None:
            log.warning("%s %s: %s does not answer and the ladder ends", one.notice.alert, one.id, one.role)
            await deliveries.change(cursor, one.id, escalate_at=None)
            return [] if one.ladder else await undelivered.raise_for(cursor, one, self.publisher, self.now)
        # One that is dead, or that waits for a recipient, stays what it is.
        state = "escalated" if one.state == "sent" else one.state
        await deliveries.change(cursor, one.id, escalate_at=None, state=state)
        return [self.publisher.escalated(one.telling, to_role=to_role, now=self.now)]

    async def _raise(self, cursor: Cursor, group: Sequence[Delivery], to_role: str) -> list[Row]:
        causes = dict.fromkeys(raised for one in group for raised in (one.notice.about or (one.notice.event_id,)))
        told = await _told(cursor, list(causes), to_role)
        new = [raised for raised in causes if raised not in told]
        if not new:
            return []
        first = group[0].notice
        body = alerts.AlertRaised(
            alert="A18",
            cause=f"{new[0]}:{to_role}",
            name=first.name,
            commissioning=first.commissioning,
            summary=_summary(group),
            policy_digest=first.policy_digest,
            evidence=tuple(map(str, new)),
            to_role=to_role,
        )
        await remember(cursor, new, to_role, identifiers.alert_id("A18", first.subject, body.cause))
        return [self.publisher.raised(body, about=first, now=self.now)]


async def remember(cursor: Cursor, raised: Sequence[UUID], to_role: str, alert_id: UUID) -> None:
    """Keep that a role was told that these alerts are unanswered."""
    await cursor.execute(
        """INSERT INTO escalations(raised_id, to_role, alert_id) SELECT unnest(%s::uuid[]), %s, %s
           ON CONFLICT DO NOTHING""",
        (list(raised), to_role, alert_id),
    )


async def settle(cursor: Cursor, raised_id: UUID, publisher: Publisher, now: datetime) -> list[Row]:
    """Call when an alert is acknowledged or ended: an A18 of which every alert is settled is ended too."""
    found = await cursor.execute(_ANSWERED, {"of": raised_id})
    rows: list[Row] = []
    for (alert_id,) in await found.fetchall():
        left = await cursor.execute("SELECT FROM escalations WHERE alert_id = %s AND NOT settled LIMIT 1", (alert_id,))
        about = await deliveries.notice(cursor, alert_id) if await left.fetchone() is None else None
        if about is not None:
            body = alerts.AlertCleared(
                alert="A18",
                cause=str(alert_id),
                name=about.name,
                summary="It has been answered.",
                raised_id=str(alert_id),
            )
            rows.append(publisher.cleared(body, about=about, now=now))
    return rows


async def ladder_of(cursor: Cursor, raised_id: UUID) -> tuple[Limit | None, tuple[str, ...]] | None:
    """Limit and ladder of an alert that nobody answered: its A18 goes on up the same one."""
    found = await deliveries.select(cursor, "d.event_id = %(of)s", {"of": raised_id}, lock=False)
    return (found[0].acknowledge, found[0].ladder) if found else None


async def _told(cursor: Cursor, raised: list[UUID], to_role: str) -> set[Any]:
    query = "SELECT raised_id FROM escalations WHERE raised_id = ANY(%s) AND to_role = %s"
    found = await cursor.execute(query, (raised, to_role))
    return {row[0] for row in await found.fetchall()}


def _summary(group: Sequence[Delivery]) -> str:
    """One sentence for each kind of alert and role, so that many of a kind are one line with a count."""
    parts: dict[tuple[str, str, bool], int] = {}
    for one in group:
        key = (one.notice.alert, one.role, one.first_sent_at is not None)
        parts[key] = parts.get(key, 0) + 1
    words = (_silence(alert, role, sent=sent, count=count) for (alert, role, sent), count in parts.items())
    return (". ".join(words) + ".")[:500]


def _silence(alert: str, role: str, *, sent: bool, count: int) -> str:
    what = "has not been acknowledged by" if sent else "could not be sent to"
    times = f" ({count} times)" if count > 1 else ""
    return f"{alert} ({TITLES.get(alert, alert)}) {what} {role}{times}"
