"""Which process sends which delivery: a row is claimed by a lease, sent, and only then settled."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from services.notify import deliveries, directory
from services.notify.limits import Bounds
from services.notify.routing import Recipient


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process alone may send, until its lease ends."""

    delivery: deliveries.Delivery
    recipient: Recipient
    lease: UUID
    was_failing: bool
    """The recipient had not taken the message before."""


# One probe of the index per recipient, so that the cost does not grow with what is waiting. Whoever has as much under
# way as it may is left out here: a slow recipient keeps nobody else waiting. What it may be sent at once grows with
# time (a token bucket). Nothing is sent from a database that was started since its journal was compared with Kafka: it
# may be yesterday's, and not know what it has said. A claim waits for no lock, so that it stands in nobody's way.
_CLAIM = """
WITH busy AS (SELECT * FROM unnest(%(busy)s::uuid[], %(counts)s::int[]) AS busy(recipient_id, n)),
allowed AS (
  SELECT id, least(%(burst)s::float8, coalesce(
    allowance + greatest(extract(epoch FROM %(now)s - allowance_at)::float8, 0) * %(rate)s::float8, %(burst)s)) AS n
  FROM recipients),
picked AS (
  SELECT d.id, r.id AS recipient_id, a.n
  FROM recipients r JOIN allowed a USING (id) LEFT JOIN busy b ON b.recipient_id = r.id CROSS JOIN LATERAL (
    SELECT id, urgent, next_attempt_at FROM deliveries
    WHERE recipient_id = r.id AND state IN ('due', 'failed') AND next_attempt_at <= %(now)s AND id <> ALL(%(mine)s)
      AND (leased_until IS NULL OR leased_until <= %(now)s)
    ORDER BY urgent DESC, next_attempt_at
    LIMIT greatest(least(
      CASE WHEN r.failures >= %(failures)s THEN 1 ELSE %(each)s END - coalesce(b.n, 0), floor(a.n)::int), 0)
    FOR UPDATE SKIP LOCKED) d
  WHERE r.active AND (r.paused_until IS NULL OR r.paused_until <= %(now)s)
    AND journal_closed() IS NULL
  ORDER BY d.urgent DESC, d.next_attempt_at LIMIT %(free)s),
spent AS (
  UPDATE recipients r SET allowance = p.n - p.taken, allowance_at = %(now)s
  FROM (SELECT recipient_id, n, count(*) AS taken FROM picked GROUP BY recipient_id, n) p, (
    SELECT id FROM recipients WHERE id IN (SELECT recipient_id FROM picked) FOR NO KEY UPDATE SKIP LOCKED) free
  WHERE r.id = p.recipient_id AND r.id = free.id)
UPDATE deliveries d SET lease = %(lease)s, leased_until = %(until)s, uncertain = uncertain OR d.lease IS NOT NULL
FROM picked p, notices n, recipients r
WHERE d.id = p.id AND n.event_id = d.event_id AND r.id = d.recipient_id
RETURNING d.*, n.body, n.cleared_by IS NOT NULL AS cleared, r.address, r.secret,
  r.provider_id AS only_provider, r.authority AS only_authority, r.duty, r.failures > 0 AS was_failing
"""


async def claim(
    cursor: deliveries.Cursor, *, bounds: Bounds, under_way: Collection[Claimed], now: datetime, lease: UUID
) -> list[Claimed]:
    """Take what is due, urgent matters first. Nothing until the journal is reconciled, and nothing of our own again."""
    busy = Counter(one.recipient.id for one in under_way)
    values = {
        "busy": list(busy), "counts": list(busy.values()), "mine": [one.delivery.id for one in under_way], "now": now,
        "lease": lease, "until": now + bounds.lease, "each": bounds.per_recipient,
        "free": bounds.in_all - len(under_way), "failures": bounds.failures,
        "rate": bounds.rate, "burst": bounds.burst,
    }  # fmt: skip
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(_CLAIM, values)
        return [_claimed(row, lease) for row in await rows.fetchall()]


async def renew(cursor: deliveries.Cursor, under_way: Collection[Claimed], until: datetime) -> None:
    """We are alive, and still at these. Waits for no lock: whoever settles one may want another that is held here."""
    await cursor.execute(
        """UPDATE deliveries SET leased_until = %s WHERE id IN (
             SELECT d.id FROM deliveries d JOIN unnest(%s::uuid[], %s::uuid[]) AS mine(id, lease) USING (id)
             WHERE d.lease = mine.lease FOR NO KEY UPDATE OF d SKIP LOCKED)""",
        (until, [one.delivery.id for one in under_way], [one.lease for one in under_way]),
    )


def _claimed(row: Mapping[str, Any], lease: UUID) -> Claimed:
    # `d.*` holds the new lease; the recipient's own columns come under names of their own.
    recipient = directory.of_row(row, key="recipient_id", provider="only_provider")
    return Claimed(deliveries.of_row(row), recipient, lease, row["was_failing"])
