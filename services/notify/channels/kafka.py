"""A Kafka topic for a recipient: CloudEvents in binary mode, whose id is the delivery's, however often it is sent."""

import asyncio

from services.notify import messages
from services.notify.channels import Outcome, Unfit, no_secret
from services.notify.messages import Message
from services.notify.routing import Recipient
from shared import topics
from shared.kafka import producer

SECONDS = 20.0
LOOK_SECONDS = 10.0
SOURCE = "/notify"


class Kafka:
    """Writes to topics of recipients, which all begin with `outbox-`: nobody can have us write to our own."""

    def __init__(self, bootstrap: str, names: topics.Topics) -> None:
        self._bootstrap, self._names = bootstrap, names
        # One for each topic: a producer begins anew after a failure, and one topic's trouble is not another's.
        self._producers: dict[str, producer.Producer] = {}

    async def check(self, role: str, address: str, secret: str | None) -> None:  # noqa: ARG002 - the protocol's
        """The topic must be there: `python -m deploy.topics outbox-…` makes it. Raises Unfit."""
        no_secret("kafka", secret)
        try:
            topics.outbox(address)
        except ValueError as error:
            fix = f"Give {topics.OUTBOX} and a name of small letters, digits and hyphens."
            raise Unfit("address", "it is not a topic of recipients", fix) from error
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                there = await producer.exists(self._bootstrap, self._names.name(address))
        except producer.FAILURES as error:
            raise Unfit("address", "Kafka does not answer, so the topic cannot be looked up", "Try again.") from error
        if not there:
            raise Unfit("address", "there is no such topic", f"Have it made: python -m deploy.topics {address}")

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt: done when every in-sync replica has it."""
        key, name = (message.provider_id or message.place).encode(), self._names.name(recipient.address)
        sender = self._producers.setdefault(name, producer.Producer(self._bootstrap))
        try:
            async with asyncio.timeout(SECONDS):
                kept = await sender.send(name, key, messages.webhook_body(message), headers(message))
        except producer.REFUSED as error:
            return Outcome(sent=False, detail=f"refused by Kafka: {type(error).__name__}")
        except producer.FAILURES as error:
            # A broker out of reach is our own trouble, like our own mail server's.
            return Outcome(sent=False, detail=f"Kafka: {type(error).__name__}", ours=True, uncertain=True)
        return Outcome(sent=True, detail=f"kept at {kept.partition}/{kept.offset}")

    def show(self, message: Message) -> dict[str, str]:
        """The record's headers and value."""
        lines = (f"{name}: {value.decode()}" for name, value in headers(message))
        return {"headers": "\n".join(lines), "body": messages.webhook_body(message).decode()}

    async def close(self) -> None:
        """End what is under way."""
        for sender in self._producers.values():
            await sender.close()


def headers(message: Message) -> list[tuple[str, bytes]]:
    """The attributes of the CloudEvent (pure). The body is the webhook's."""
    said = {
        "ce_specversion": "1.0",
        "ce_id": str(message.delivery_id),
        "ce_source": SOURCE,
        "ce_type": f"careledger.delivery.{message.type}.v1",
        "ce_subject": message.provider_id or message.place,
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in said.items()]
