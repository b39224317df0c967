"""Where people and facts differ for too long it is told (A9), once for its cause, and cleared when it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from pydantic import ValidationError

from services.governance import judged, publish, register, view
from services.governance.asking import NoPolicy, Unknown
from services.governance.domain import divergence
from services.governance.domain.divergence import Divergence
from services.governance.event_store import EventStore
from services.governance.packs import InForce, Packs
from services.governance.publish import Origin
from services.governance.reactions import POLL_SECONDS, RETRIED
from services.governance.register import Seen
from services.governance.watching import alerts
from shared import calendar, clock
from shared.database import Pool
from shared.events.alerts import AlertBody
from shared.journal.rows import Result, Row
from shared.journal.writer import Writer

log = logging.getLogger(__name__)

TOLD = "A9"
MOST = 200
_CHANGED_OR_DUE = f"""
SELECT c.provider_id, c.place, c.version, a.id FROM cases AS c JOIN {view.SCHEMA}.assessments AS a USING (provider_id)
LEFT JOIN compared AS l USING (provider_id)
WHERE l.provider_id IS NULL OR l.version <> c.version OR l.assessment <> a.id
   OR EXISTS (SELECT 1 FROM divergences AS d WHERE d.provider_id = c.provider_id AND NOT d.told AND d.due <= %s)
LIMIT %s
"""  # noqa: S608 - names of ours alone, here and below

Known = dict[tuple[str, str], bool]
"""By scale and cause, whether it was told."""


@dataclass(frozen=True, slots=True)
class Found:
    """One divergence, and when it is told."""

    one: Divergence
    since: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class _Settle:
    """Bring what is kept of one provider up to date with what was found. Under the append lock."""

    seen: Seen
    version: int
    assessment: Any
    found: Sequence[Found]
    policy: InForce
    at: datetime
    origin: Origin

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:
        who = self.seen.provider_id
        await cursor.execute("SELECT version FROM cases WHERE provider_id = %s", (who,))
        if await cursor.fetchone() != (self.version,):
            return []  # decided in this very moment: looked at again
        await cursor.execute(_COMPARED, (who, self.version, self.assessment))
        await cursor.execute("SELECT scale, cause, told FROM divergences WHERE provider_id = %s", (who,))
        known = {(scale, cause): told for scale, cause, told in await cursor.fetchall()}
        told: list[AlertBody] = [gone async for gone in self._gone(cursor, known)]
        told += [late async for late in self._late(cursor, known)]
        return [publish.alert(alert, who, self.at, self.origin) for alert in told]

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> int:  # noqa: ARG002
        return len(results)

    async def _gone(self, cursor: psycopg.AsyncCursor[Any], known: Known) -> AsyncIterator[AlertBody]:
        still = {(each.one.scale, each.one.cause(each.since)) for each in self.found}
        for (scale, cause), told in known.items():
            if (scale, cause) in still:
                continue
            values = (self.seen.provider_id, scale)
            await cursor.execute("DELETE FROM divergences WHERE provider_id = %s AND scale = %s", values)
            if told:
                yield alerts.no_longer_divergent(self.seen.told, scale, cause)

    async def _late(self, cursor: psycopg.AsyncCursor[Any], known: Known) -> AsyncIterator[AlertBody]:
        for each in self.found:
            scale, cause = each.one.scale, each.one.cause(each.since)
            late = each.due is not None and each.due <= self.at
            told = known.get((scale, cause), False)
            values = (self.seen.provider_id, scale, self.seen.place, each.since, each.due, cause, told or late)
            await cursor.execute(_KEEP, values)
            if late and not told:
                await cursor.execute(_ONCE, (TOLD, f"{self.seen.provider_id}:{cause}", self.at))
                if cursor.rowcount:
                    since, digest = calendar.london_date(each.since), self.policy.adoption.digest
                    yield alerts.divergent(self.seen.told, each.one, since, cause, digest)


class Divergences:
    """Looks every second at what has changed since, because the development clock may jump."""

    def __init__(self, store: EventStore, packs: Packs, pool: Pool, writer: Writer, digest_key: bytes) -> None:
        self._store, self._packs, self._pool, self._writer, self._digest_key = store, packs, pool, writer, digest_key

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look(clock.now())
            except RETRIED as error:
                log.warning("divergences are not watched at the moment: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(POLL_SECONDS)

    async def look(self, now: datetime) -> int:
        """Compare whatever has changed, and tell what is due. Answers how many alerts were raised or cleared."""
        async with self._pool.connection() as connection:
            waiting = await (await connection.execute(_CHANGED_OR_DUE, (now, MOST))).fetchall()
        told = 0
        for provider_id, place, version, assessment in waiting:
            work = await asyncio.to_thread(self._compared, provider_id, place, version, assessment, now)
            if work is not None:
                told += await self._writer.submit(work)
        return told

    def _compared(self, provider_id: str, place: str, version: int, assessment: Any, now: datetime) -> _Settle | None:
        try:
            seen = register.provider(self._store, provider_id)
            policy = self._packs.in_force(place, calendar.london_date(now))
        except (Unknown, NoPolicy, ValidationError) as error:
            log.warning("%s cannot be compared yet: %s", provider_id, error)
            return None
        standing = self._store.case(provider_id, place).standing
        scales = seen.assessment.scales if seen.assessment and not seen.facts.get("closed") else {}
        found = [self._found(seen, one, policy) for one in divergence.diverging(standing, scales, policy.pack.scales)]
        origin = Origin(place, self._digest_key)
        return _Settle(seen, version, assessment, found, policy, now, origin)

    def _found(self, seen: Seen, one: Divergence, policy: InForce) -> Found:
        order = policy.pack.scales[one.scale].order
        since = divergence.began(one, judged.indicated(self._store, seen.provider_id, one.scale), order)
        return Found(one, since, divergence.told_at(one, since, policy.pack.alerts.get(TOLD)))


_COMPARED = """
INSERT INTO compared(provider_id, version, assessment) VALUES (%s, %s, %s)
ON CONFLICT (provider_id) DO UPDATE SET version = excluded.version, assessment = excluded.assessment
"""
_KEEP = """
INSERT INTO divergences(provider_id, scale, place, since, due, cause, told) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (provider_id, scale) DO UPDATE SET due = excluded.due, told = excluded.told
"""
_ONCE = "INSERT INTO reactions(reaction, cause, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
