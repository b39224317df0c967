"""An operator has a dead delivery sent again: under its own id, recorded with who asked for it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notify import deliveries, directory, publish
from services.notify.acknowledgement import NoSuchDelivery
from services.notify.deliveries import Cursor, Delivery
from services.notify.fanout import FanOut
from shared.events import Sealed, notifications
from shared.journal.rows import Result, Row

_CARRIED = "d.carried_by = %(of)s AND d.state = 'dead'"


class NotReplayable(Exception):
    """It is not sent again: why, and how that is called."""

    def __init__(self, slug: str, why: str) -> None:
        super().__init__(why)
        self.slug, self.why = slug, why


def number_of(one: Delivery) -> int:
    """The replay's own number among the attempts."""
    return one.attempts + 1


def receipt_of(one: Delivery) -> UUID:
    """The id of the receipt, to which the reason is sealed."""
    return publish.receipt_id(notifications.NotificationReplayed, one.id, str(number_of(one)))


@dataclass(frozen=True, slots=True)
class Replay:
    """Work for the journal's writer. Raises NoSuchDelivery, NotReplayable."""

    fanout: FanOut
    delivery: Delivery
    """As it was when the reason was sealed."""
    actor: str
    why: Sealed
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """Its receipt. What a message of several tells of comes back with it."""
        found = await deliveries.select(cursor, "d.id = %(of)s", {"of": self.delivery.id})
        if not found:
            raise NoSuchDelivery(str(self.delivery.id))
        one = found[0]
        await self._check(cursor, one)
        give_up = self.now + self.fanout.limits.patience
        await deliveries.change(
            cursor, one.id, state="due", reason=None, attempts=number_of(one), replay=number_of(one),
            next_attempt_at=self.now, give_up_at=give_up, escalate_at=None, lease=None, leased_until=None,
            carried_by=None, gather=None,
        )  # fmt: skip
        await cursor.execute(
            """INSERT INTO attempts(delivery_id, number, at, outcome, detail, seconds)
               VALUES (%s, %s, %s, 'replayed', 'by an operator', 0)""",
            (one.id, number_of(one), self.now),
        )
        for each in await deliveries.select(cursor, _CARRIED, {"of": one.id}):
            await deliveries.change(cursor, each.id, state="failed", replay=number_of(each), escalate_at=None)
        assert one.recipient_id is not None  # noqa: S101 - `_check` found it
        await directory.answered(cursor, one.recipient_id)
        number = number_of(one)
        return [
            self.fanout.publisher.replayed(one.telling, attempt=number, actor=self.actor, why=self.why, now=self.now)
        ]

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """The replay's number."""
        return number_of(self.delivery)

    async def _check(self, cursor: Cursor, one: Delivery) -> None:
        if one.state != "dead" or one.attempts != self.delivery.attempts:
            raise NotReplayable("not-dead", f"It is {one.state}: only what is dead is sent again.")
        if one.cleared:
            raise NotReplayable("alert-ended", "Its alert has ended: nobody is told of it any more.")
        recipient = await directory.find(cursor, one.recipient_id) if one.recipient_id else None
        if recipient is None or not await directory.is_active(cursor, recipient.id):
            raise NotReplayable("recipient-withdrawn", "Its recipient is no longer one. Register it again first.")
