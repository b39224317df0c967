"""E-mail through SMTP: plain text and HTML, over TLS as configured."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Literal

import aiosmtplib
from pydantic import SecretStr

from services.notify import messages
from services.notify.channels import Outcome, Unfit, no_secret
from services.notify.messages import Message
from services.notify.routing import Recipient

SECONDS = 20.0
PERMANENT = 500
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Email:
    """One connection for each message: a hung one holds up nobody else."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    sender: Address
    username: str | None
    password: SecretStr | None
    now: Callable[[], datetime]
    seconds: float = SECONDS
    """For one attempt in all."""

    async def check(self, role: str, address: str, secret: str | None) -> None:  # noqa: ARG002 - the protocol's
        """Raises Unfit."""
        check_mail(address)
        no_secret("an e-mail", secret)

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt. Only a refusal of this very recipient or message says something about it."""
        mail = messages.email(message, sender=self.sender, to=recipient.address, now=self.now())
        try:
            async with asyncio.timeout(self.seconds):
                _, answer = await aiosmtplib.send(
                    mail,
                    hostname=self.host,
                    port=self.port,
                    username=self.username,
                    password=self.password.get_secret_value() if self.password else None,
                    use_tls=self.tls == "tls",
                    start_tls=self.tls == "starttls",
                    timeout=self.seconds,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients[0].code)
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
            return _refused(error.code)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Outcome(sent=False, detail=f"the mail server: {type(error).__name__}", ours=True, uncertain=True)
        return Outcome(sent=True, detail=f"accepted: {answer[:100]}")

    def show(self, message: Message) -> dict[str, str]:
        """Subject, plain text and HTML."""
        return {
            "subject": messages.subject(message),
            "text": messages.plain(message),
            "html": messages.html(message),
        }

    async def close(self) -> None:
        """Nothing is kept open."""


def check_mail(address: str) -> None:
    """Raises Unfit for what is no e-mail address."""
    if not _MAIL.fullmatch(address):
        raise Unfit("address", "it is not an e-mail address", "Give one such as duty@example.org.")


def _refused(code: int) -> Outcome:
    return Outcome(
        sent=False, detail="refused by the mail server", status=code, permanent=code >= PERMANENT, uncertain=False
    )
