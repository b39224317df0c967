"""E-mails that came back: delivery status notifications (RFC 3464), read for whose they are and how final (pure)."""

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(rf"<({_UUID})@[^<>\s]{{1,255}}>", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ABOUT = {"1": "the address", "2": "the mailbox", "3": "the mail system", "4": "the network", "7": "its rules"}


class NotABounce(ValueError):
    """It tells nothing of a message of ours: why."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of a message that it had taken."""

    id: str
    """The same for the same report."""
    delivery_id: UUID
    failed: bool
    """False: it is late, or has arrived."""
    detail: str
    """Our own words: those of the server may hold an address."""


def parse(raw: bytes) -> Bounce:
    """One report as it came. Raises NotABounce."""
    mail = email.message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        raise NotABounce("it is no multipart/report")
    blocks = list(_recipients(mail))
    if not blocks:
        raise NotABounce("it says nothing of a recipient")
    key = _delivery(mail)
    if key is None:
        raise NotABounce("it names no message of ours")
    failed = [block for block in blocks if _field(block, "Action").lower() == "failed"]
    said = (failed or blocks)[0]
    words = _words(_field(said, "Action").lower(), _field(said, "Status"), failed=bool(failed))
    return Bounce(hashlib.sha256(raw).hexdigest(), key, bool(failed), words)


def _recipients(mail: Message) -> Iterator[Message]:
    """The blocks of the report that speak of a recipient each."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in _parts(part) if block.get("Final-Recipient") and block.get("Action"))


def _delivery(mail: Message) -> UUID | None:
    """From the Message-ID of what came back, or from what the report answers to."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            texts = [str(inner.get("Message-ID", "")) for inner in _parts(part)]
        elif part.get_content_type() == "text/rfc822-headers":
            inner = part.get_payload(decode=True)
            headers = email.message_from_bytes(inner if isinstance(inner, bytes) else b"")
            texts = [str(headers.get("Message-ID", ""))]
        else:
            continue
        if found := _found(texts):
            return found
    return _found([str(mail.get("In-Reply-To", "")), str(mail.get("References", ""))])


def _found(texts: list[str]) -> UUID | None:
    ours = [match[1] for text in texts if (match := _OURS.search(text))]
    return UUID(ours[0]) if ours else None


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()


def _words(action: str, status: str, *, failed: bool) -> str:
    code = match[0] if (match := _STATUS.search(status)) else "no status"
    if not failed:
        return f"the mail server reports {action if action.isalpha() and len(action) < 20 else 'something'} ({code})"  # noqa: PLR2004
    about = _ABOUT.get(code[2:3], "")
    return f"bounced ({code}{f': {about}' if about else ''})"
