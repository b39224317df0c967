"""In the background: ask for what is due to be asked, and remind; each day, and whenever a policy comes into force."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date

import psycopg

from services.intake import register
from services.intake.follow import Follower
from services.intake.identity import Provider
from services.intake.parts import Parts
from services.intake.returns import asked, asking
from services.intake.returns.asking import Policy
from services.intake.returns.request_rows import Rows
from services.intake.returns.schedules import Schedules
from shared import bank_holidays, calendar
from shared.journal import append
from shared.journal.rows import Row

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
AT_A_TIME = 200
"""Providers that are looked at, and asked, in one step."""
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, append.Unavailable)


class Asker:
    """Asks every provider for what its place's policy says, once for each period."""

    def __init__(self, parts: Parts, schedules: Schedules, follower: Follower) -> None:
        self._parts, self._schedules, self._follower = parts, schedules, follower
        self._rows = Rows(parts.digest_key)
        self._done: tuple[date, tuple[tuple[str, str], ...]] | None = None
        """The day and the policies for which everybody was asked."""

    async def run(self) -> None:
        """Look every few seconds, for ever: a day may have begun, a policy come into force."""
        await self._schedules.until_ready()
        while True:
            try:
                await self.ask_if_due()
            except RETRIED as error:
                log.warning("returns are not asked for: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    async def ask_if_due(self) -> None:
        """Ask everybody, if that was not done on this day under these policies. A restart looks once more."""
        today = calendar.london_date(self._parts.now())
        due = today, self._schedules.in_force(today)
        if due == self._done:
            return
        if (self._done is None or self._done[0] != today) and (why := bank_holidays.running_out(today)):
            log.error("%s", why)
        for policy in self._schedules.policies(today):
            await self.ask(policy, today)
        self._done = due

    async def ask(self, policy: Policy, today: date) -> None:
        """Ask the providers of one place for what has opened by this day."""
        await self._follower.catch_up()
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            since = await asked.asking_since(cursor, policy.place, today)
        after = 0
        while found := await self._page(policy.place, after):
            after = found[-1].number
            rows = await self._due(found, policy, today, since)
            if rows:
                await self._parts.writer.append(rows)
                log.info("%d returns asked for or reminded of in %s", len(rows), policy.place)
        await self._follower.catch_up()

    async def _page(self, place: str, after: int) -> list[Provider]:
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            return await register.page(cursor, [place], after=after, limit=AT_A_TIME)

    async def _due(self, found: Sequence[Provider], policy: Policy, today: date, since: date) -> list[Row]:
        ids, now, rows = [each.provider_id for each in found], self._parts.now(), list[Row]()
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            known, still_open = await asked.known(cursor, ids), await asked.still_open(cursor, ids, today)
            for provider in found:
                have = known.get(provider.provider_id, set())
                asks = asking.wanted(provider, policy, today, known=have, asking_since=since)
                rows += [self._rows.requested(ask, now) for ask in asks]
                for each in still_open.get(provider.provider_id, ()):
                    is_asked = asking.is_asked_still(each, policy, provider, today)
                    if is_asked == each.ended:
                        await asked.end(cursor, each, None if is_asked else today)
                    number = asking.reminder(each, policy, provider, today) if is_asked else None
                    if number is not None:
                        rows.append(self._rows.reminded(each, number, provider.facts["name"], now))
        return rows
