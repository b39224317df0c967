"""What is about the past is not told one by one: it is counted, and told once for a place when it is over."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.notify import carrying, deliveries, directory
from services.notify.deliveries import Cursor, Delivery
from services.notify.limits import Limits
from services.notify.notice import TITLES, Notice
from shared import identifiers
from shared.journal.rows import Result, Row

log = logging.getLogger(__name__)

ROLES = ("quality_lead",)
"""Who gets a place's summary, if anybody is registered: nobody is owed one, so that its lack is no gap."""

_COUNT = """
INSERT INTO summaries(place, basis, id, last_at, counts) VALUES (%(place)s, %(basis)s, %(id)s, %(now)s, %(one)s)
ON CONFLICT (place, basis) DO UPDATE SET last_at = excluded.last_at, counts = summaries.counts ||
  jsonb_build_object(%(alert)s::text, coalesce((summaries.counts ->> %(alert)s)::int, 0) + 1)
"""
_OVER = """
DELETE FROM summaries WHERE last_at <= %s RETURNING place, basis, id, counts"""
_WHY = {
    "import": "were found in records that were imported",
    "carried-over": "were carried over at go-live",
    "adoption": "follow from a policy that was adopted",
    "rebuild": "were found when the record was judged anew",
}


async def count(cursor: Cursor, notice: Notice, now: datetime) -> None:
    """Count one alert that is not told one by one."""
    await cursor.execute(
        _COUNT,
        {
            "place": notice.place,
            "basis": notice.basis,
            "alert": notice.alert,
            "id": identifiers.derived_id("summary", notice.place, notice.basis, str(notice.event_id)),
            "now": now,
            "one": Jsonb({notice.alert: 1}),
        },
    )


@dataclass(frozen=True, slots=True)
class Summarise:
    """Work for the journal's writer: a delivery of each summary whose cause is over. Returns how many summaries."""

    limits: Limits
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """None: a summary is recorded when it is sent."""
        found = await cursor.execute(_OVER, (self.now - self.limits.summary_after,))
        for place, basis, key, counts in await found.fetchall():
            notice = Notice(
                event_id=key,
                type="alerts.summary",
                alert="summary",
                provider_id=None,
                place=place,
                basis=basis,
                classification="official-sensitive",
                raised_at=self.now,
                name=place,
                summary=sentence(basis, counts),
            )
            log.info("%s: %s", place, notice.summary)
            await self._deliver(cursor, notice)
        return ()

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> None:
        """Nothing is recorded yet."""

    async def _deliver(self, cursor: Cursor, notice: Notice) -> None:
        for recipient in await directory.of_place(cursor, notice.place):
            if recipient.role in ROLES and recipient.provider_id is None:
                new = Delivery(
                    id=deliveries.id_of(notice.event_id, recipient),
                    notice=notice,
                    role=recipient.role,
                    recipient_id=recipient.id,
                    channel=recipient.channel,
                    next_attempt_at=self.now,
                    give_up_at=self.now + self.limits.without_rule,
                )
                await carrying.keep(cursor, new, self.now)


def sentence(basis: str, counts: dict[str, Any]) -> str:
    """`3 alerts were found in records that were imported: A10 A limit has passed (2), A11 A return was missed (1).`"""
    kinds = ", ".join(f"{alert} {TITLES.get(alert, '')} ({counts[alert]})" for alert in sorted(counts, key=_order))
    total = sum(counts.values())
    return f"{total} alert{'' if total == 1 else 's'} {_WHY[basis]} and not sent one by one: {kinds}."[:500]


def _order(alert: str) -> int:
    return int(alert.removeprefix("A"))
