"""Signed webhooks (Standard Webhooks): the delivery's id is the message's, however often it is sent."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx2
from cryptography.exceptions import InvalidTag
from standardwebhooks import Webhook as Signer

from services.notify import addresses, messages, sealing
from services.notify.channels import Outcome, Unfit
from services.notify.messages import Message
from services.notify.routing import Recipient

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
GONE = 410


class Webhook:
    """Posts to a recipient's address. Redirects are not followed: it goes to what was checked."""

    def __init__(
        self, *, unseal: Callable[[bytes, UUID], str], private_allowed: bool, seconds: float = ANSWER_SECONDS
    ) -> None:
        """`unseal` gives a recipient's secret; private addresses are for local development alone."""
        self._unseal, self._private_allowed, self._seconds = unseal, private_allowed, seconds
        # No connection is kept: one that was opened for a name must not carry what is meant for another on the same
        # address. No proxy from the environment either: it would resolve the name anew.
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
            limits=httpx2.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
        )

    async def check(self, role: str, address: str, secret: str | None) -> None:  # noqa: ARG002 - the protocol's
        """Where it leads, and what it is signed with. Raises Unfit."""
        try:
            await addresses.pin(address, private_allowed=self._private_allowed)
        except addresses.Refused as error:
            raise Unfit("address", str(error), "Give an address on the open internet, by https.") from error
        try:
            if secret is not None:
                sealing.checked(secret)
        except sealing.NotASecret as error:
            fix = "Give a Standard Webhooks secret, or none: then we make one."
            raise Unfit("secret", str(error), fix) from error

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt."""
        try:
            secret = self._unseal(recipient.secret or b"", recipient.id)
            pinned = await addresses.pin(recipient.address, private_allowed=self._private_allowed)
        except addresses.Refused as error:
            return Outcome(sent=False, detail=str(error))
        except InvalidTag:
            return Outcome(sent=False, detail="the recipient's secret is sealed under another key", ours=True)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(message, secret, pinned)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            return Outcome(sent=False, detail=f"no connection: {type(error).__name__}")
        except (httpx2.HTTPError, TimeoutError) as error:
            return Outcome(sent=False, detail=f"no answer: {type(error).__name__}", uncertain=True)

    async def _post(self, message: Message, secret: str, pinned: addresses.Pinned) -> Outcome:
        body = messages.webhook_body(message)
        headers = _headers(message, secret, body) | {"host": pinned.host}
        # The answer's body is nobody's business here, and may be endless: the status alone is read.
        request = self._client.stream(
            "POST", pinned.url, content=body, headers=headers, extensions={"sni_hostname": pinned.name}
        )
        async with request as answer:
            return _outcome(answer.status_code, answer.headers.get("retry-after"))

    def show(self, message: Message) -> dict[str, str]:
        """The body."""
        return {"body": messages.webhook_body(message).decode()}

    async def close(self) -> None:
        """End what is under way."""
        await self._client.aclose()


def _outcome(status: int, retry_after: str | None) -> Outcome:
    if 200 <= status < 300:  # noqa: PLR2004 - success, by the protocol
        return Outcome(sent=True, detail="accepted", status=status)
    if 300 <= status < 400:  # noqa: PLR2004
        return Outcome(sent=False, detail="redirects are not followed", status=status)
    return Outcome(
        sent=False,
        detail="gone: the recipient wants no more" if status == GONE else "refused",
        status=status,
        permanent=status == GONE,
        uncertain=status >= 500,  # noqa: PLR2004
        retry_after=retry_after,
    )


def _headers(message: Message, secret: str, body: bytes) -> dict[str, str]:
    # The machine's own time, not the development clock's: receivers refuse what is not of the present.
    now, name = datetime.now(UTC), str(message.delivery_id)
    return {
        "content-type": "application/json",
        "user-agent": "CareLedger-notify/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(name, now, body.decode()),
    }
