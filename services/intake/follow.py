"""Read our own journal after a mark: what the views of returns and of duplicates are made from, once and in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg

from shared import events
from shared.database import Pool

log = logging.getLogger(__name__)

Cursor = psycopg.AsyncCursor[Any]
Take = Callable[[Cursor, list[events.Event]], Awaitable[None]]
EVERY_SECONDS = 1.0
MOST = 2000
"""Rows of the journal that are looked at in one transaction."""
_END = """
SELECT max(position) FROM (SELECT position FROM journal WHERE position > %s ORDER BY position LIMIT %s) AS next
"""
_BODIES = "SELECT body FROM journal WHERE position > %s AND position <= %s AND type = ANY(%s) ORDER BY position"
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError)


async def _taken(cursor: Cursor, take: Take, events_: list[events.Event]) -> None:
    """Together; if that cannot be, each by itself. What breaks a view is left out, and said."""
    try:
        async with cursor.connection.transaction():
            await take(cursor, events_)
    except RETRIED:
        raise
    except Exception:
        if len(events_) == 1:
            log.exception("%s %s is missing in a view", events_[0].type, events_[0].id)
        else:
            for event in events_:
                await _taken(cursor, take, [event])


class Follower:
    """Each view takes the kinds that it needs. Rows are committed in the order of positions: none is passed by."""

    def __init__(self, pool: Pool, takers: Mapping[Take, tuple[str, ...]]) -> None:
        """`takers`: who takes which kinds (`returns.submitted`); they change things through the cursor only."""
        self._pool, self._takers = pool, dict(takers)
        self._types = sorted({events.envelope.type_name(kind) for kinds in takers.values() for kind in kinds})

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            try:
                await self.catch_up()
            except RETRIED as error:
                log.warning("the journal is not followed: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    async def catch_up(self) -> None:
        """Take everything that is committed by now. Whoever has just written something finds it in the views then."""
        while await self._step():
            pass

    async def _step(self) -> bool:
        async with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await cursor.execute("SELECT position FROM followed FOR UPDATE")
            ((after,),) = await cursor.fetchall()
            await cursor.execute(_END, (after, MOST))
            ((to,),) = await cursor.fetchall()
            if to is None:
                return False
            await cursor.execute(_BODIES, (after, to, self._types))
            found = [events.decode(bytes(body)) for (body,) in await cursor.fetchall()]
            for take, kinds in self._takers.items():
                if theirs := [event for event in found if event.kind in kinds]:
                    await _taken(cursor, take, theirs)
            await cursor.execute("UPDATE followed SET position = %s", (to,))
            return True
