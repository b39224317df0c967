"""A month's statement read from the deliveries, and sent to whoever asks for one, once (architecture §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from services.notify import carrying, deliveries, directory, pacing, statement
from services.notify.deliveries import Cursor, Delivery
from services.notify.limits import Limits
from services.notify.notice import Notice
from services.notify.routing import Recipient
from services.notify.statement import Line, Statement
from shared import identifiers
from shared.journal.rows import Result, Row

AT_ONCE = 20
OWED = """
active AND begun AND duty ->> 'statement' = 'true' AND %(month)s <> '' AND created_at < %(over)s
AND NOT EXISTS (SELECT FROM statements s WHERE s.recipient_id = recipients.id AND s.month = %(month)s)"""
_OWED = f"SELECT id FROM recipients WHERE {OWED} ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608
# What a message told of several is there one by one; the message itself, and a reminder of it, tell nothing new.
_TOLD = """
SELECT d.first_sent_at AS told_at, n.body ->> 'type' AS type, d.alert, d.provider_id, n.body ->> 'name' AS name,
  d.channel, d.acknowledge_by, d.acknowledged_at, d.acknowledged_by, d.id AS delivery_id, d.event_id, d.place
FROM deliveries d JOIN notices n USING (event_id)
WHERE d.recipient_id = %(recipient)s AND d.first_sent_at >= %(start)s AND d.first_sent_at < %(end)s
  AND n.body ->> 'type' IN ('alert.raised', 'alert.cleared', 'alerts.summary')
  AND coalesce(jsonb_array_length(n.body -> 'items'), 0) = 0
ORDER BY d.first_sent_at, d.number"""
_LOST = """
SELECT count(*) FROM deliveries d JOIN notices n USING (event_id)
WHERE d.recipient_id = %(recipient)s AND d.state = 'dead' AND coalesce(jsonb_array_length(n.body -> 'items'), 0) = 0
  AND (n.body ->> 'raised_at')::timestamptz >= %(start)s AND (n.body ->> 'raised_at')::timestamptz < %(end)s"""


async def read(cursor: Cursor, one: Recipient, month: str, now: datetime, pages: str = "") -> Statement:
    """What a recipient was told in a London month, so far. `pages`: the start of links to the record."""
    start, end = statement.span(month)
    values = {"recipient": one.id, "start": start, "end": end}
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(_TOLD, values)
        found = await rows.fetchall()
        lost = (await (await rows.execute(_LOST, values)).fetchall())[0]["count"]
    return Statement(
        recipient_id=one.id,
        place=one.place,
        role=one.role,
        month=month,
        is_over=now >= end,
        told=tuple(_line(row, pages) for row in found),
        undelivered=lost,
    )


def _line(row: dict[str, Any], pages: str) -> Line:
    where = f"/providers/{row['provider_id']}" if row["provider_id"] else f"/?place={row['place']}"
    return Line.model_validate(row | {"title": statement.title(row["alert"], row["type"]), "link": pages + where})


def owed(now: datetime) -> dict[str, Any]:
    """The values that OWED is asked with. Nobody is owed anything before the first working day of a month."""
    month = statement.due(now)
    return {"month": month or "", "over": statement.span(month)[1] if month else now}


@dataclass(frozen=True, slots=True)
class Issue:
    """Work for the journal's writer: the last month's statement to each who asks for it and has not had it."""

    limits: Limits
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """None: a statement is recorded when it is sent."""
        values = owed(self.now)
        found = await cursor.execute(_OWED, values)
        for (key,) in await found.fetchall():
            await self._issue(cursor, key, values["month"])
        return ()

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> None:
        """Nothing is recorded yet."""

    async def _issue(self, cursor: Cursor, key: UUID, month: str) -> None:
        await cursor.execute("INSERT INTO statements(recipient_id, month) VALUES (%s, %s)", (key, month))
        recipient = await directory.find(cursor, key)
        if recipient is None:
            return
        notice = self._notice(await read(cursor, recipient, month, self.now))
        at = pacing.after_quiet(recipient.duty, self.now)
        new = Delivery(
            id=deliveries.id_of(notice.event_id, recipient),
            notice=notice,
            role=recipient.role,
            recipient_id=key,
            channel=recipient.channel,
            next_attempt_at=at,
            give_up_at=at + self.limits.without_rule,
        )
        await carrying.keep(cursor, new, self.now)

    def _notice(self, one: Statement) -> Notice:
        return Notice(
            event_id=identifiers.derived_id("statement", str(one.recipient_id), one.month),
            type="alerts.statement",
            alert="statement",
            provider_id=None,
            place=one.place,
            basis="live",
            classification="official-sensitive",
            raised_at=self.now,
            name=f"{statement.spoken(one.month)}, {one.role}, {one.place}",
            summary=statement.sentence(one),
            items=statement.items(one),
        )
