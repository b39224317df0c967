"""What came back after a sending: kept once, and a failure takes the delivery up the ladder like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notify import deliveries
from services.notify.acknowledgement import NoSuchDelivery
from services.notify.deliveries import Cursor, Delivery
from services.notify.publish import Publisher
from shared.journal.rows import Result, Row

Word = Literal["failed", "noted", "known"]
_CARRIED = "d.carried_by = %(of)s AND d.state IN ('sent', 'escalated')"
_ANSWERED = "SELECT FROM deliveries WHERE event_id = %s AND role = %s AND state = 'acknowledged' LIMIT 1"


@dataclass(frozen=True, slots=True)
class Echo:
    """What a mail server or GOV.UK Notify says of a message that it had taken."""

    id: str
    """The same for the same word, however often it comes."""
    delivery_id: UUID
    failed: bool
    detail: str


@dataclass(slots=True)
class Hear:
    """Work for the journal's writer. `failed`: the delivery is dead now; `noted`: kept; `known`: it came before.

    Raises NoSuchDelivery.
    """

    publisher: Publisher
    echo: Echo
    now: datetime
    word: Word = "known"

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """Receipts of what did not arrive after all."""
        echo, self.word = self.echo, "known"
        found = await deliveries.select(cursor, "d.id = %(of)s", {"of": echo.delivery_id})
        if not found:
            raise NoSuchDelivery(str(echo.delivery_id))
        kept = await cursor.execute(
            """INSERT INTO echoes(id, delivery_id, at, failed, detail) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT DO NOTHING RETURNING true""",
            (echo.id, echo.delivery_id, self.now, echo.failed, echo.detail),
        )
        if await kept.fetchone() is None:
            return ()
        self.word = "noted"
        # Whoever has answered has it; whatever else it is, it was not said to have arrived.
        if not echo.failed or found[0].state not in ("sent", "escalated"):
            return ()
        self.word = "failed"
        carried = await deliveries.select(cursor, _CARRIED, {"of": echo.delivery_id})
        return [await self._bury(cursor, one) for one in (found[0], *carried)]

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> Word:  # noqa: ARG002 - the protocol's
        """What was made of it."""
        return self.word

    async def _bury(self, cursor: Cursor, one: Delivery) -> Row:
        """It was not sent after all. An answer still counts, should the report be wrong: so `uncertain`."""
        climbs = one.state == "sent" and not one.cleared and not one.notice.items
        climbs = climbs and not await self._is_answered(cursor, one)
        await deliveries.change(
            cursor, one.id, state="dead", reason=self.echo.detail, first_sent_at=None, acknowledge_by=None,
            uncertain=True, escalate_at=self.now if climbs else None,
        )  # fmt: skip
        return self.publisher.failed(
            one.telling, attempt=max(one.attempts, 1), reason=self.echo.detail, dead=True, now=self.now
        )

    async def _is_answered(self, cursor: Cursor, one: Delivery) -> bool:
        found = await cursor.execute(_ANSWERED, (one.notice.event_id, one.role))
        return await found.fetchone() is not None
