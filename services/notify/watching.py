"""What nobody asks for: limits that pass unanswered, recipients given up or withdrawn, summaries that are over."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify import downtime, open_days, statements
from services.notify.escalation import Climb
from services.notify.fanout import FanOut
from services.notify.gathering import RIPE, UNREMINDED, Gather, Remind
from services.notify.limits import Bounds
from services.notify.registering import Begin, Reassign
from services.notify.sending import OUT_OF_REACH
from services.notify.settling import Bury
from services.notify.summaries import Summarise
from shared import calendar, clock
from shared.database import Pool
from shared.journal.writer import Work, Writer

LONG_AGO = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger(__name__)

# Cheap looks without the append lock, so that a quiet service takes it not at all.
_LOOK = f"""
SELECT EXISTS (SELECT FROM deliveries WHERE escalate_at <= %(now)s),
       EXISTS (SELECT FROM recipients r JOIN deliveries d ON d.recipient_id = r.id
               WHERE r.paused_until > %(now)s AND d.state IN ('due', 'failed') AND d.give_up_at <= %(now)s),
       EXISTS (SELECT FROM recipients r JOIN deliveries d ON d.recipient_id = r.id
               WHERE NOT r.active AND d.state IN ('due', 'failed')
                 AND (d.leased_until IS NULL OR d.leased_until <= %(now)s)),
       EXISTS (SELECT FROM summaries WHERE last_at <= %(quiet)s),
       EXISTS (SELECT FROM recipients WHERE active AND (
                 NOT begun AND (duty ->> 'effective_from')::date <= %(today)s
                 OR (duty ->> 'effective_until')::date < %(today)s)),
       EXISTS (SELECT FROM deliveries WHERE {RIPE}),
       EXISTS (SELECT FROM deliveries WHERE {UNREMINDED}),
       EXISTS (SELECT FROM days WHERE day <= %(open)s) AND EXISTS (
         SELECT FROM recipients r WHERE active AND NOT EXISTS (SELECT FROM open_days o WHERE o.place = r.place))
       OR EXISTS (SELECT FROM open_days),
       EXISTS (SELECT FROM recipients WHERE {statements.OWED})
"""  # noqa: S608


@dataclass
class Watch:
    """Looks for ever."""

    pool: Pool
    writer: Writer
    fanout: FanOut
    opened: asyncio.Event
    bounds: Bounds
    failing: str | None = None
    _beat: datetime = LONG_AGO
    _looked: float | None = None
    """When we looked last, on the machine's own clock; None before the first look."""

    def check(self) -> str | None:
        """For readiness: why limits that pass are not seen."""
        return self.failing

    async def run(self) -> None:
        """A failure of the database is waited out."""
        await self.opened.wait()
        while True:
            try:
                await self._resume()
                await self.look()
                self._looked = time.monotonic()
                self.failing = None
            except OUT_OF_REACH as error:
                log.warning("nothing can be looked after: %s", error)
            except Exception as error:
                # One row that cannot be looked after must not end the sending of all others: it is said, loudly.
                log.exception("limits that pass are not seen")
                self.failing = type(error).__name__
            await asyncio.sleep(self.bounds.watch.total_seconds())

    async def _resume(self) -> None:
        """After a standstill the clocks of others are put on before anything is done about them."""
        least = self.fanout.limits.downtime
        stood = timedelta.max if self._looked is None else timedelta(seconds=time.monotonic() - self._looked)
        if stood >= least:
            await self.writer.submit(downtime.Resume(least, clock.now()))
        elif clock.now() - self._beat >= downtime.BEAT:
            async with self.pool.connection() as connection, connection.cursor() as cursor:
                await downtime.alive(cursor, clock.now())
        else:
            return
        self._beat = clock.now()

    async def look(self) -> None:
        """Once. Raises what the database or the journal raises."""
        now = clock.now()
        kinds: tuple[Callable[[datetime], Work[Any]], ...] = (
            lambda at: Climb(self.fanout.publisher, at),
            lambda at: Bury(self.fanout, at),
            lambda at: Reassign(self.fanout.publisher, at),
            lambda at: Summarise(self.fanout.limits, at),
            lambda at: Begin(self.fanout.publisher, at),
            Gather,
            lambda at: Remind(self.fanout.limits, at),
            lambda at: open_days.Look(self.fanout.publisher, at),
            lambda at: statements.Issue(self.fanout.limits, at),
        )
        values = {
            "now": now, "quiet": now - self.fanout.limits.summary_after, "today": calendar.london_date(now),
            "remind": self.fanout.limits.remind, "open": open_days.due(now),
            **statements.owed(now),
        }  # fmt: skip
        async with self.pool.connection() as connection:
            found = await (await connection.execute(_LOOK, values)).fetchone()
        for is_due, kind in zip(found or (), kinds, strict=True):
            if is_due:
                await self.writer.submit(kind(now))
