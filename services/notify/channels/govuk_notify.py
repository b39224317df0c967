"""GOV.UK Notify, through its official client: our words in the fields of a template that is kept there."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from pydantic import SecretStr

from services.notify import messages
from services.notify.channels import Outcome, no_secret
from services.notify.channels.email import check_mail
from services.notify.messages import Message
from services.notify.routing import Recipient
from shared import councils

SECONDS = 20.0
WHOLE_SECONDS = 60.0
AT_ONCE = 8
PERMANENT = (400, 403)
"""The address, the template or the key is wrong: the same request will not do better."""
FAILED = ("permanent-failure", "temporary-failure", "technical-failure")
"""What Notify says of an e-mail that it has given up."""


@dataclass(frozen=True, slots=True)
class Account:
    """What this deployment has at GOV.UK Notify."""

    api_key: SecretStr
    url: str
    template_id: str
    templates: Mapping[str, str]
    """By alert code, where an alert has a template of its own."""
    personalisation: Mapping[str, str]
    """The template's fields, and which of our words goes into each."""


@dataclass(frozen=True, slots=True)
class GovukNotify:
    """E-mail by GOV.UK Notify. The delivery's id is the reference, by which callbacks and repeats are known."""

    account: Account
    seconds: float = SECONDS
    # Threads of its own: a slow Notify must not hold those that look up names for everybody else.
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "govuk-notify"))

    async def check(self, role: str, address: str, secret: str | None) -> None:  # noqa: ARG002 - the protocol's
        """Raises Unfit."""
        check_mail(address)
        no_secret("GOV.UK Notify", secret)

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt. What lies between Notify and us, or its own limits, says nothing about the recipient."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                key = await loop.run_in_executor(self._threads, self._ask, message, recipient.address)
        except APIError as error:
            return _refused(error)
        except TimeoutError:
            return Outcome(sent=False, detail="GOV.UK Notify: no answer", ours=True, uncertain=True)
        return Outcome(sent=True, detail=f"taken by GOV.UK Notify as {key}")

    def show(self, message: Message) -> dict[str, str]:
        """What goes into the template's fields."""
        return personalisation(message, self.account.personalisation)

    async def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, message: Message, address: str) -> str:
        """In a thread. The id at Notify, of now or of before. Raises APIError."""
        client = self._client()
        reference = str(message.delivery_id)
        try:
            if message.repeat and (before := _taken(client.get_all_notifications(reference=reference))):
                return before
            template = self.account.templates.get(message.alert, self.account.template_id)
            said = client.send_email_notification(address, template, self.show(message), reference)
            return str(said["id"])
        finally:
            client.request_session.close()

    def _client(self) -> Any:
        # One for each message: the client is not safe among threads.
        key = self.account.api_key.get_secret_value()
        make: Any = NotificationsAPIClient  # the library has no types
        client = make(key, base_url=self.account.url, timeout=self.seconds)
        client.request_session.trust_env = False
        client.request_session.max_redirects = 0
        return client


def personalisation(message: Message, fields: Mapping[str, str]) -> dict[str, str]:
    """The template's fields with our words in them (pure)."""
    by = message.acknowledge_by
    words = {
        "heading": messages.heading(message),
        "subject": messages.subject(message),
        "text": messages.plain(message),
        "service": councils.called(message.name),
        "number": message.provider_id or "",
        "place": councils.called(message.place),
        "summary": message.summary,
        "link": message.links.provider,
        "acknowledge_link": message.links.acknowledge or "",
        "acknowledge_by": messages.spoken(by) if by else "",
        "role": message.role,
        "reference": str(message.delivery_id),
    }
    return {name: words[word] for name, word in fields.items()}


def _taken(listed: Mapping[str, Any]) -> str | None:
    """The id of one that was taken before and not given up."""
    known = [one["id"] for one in listed["notifications"] if one["status"] not in FAILED]
    return str(known[0]) if known else None


def _refused(error: APIError) -> Outcome:
    if error.response is None:
        return Outcome(sent=False, detail="GOV.UK Notify: no answer", ours=True, uncertain=True)
    status: int = error.status_code
    permanent = status in PERMANENT
    return Outcome(
        sent=False,
        # Its own words may repeat the address.
        detail="refused by GOV.UK Notify",
        status=status,
        permanent=permanent,
        ours=not permanent,
        uncertain=status >= 500 or status < 300,  # noqa: PLR2004 - a failure there, or an answer that cannot be read
        retry_after=error.response.headers.get("retry-after"),
    )
