"""Our own standstill: the clocks of whoever could not answer us meanwhile are put on by its length."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notify.deliveries import Cursor
from shared.journal.rows import Result, Row

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=30)
"""So often is it written down that we are here."""
_ALIVE = """
INSERT INTO heartbeat(at) VALUES (%s) ON CONFLICT (one) DO UPDATE SET at = greatest(heartbeat.at, excluded.at)"""
# Of what is dead the ladder is told at once: only whoever was to answer, and what was to be sent, has more time.
_ANSWERS = """
UPDATE deliveries SET escalate_at = escalate_at + %(gap)s, acknowledge_by = acknowledge_by + %(gap)s
WHERE escalate_at IS NOT NULL AND (state = 'sent' OR (state = 'due' AND recipient_id IS NULL))"""
_SENDINGS = "UPDATE deliveries SET give_up_at = give_up_at + %(gap)s WHERE state IN ('due', 'failed')"


async def alive(cursor: Cursor, now: datetime) -> None:
    """Write down that we are here. Never earlier than what is written: a clock that is put back changes nothing."""
    await cursor.execute(_ALIVE, (now,))


@dataclass(slots=True)
class Resume:
    """Work for the journal's writer, before anything else at a start: how long did we stand still?"""

    least: timedelta
    now: datetime
    gap: timedelta = timedelta()

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """None: a clock that is put on is recorded when somebody is told, or answers."""
        found = await (await cursor.execute("SELECT at FROM heartbeat")).fetchone()
        self.gap = self.now - found[0] if found else timedelta()
        await put_on(cursor, self.gap, self.least)
        await alive(cursor, self.now)
        return ()

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> timedelta:  # noqa: ARG002 - the protocol's
        """How long it was."""
        return self.gap


async def put_on(cursor: Cursor, gap: timedelta, least: timedelta) -> None:
    """Put on all running clocks, if it was long enough to matter."""
    if gap < least:
        return
    log.warning("nobody could be told or answer for %s: the clocks of whoever was to answer are put on by that", gap)
    await cursor.execute(_ANSWERS, {"gap": gap})
    await cursor.execute(_SENDINGS, {"gap": gap})
