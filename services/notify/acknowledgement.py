"""Somebody says that the message is there: recorded once, and the clock of the role's other messages stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from services.notify import carrying, deliveries, escalation
from services.notify.deliveries import Cursor, Delivery
from services.notify.publish import Publisher
from shared.events import Sealed
from shared.journal.rows import Result, Row


class NoSuchDelivery(Exception):
    """There is no delivery with this id, or it is of a place that the asker does not hold."""


class NotTold(Exception):
    """Nobody was told, so that nobody can say that they were: it says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was recorded."""

    delivery: Delivery
    by: str
    at: datetime
    is_new: bool
    """False: it had been acknowledged before, and the first word stands."""


@dataclass(slots=True)
class Acknowledge:
    """Work for the journal's writer. Raises NoSuchDelivery, NotTold."""

    publisher: Publisher
    delivery_id: UUID
    by: str
    how: Literal["api", "link", "app"]
    note: Sealed | None
    now: datetime
    answer: Answer | None = None

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The receipt, and the end of an A18 that is settled by it."""
        found = await deliveries.select(cursor, "d.id = %(of)s", {"of": self.delivery_id})
        if not found:
            raise NoSuchDelivery(str(self.delivery_id))
        one = found[0]
        if one.acknowledged_at is not None:
            self.answer = Answer(one, one.acknowledged_by or "", one.acknowledged_at, is_new=False)
            return ()
        # One that is under way counts as told: an answer may be quicker than our own record of the sending.
        if one.first_sent_at is None and not one.leased and not one.uncertain:
            raise NotTold(one.reason or one.state)
        self.answer = Answer(one, self.by, self.now, is_new=True)
        rows = await self._answered(cursor, one)
        for each in await carrying.members(cursor, one):
            rows += await self._answered(cursor, each) if each.acknowledged_at is None else []
        return rows

    async def _answered(self, cursor: Cursor, one: Delivery) -> list[Row]:
        await self._record(cursor, one)
        told = self.publisher.acknowledged(one.telling, by=self.by, how=self.how, note=self.note, now=self.now)
        return [told, *await escalation.settle(cursor, one.notice.event_id, self.publisher, self.now)]

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> Answer:  # noqa: ARG002 - the protocol's
        """What was recorded, now or before."""
        assert self.answer is not None  # noqa: S101 - `rows` ran, or raised
        return self.answer

    async def _record(self, cursor: Cursor, one: Delivery) -> None:
        await deliveries.change(
            cursor, one.id, state="acknowledged", reason=None, first_sent_at=one.first_sent_at or self.now,
            acknowledged_at=self.now, acknowledged_by=self.by, escalate_at=None,
            note=Jsonb(self.note.model_dump()) if self.note else None,
        )  # fmt: skip
        # One of a role is enough: the others of it are not chased.
        await cursor.execute(
            "UPDATE deliveries SET escalate_at = NULL WHERE event_id = %s AND role = %s",
            (one.notice.event_id, one.role),
        )
