"""Ways to reach a recipient. A new channel is one file here and one line in `CHANNELS` of the composition root."""

from dataclasses import dataclass
from typing import Protocol

from services.notify.messages import Message
from services.notify.routing import Recipient


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went."""

    sent: bool
    detail: str
    status: int | None = None
    permanent: bool = False
    """To try again would be useless."""
    uncertain: bool = False
    """It may have arrived all the same."""
    ours: bool = False
    """The failure is on our side (our mail server): it says nothing about the recipient, and never kills a delivery."""
    retry_after: str | None = None
    """What the recipient asked for, as it wrote it."""


class Channel(Protocol):
    """Sends one message. Never raises for what the other side does; may be called again with the same message."""

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt, within the channel's own time limit."""
        ...
