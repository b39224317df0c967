"""Which process sends which delivery: a row is claimed by a lease, sent, and only then settled."""

from collections.abc import Mapping
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


# One probe of the index per recipient, so that the cost does not grow with what is waiting. Whoever has as much under
# way as it may is left out here: a slow recipient keeps nobody else waiting. Nothing is sent from a database that was
# started since its journal was compared with Kafka: it may be yesterday's, and not know what it has said.
_CLAIM = """
WITH busy AS (SELECT * FROM unnest(%(busy)s::uuid[], %(counts)s::int[]) AS busy(recipient_id, n)),
picked AS (
  SELECT d.id FROM recipients r LEFT JOIN busy b ON b.recipient_id = r.id CROSS JOIN LATERAL (
    SELECT id, urgent, next_attempt_at FROM deliveries
    WHERE recipient_id = r.id AND state IN ('due', 'failed') AND next_attempt_at <= %(now)s
      AND (leased_until IS NULL OR leased_until <= %(now)s)
    ORDER BY urgent DESC, next_attempt_at
    LIMIT greatest(CASE WHEN r.failures >= %(failures)s THEN 1 ELSE %(each)s END - coalesce(b.n, 0), 0)
    FOR UPDATE SKIP LOCKED) d
  WHERE r.active AND (r.paused_until IS NULL OR r.paused_until <= %(now)s)
    AND EXISTS (SELECT FROM mark WHERE reconciled = pg_postmaster_start_time() AND held IS NULL)
  ORDER BY d.urgent DESC, d.next_attempt_at LIMIT %(free)s)
UPDATE deliveries d SET lease = %(lease)s, leased_until = %(until)s, uncertain = uncertain OR d.lease IS NOT NULL
FROM picked p, notices n, recipients r
WHERE d.id = p.id AND n.event_id = d.event_id AND r.id = d.recipient_id
RETURNING d.*, n.body, n.cleared_by IS NOT NULL AS cleared, r.address, r.secret, r.provider_id AS only_provider
"""


async def claim(
    cursor: deliveries.Cursor, *, bounds: Bounds, busy: Mapping[UUID, int], now: datetime, lease: UUID
) -> list[Claimed]:
    """Take what is due, urgent matters first. Nothing until the journal is reconciled."""
    values = {
        "busy": list(busy), "counts": list(busy.values()), "now": now, "lease": lease, "until": now + bounds.lease,
        "each": bounds.per_recipient, "free": bounds.in_all - sum(busy.values()), "failures": bounds.failures,
    }  # fmt: skip
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(_CLAIM, values)
        return [_claimed(row, lease) for row in await rows.fetchall()]


def _claimed(row: Mapping[str, Any], lease: UUID) -> Claimed:
    # `d.*` holds the new lease; the recipient's own columns come under names of their own.
    recipient = directory.of_row(row, key="recipient_id", provider="only_provider")
    return Claimed(deliveries.of_row(row), recipient, lease)
