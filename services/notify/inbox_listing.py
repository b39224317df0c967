"""What a role of a place finds in its inbox: its deliveries, newest first, as they were said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import dict_row
from pydantic import BaseModel

from services.notify import deliveries, messages
from services.notify.deliveries import Cursor
from services.notify.messages import Links

Show = Literal["all", "unread", "unacknowledged", "acknowledged"]
# What one message tells of together stands there as that message, which is acknowledged for all of it.
_IN_IT = """d.channel = 'inbox' AND d.first_sent_at IS NOT NULL AND d.carried_by IS NULL
  AND d.place = ANY(%(places)s) AND d.role = ANY(%(roles)s)"""


class InboxItem(BaseModel):
    """One message of an inbox."""

    id: UUID
    """Of the delivery: what is acknowledged."""
    type: str
    alert: str
    heading: str
    provider_id: str | None
    name: str
    place: str
    role: str
    summary: str
    link: str
    items: list[str]
    """Of a message that tells of several: each of them."""
    sent_at: datetime
    read_at: datetime | None
    ended: bool
    """The alert that it tells of is over."""
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


class InboxPage(BaseModel):
    """A page of an inbox."""

    messages: list[InboxItem]
    unread: int
    """In all of it."""
    unacknowledged: int
    """Of which an answer is asked for, and none is there."""
    next: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose inbox, and which part of it."""

    places: frozenset[str]
    roles: frozenset[str]
    show: Show
    pages: str
    """Where the record's pages are."""

    @property
    def values(self) -> dict[str, Any]:
        """For a query."""
        return {"places": list(self.places), "roles": list(self.roles), "show": self.show}


async def page(cursor: Cursor, wanted: Wanted, *, limit: int, before: int | None) -> InboxPage:
    """Newest first, from below `before` on."""
    where = f"""{_IN_IT} AND (%(before)s::bigint IS NULL OR d.number < %(before)s) AND CASE %(show)s
      WHEN 'unread' THEN d.read_at IS NULL WHEN 'acknowledged' THEN d.acknowledged_at IS NOT NULL
      WHEN 'unacknowledged' THEN d.acknowledge_by IS NOT NULL AND d.acknowledged_at IS NULL ELSE true END"""
    query = f"""SELECT d.*, n.body, n.cleared_by IS NOT NULL AS cleared
      FROM deliveries d JOIN notices n USING (event_id) WHERE {where} ORDER BY d.number DESC LIMIT %(most)s"""  # noqa: S608 - our own text
    counts = f"""SELECT count(*) FILTER (WHERE read_at IS NULL) AS unread,
      count(*) FILTER (WHERE acknowledge_by IS NOT NULL AND acknowledged_at IS NULL) AS unacknowledged
      FROM deliveries d WHERE {_IN_IT}"""  # noqa: S608
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, wanted.values | {"before": before, "most": limit + 1})
        found = await rows.fetchall()
        await rows.execute(counts, wanted.values)
        counted = await rows.fetchone() or {}
    more = str(found[limit - 1]["number"]) if len(found) > limit else None
    return InboxPage(messages=[_item(row, wanted.pages) for row in found[:limit]], next=more, **counted)


async def read(cursor: Cursor, wanted: Wanted, key: UUID, now: datetime) -> bool:
    """Somebody of the role has opened it. False: it is in none of their inboxes."""
    found = await cursor.execute(
        f"UPDATE deliveries d SET read_at = coalesce(read_at, %(now)s) WHERE id = %(id)s AND {_IN_IT}",  # noqa: S608
        wanted.values | {"id": key, "now": now},
    )
    return found.rowcount > 0


def _item(row: Mapping[str, Any], pages: str) -> InboxItem:
    one = deliveries.of_row(row)
    said = messages.compose(
        one.notice,
        delivery_id=one.id,
        role=one.role,
        links=Links(pages + messages.page_of(one.notice), None),
        now=row["first_sent_at"],
        acknowledge_by=one.acknowledge_by,
    )
    return InboxItem(
        id=one.id, type=said.type, alert=said.alert, heading=messages.heading(said), provider_id=said.provider_id,
        name=said.name, place=said.place, role=said.role, summary=said.summary, link=said.links.provider,
        items=[f"{each.alert} {each.name}: {each.summary}" for each in said.items], sent_at=row["first_sent_at"],
        read_at=row["read_at"], ended=one.cleared, acknowledge_by=one.acknowledge_by,
        acknowledged_at=one.acknowledged_at, acknowledged_by=one.acknowledged_by,
    )  # fmt: skip
