"""Who was told what, when, over which channel, and who acknowledged it: one event for each step of a delivery."""

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.events.registry import Data, Sealed, published

READERS = ("governance", "notify")
Channel = Literal["webhook", "email", "govuk_notify", "kafka", "inbox"]


class Delivery(Data):
    """One alert to one recipient over one channel."""

    delivery_id: str
    alert_id: str
    alert: str
    recipient_id: str | None = None
    recipient_role: str
    """A role, never a person's name."""
    channel: Channel | None = None


@published("notification.sent", topic="notifications", writers=("notify",), readers=READERS)
class NotificationSent(Delivery):
    """The channel took the message."""

    attempt: int = Field(ge=1)
    acknowledge_by: AwareDatetime | None = None
    reminder_of: tuple[str, ...] | None = Field(None, min_length=1, max_length=500)
    """Of a reminder: the deliveries that are still to be acknowledged."""


@published("notification.failed", topic="notifications", writers=("notify",), readers=READERS)
class NotificationFailed(Delivery):
    """An attempt failed; `dead` where it was the last."""

    attempt: int = Field(ge=1)
    reason: str = Field(max_length=300)
    dead: bool = False


@published("notification.acknowledged", topic="notifications", writers=("notify",), readers=READERS)
class NotificationAcknowledged(Delivery):
    """The recipient said that it has the message."""

    by: str = Field(max_length=60)
    """The role that acknowledged."""
    how: Literal["api", "link", "app"]
    note: Sealed | None = None


@published("notification.escalated", topic="notifications", writers=("notify",), readers=READERS)
class NotificationEscalated(Delivery):
    """Nobody acknowledged in time: the next role of the ladder is told."""

    to_role: str


@published("notification.replayed", topic="notifications", writers=("notify",), readers=READERS)
class NotificationReplayed(Delivery):
    """An operator has a dead one sent again, under the id that it had."""

    attempt: int = Field(ge=1)
    """The replay's own number among the attempts."""
    actor: str
    """Who asked for it, by a keyed pseudonym."""
    why: Sealed


@published("notification.suppressed", topic="notifications", writers=("notify",), readers=READERS)
class NotificationSuppressed(Delivery):
    """Nobody was told, and why: the past never alarms; what may not be shared is not."""

    reason: Literal[
        "import", "carried-over", "adoption", "rebuild", "not_shared", "audience", "switched_off", "cleared",
        "withdrawn",
    ]  # fmt: skip
    """`cleared`: the alert ended before it was sent; `withdrawn`: the recipient is no longer one; `audience`:
    its evidence is marked for others (SAL-20)."""
