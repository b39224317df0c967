"""E-mail through SMTP: plain text and HTML, over TLS as configured."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Literal

import aiosmtplib
from pydantic import SecretStr

from services.notify import messages
from services.notify.channels import Outcome
from services.notify.messages import Message
from services.notify.routing import Recipient

SECONDS = 20.0
PERMANENT = 500


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

    async def send(self, message: Message, recipient: Recipient) -> Outcome:
        """One attempt. Only a refusal of this very recipient or message says something about it."""
        mail = messages.email(message, sender=self.sender, to=recipient.address, now=self.now())
        try:
            async with asyncio.timeout(SECONDS):
                _, answer = await aiosmtplib.send(
                    mail,
                    hostname=self.host,
                    port=self.port,
                    username=self.username,
                    password=self.password.get_secret_value() if self.password else None,
                    use_tls=self.tls == "tls",
                    start_tls=self.tls == "starttls",
                    timeout=SECONDS,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients[0].code)
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
            return _refused(error.code)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Outcome(sent=False, detail=f"the mail server: {type(error).__name__}", ours=True, uncertain=True)
        return Outcome(sent=True, detail=f"accepted: {answer[:100]}")


def _refused(code: int) -> Outcome:
    return Outcome(
        sent=False, detail="refused by the mail server", status=code, permanent=code >= PERMANENT, uncertain=False
    )
