"""In the background: release what waits no longer for anything."""

import asyncio
import logging

import psycopg

from services.intake import quarantine
from services.intake.door import measure
from services.intake.parts import Parts
from services.intake.release import Release
from shared.journal import append

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
MOST = 200
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, append.Unavailable)


class Sweeper:
    """A registration releases what waits for its aliases by itself; this takes the rest.

    The rest: more than one transaction holds, a time that has come, what a restored database brought back, and what
    was sent again by somebody who reaches further.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            try:
                more = await self.sweep()
            except RETRIED as error:
                log.warning("the quarantine is not swept: %s: %.300s", type(error).__name__, error)
                more = False
            await asyncio.sleep(0 if more else EVERY_SECONDS)

    async def sweep(self) -> bool:
        """Release one transaction's worth; whether there was any."""
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            await quarantine.settle_known(cursor, self._parts.now())
            if not await quarantine.releasable(cursor, self._parts.now(), limit=1):
                return False
        released = await self._parts.writer.submit(Release(self._parts.now(), limit=MOST))
        measure(released)
        log.info("%d released from quarantine", len(released))
        return bool(released)
