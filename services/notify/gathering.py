"""What was held is sent together, and who has not answered is reminded once: looked for by the watch."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from services.notify import carrying, deliveries, directory, pacing
from services.notify.deliveries import Cursor, Delivery
from services.notify.limits import Limits
from shared.journal.rows import Result, Row

log = logging.getLogger(__name__)

MOST = 200
"""So many are told of by one message."""
GROUPS = 50
RIPE = "gather IS NOT NULL AND gather_at <= %(now)s AND state IN ('due', 'failed') AND recipient_id IS NOT NULL"
UNREMINDED = """
state = 'sent' AND escalate_at > %(now)s AND NOT reminded AND acknowledge_by > first_sent_at
AND first_sent_at + (acknowledge_by - first_sent_at) * %(remind)s <= %(now)s"""
_GROUPS = f"SELECT DISTINCT recipient_id, gather FROM deliveries WHERE {RIPE} LIMIT {GROUPS}"  # noqa: S608
_OF_GROUP = f"""
d.id IN (SELECT id FROM deliveries WHERE {RIPE} AND recipient_id = %(recipient)s AND gather = %(group)s
         ORDER BY number LIMIT {MOST})"""  # noqa: S608
_LET_GO = f"""
UPDATE deliveries SET gather = NULL, next_attempt_at = %(now)s
WHERE {RIPE} AND recipient_id = %(recipient)s AND gather = %(group)s"""  # noqa: S608
_SILENT = f"d.id IN (SELECT id FROM deliveries WHERE {UNREMINDED} ORDER BY number LIMIT {MOST})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Gather:
    """Work for the journal's writer: each group whose time has come becomes one message."""

    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """None: each is recorded when it is sent."""
        found = await cursor.execute(_GROUPS, {"now": self.now})
        for recipient, group in await found.fetchall():
            values = {"now": self.now, "recipient": recipient, "group": group}
            try:
                async with cursor.connection.transaction():
                    await self._send(cursor, recipient, await deliveries.select(cursor, _OF_GROUP, values))
            except (ValueError, psycopg.DataError):
                # Nothing is withheld because it cannot be put together: then each goes by itself.
                log.exception("%s: what was held for %s cannot be one message", recipient, group)
                await cursor.execute(_LET_GO, values)
        return ()

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> None:
        """Nothing is recorded yet."""

    async def _send(self, cursor: Cursor, key: UUID, together: Sequence[Delivery]) -> None:
        recipient = await directory.find(cursor, key)
        if recipient is None or len(together) == 1:
            for one in together:
                await deliveries.change(cursor, one.id, gather=None, next_attempt_at=self.now)
            return
        carrier = carrying.message(together, recipient, "alerts.summary", self.now)
        await carrying.keep(cursor, carrier, self.now)
        await carrying.take(cursor, carrier, together, self.now)


@dataclass(frozen=True, slots=True)
class Remind:
    """Work for the journal's writer: whoever has not answered is reminded before the time is over, once."""

    limits: Limits
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """None: a reminder is recorded when it is sent."""
        values = {"now": self.now, "remind": self.limits.remind}
        of: dict[UUID, list[Delivery]] = {}
        for one in await deliveries.select(cursor, _SILENT, values):
            await deliveries.change(cursor, one.id, reminded=True)
            if one.recipient_id is not None and not one.notice.items:
                of.setdefault(one.recipient_id, []).append(one)
        for key, silent in of.items():
            await self._remind(cursor, key, silent)
        return ()

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> None:
        """Nothing is recorded yet."""

    async def _remind(self, cursor: Cursor, key: UUID, silent: Sequence[Delivery]) -> None:
        recipient = await directory.find(cursor, key)
        if recipient is None:
            return
        calm = pacing.after_quiet(recipient.duty, self.now)
        for at, some in (
            (self.now, [one for one in silent if one.notice.urgent]),
            (calm, [one for one in silent if not one.notice.urgent and (one.acknowledge_by or calm) > calm]),
        ):
            if some:
                carrier = carrying.message(some, recipient, "alerts.reminder", at)
                await carrying.keep(cursor, carrier, self.now)
