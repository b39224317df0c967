"""Ways to reach a recipient. A new channel is one file here and one line in `app.channels`."""

from dataclasses import dataclass
from typing import Protocol

from services.notify.messages import Message
from services.notify.routing import Recipient


class Unfit(Exception):
    """What was asked for cannot be a recipient: which field, what is wrong, how to put it right."""

    def __init__(self, field: str, problem: str, fix: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem, self.fix = field, problem, fix


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

    async def check(self, role: str, address: str, secret: str | None) -> None:
        """Whether somebody of this role can be reached at this address. Raises Unfit."""
        ...

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt, within the channel's own time limit."""
        ...

    def show(self, message: Message) -> dict[str, str]:
        """What would be sent, part by part, for people who look after the templates."""
        ...

    async def close(self) -> None:
        """Let go of connections. Nothing is sent afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """A channel that this deployment has no settings for."""

    channel: str
    missing: tuple[str, ...]

    async def check(self, role: str, address: str, secret: str | None) -> None:  # noqa: ARG002 - the protocol's
        """Always raises Unfit."""
        names = " and ".join(self.missing)
        raise Unfit("channel", f"{self.channel} is not set up here: {names} missing", f"Set {names}, or use another.")

    async def send(self, message: Message, recipient: Recipient) -> Outcome:  # noqa: ARG002
        """Not while the settings are missing: the ladder is told, and trying goes on."""
        return Outcome(sent=False, detail=f"{self.channel} is not set up: {', '.join(self.missing)}", ours=True)

    def show(self, message: Message) -> dict[str, str]:  # noqa: ARG002
        """Nothing can be said of it."""
        return {}

    async def close(self) -> None:
        """Nothing is open."""


def no_secret(channel: str, secret: str | None) -> None:
    """Raises Unfit for a secret where nothing is signed with one."""
    if secret is not None:
        raise Unfit("secret", f"{channel} has no secret", "Leave it out.")
