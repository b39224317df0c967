"""What nobody asks for: limits that pass unanswered, recipients given up or withdrawn, summaries that are over."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.escalation import Climb
from services.notify.fanout import FanOut
from services.notify.limits import Bounds
from services.notify.registering import Reassign
from services.notify.sending import OUT_OF_REACH
from services.notify.settling import Bury
from services.notify.summaries import Summarise
from shared import clock
from shared.database import Pool
from shared.journal.writer import Work, Writer

log = logging.getLogger(__name__)

# Cheap looks without the append lock, so that a quiet service takes it not at all.
_LOOK = """
SELECT EXISTS (SELECT FROM deliveries WHERE escalate_at <= %(now)s),
       EXISTS (SELECT FROM recipients r JOIN deliveries d ON d.recipient_id = r.id
               WHERE r.paused_until > %(now)s AND d.state IN ('due', 'failed') AND d.give_up_at <= %(now)s),
       EXISTS (SELECT FROM recipients r JOIN deliveries d ON d.recipient_id = r.id
               WHERE NOT r.active AND d.state IN ('due', 'failed')
                 AND (d.leased_until IS NULL OR d.leased_until <= %(now)s)),
       EXISTS (SELECT FROM summaries WHERE last_at <= %(over)s)
"""


@dataclass
class Watch:
    """Looks for ever."""

    pool: Pool
    writer: Writer
    fanout: FanOut
    opened: asyncio.Event
    bounds: Bounds
    failing: str | None = None

    def check(self) -> str | None:
        """For readiness: why limits that pass are not seen."""
        return self.failing

    async def run(self) -> None:
        """A failure of the database is waited out."""
        await self.opened.wait()
        while True:
            try:
                await self.look()
                self.failing = None
            except OUT_OF_REACH as error:
                log.warning("nothing can be looked after: %s", error)
            except Exception as error:
                # One row that cannot be looked after must not end the sending of all others: it is said, loudly.
                log.exception("limits that pass are not seen")
                self.failing = type(error).__name__
            await asyncio.sleep(self.bounds.watch.total_seconds())

    async def look(self) -> None:
        """Once. Raises what the database or the journal raises."""
        now = clock.now()
        kinds: tuple[Callable[[datetime], Work[Any]], ...] = (
            lambda at: Climb(self.fanout.publisher, at),
            lambda at: Bury(self.fanout, at),
            lambda at: Reassign(self.fanout.publisher, at),
            lambda at: Summarise(self.fanout.limits, at),
        )
        values = {"now": now, "over": now - self.fanout.limits.summary_after}
        async with self.pool.connection() as connection:
            found = await (await connection.execute(_LOOK, values)).fetchone()
        for is_due, kind in zip(found or (), kinds, strict=True):
            if is_due:
                await self.writer.submit(kind(now))
