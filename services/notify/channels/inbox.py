"""The inbox in the app: the delivery itself is the message, kept in the transaction that records its sending."""

from services.notify import messages
from services.notify.channels import Outcome, Unfit, no_secret
from services.notify.messages import Message
from services.notify.routing import Recipient

ADDRESS = "inbox"
READ_BY: dict[str, frozenset[str]] = {
    "quality-officer": frozenset({"quality_officer"}),
    "team-manager": frozenset({"quality_lead"}),
    "panel-chair": frozenset({"panel_chair", "board_secretary"}),
    "icb-quality": frozenset({"icb_quality", "icb_safeguarding", "nhs_quality"}),
    "director": frozenset({"director"}),
    "safeguarding": frozenset({"safeguarding"}),
    "contracts-officer": frozenset({"contracts", "brokerage"}),
    "cqc-inspector": frozenset({"cqc"}),
    "steward": frozenset({"data_steward"}),
    "ops": frozenset({"operations"}),
}
"""Whose inbox a token's role opens. Providers and other authorities have no token, and so no inbox."""


class Inbox:
    """Nothing is sent: what is settled as sent is in the inbox, and is listed from the table of deliveries."""

    async def check(self, role: str, address: str, secret: str | None) -> None:
        """One inbox for a role of a place. Raises Unfit."""
        no_secret("inbox", secret)
        if address != ADDRESS:
            raise Unfit("address", "a role of a place has one inbox", f"Give {ADDRESS}.")
        if not any(role in opened for opened in READ_BY.values()):
            raise Unfit("role", f"nobody opens an inbox of {role} in the app", "Use another channel.")

    async def send(self, message: Message, recipient: Recipient) -> Outcome:  # noqa: ARG002 - the protocol's
        """Always in reach: whoever settles this writes to the same database."""
        return Outcome(sent=True, detail="in the inbox")

    def show(self, message: Message) -> dict[str, str]:
        """Heading and summary, as the app lists them."""
        return {"heading": messages.heading(message), "summary": message.summary, "link": message.links.provider}

    async def close(self) -> None:
        """Nothing is open."""
