"""How soon people were told, and how soon they answered: exact figures by kind and role, never by person."""

from datetime import date
from typing import Any, Literal

from psycopg.rows import dict_row
from pydantic import BaseModel

from services.notify.deliveries import Cursor
from shared import calendar

# An event is recorded before it is routed, so that the index over `created_at` finds all of a period. What a message
# told of several is there one by one; the message that carries them, and statements, are left out.
_FIGURES = """
WITH found AS (
  SELECT d.*, n.body ->> 'type' AS type, (n.body ->> 'raised_at')::timestamptz AS raised_at
  FROM deliveries d JOIN notices n USING (event_id)
  WHERE d.place = ANY(%(places)s) AND d.created_at >= %(start)s
    AND n.body ->> 'type' IN ('alert.raised', 'alert.cleared')),
measured AS (
  SELECT *, CASE WHEN first_sent_at IS NOT NULL THEN greatest(extract(epoch FROM first_sent_at - raised_at), 0) END
      AS to_sent,
    CASE WHEN acknowledged_at IS NOT NULL THEN greatest(extract(epoch FROM acknowledged_at - first_sent_at), 0) END
      AS to_answer,
    first_sent_at IS NOT NULL AND acknowledge_by IS NOT NULL AND type = 'alert.raised' AS asked
  FROM found WHERE raised_at >= %(start)s AND raised_at <= %(end)s)
SELECT alert, type, role, count(*) AS deliveries,
  count(first_sent_at) AS sent,
  count(*) FILTER (WHERE state IN ('due', 'failed')) AS waiting,
  count(*) FILTER (WHERE state = 'dead') AS dead,
  count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
  count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
  count(*) FILTER (WHERE asked) AS asked,
  count(*) FILTER (WHERE acknowledged_at <= acknowledge_by AND asked) AS in_time,
  count(*) FILTER (WHERE acknowledged_at > acknowledge_by AND asked) AS late,
  count(*) FILTER (WHERE acknowledged_at IS NULL AND acknowledge_by <= %(now)s AND asked) AS unanswered,
  count(to_sent) AS told_n, percentile_disc(0.5) WITHIN GROUP (ORDER BY to_sent) AS told_half,
  percentile_disc(0.9) WITHIN GROUP (ORDER BY to_sent) AS told_90,
  percentile_disc(0.99) WITHIN GROUP (ORDER BY to_sent) AS told_99, max(to_sent) AS told_longest,
  count(to_answer) AS answered_n, percentile_disc(0.5) WITHIN GROUP (ORDER BY to_answer) AS answered_half,
  percentile_disc(0.9) WITHIN GROUP (ORDER BY to_answer) AS answered_90,
  percentile_disc(0.99) WITHIN GROUP (ORDER BY to_answer) AS answered_99, max(to_answer) AS answered_longest
FROM measured GROUP BY alert, type, role ORDER BY length(alert), alert, type DESC, role"""


class Spread(BaseModel):
    """Lengths of time in seconds. Each is one that really happened: nothing is interpolated."""

    count: int
    half: float
    of_100_90: float
    of_100_99: float
    longest: float


class Figures(BaseModel):
    """One kind of alert (or its end) to one role."""

    alert: str
    type: Literal["alert.raised", "alert.cleared"]
    role: str
    deliveries: int
    sent: int
    waiting: int
    """Due, held, failing, or without anybody registered."""
    dead: int
    suppressed: int
    cancelled: int
    asked: int
    """Sent, and an answer was asked for."""
    in_time: int
    late: int
    unanswered: int
    """The time is over and nobody has answered. What is in none of these three may still be answered in time."""
    event_to_sent: Spread | None
    """From the event's recording to the first arrival, what quiet hours, digests and embargoes held included."""
    sent_to_acknowledged: Spread | None


class Measures(BaseModel):
    """Of the events that were recorded from the first to the last London day."""

    places: list[str]
    first: date
    last: date
    figures: list[Figures]


async def read(cursor: Cursor, places: frozenset[str], first: date, last: date, now: Any) -> Measures:
    """The figures of some places."""
    values = {
        "places": sorted(places), "start": calendar.midnight(first), "end": calendar.end_of(last), "now": now,
    }  # fmt: skip
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(_FIGURES, values)
        found = await rows.fetchall()
    return Measures(places=sorted(places), first=first, last=last, figures=[_figures(row) for row in found])


def _figures(row: dict[str, Any]) -> Figures:
    spreads = {"event_to_sent": _spread(row, "told"), "sent_to_acknowledged": _spread(row, "answered")}
    return Figures.model_validate(row | spreads)


def _spread(row: dict[str, Any], of: str) -> Spread | None:
    if not row[f"{of}_n"]:
        return None
    cuts = (round(float(row[f"{of}_{name}"]), 3) for name in ("half", "90", "99", "longest"))
    half, most, nearly_all, longest = cuts
    return Spread(count=row[f"{of}_n"], half=half, of_100_90=most, of_100_99=nearly_all, longest=longest)
