"""One e-mail as it came → its text, its files, who sent it and what it answers; nothing that came is lost (pure)."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from html.parser import HTMLParser
from typing import Any

_ID = re.compile(r"<([^<>\s]{1,300})>")
_MENTIONED = re.compile(r"\b([CFRM])-([0-9A-Z]{4})-([0-9A-Z]{4})\b")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})
_MOST_TEXT = 100_000
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard parser raises for some headers and bodies that nobody foresaw."""


@dataclass(frozen=True, slots=True)
class File:
    """One file that came with it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, read."""

    message_id: str
    """Empty where it has none."""
    answers: tuple[str, ...]
    """Messages that it replies to, forwards or carries."""
    sender: str
    subject: str
    sent: datetime | None
    text: str
    files: tuple[File, ...]
    fault: str
    """Why it could not be read in full; empty where it could."""

    def mentions(self) -> tuple[str, ...]:
        """References of ours that it names."""
        found = _MENTIONED.findall(f"{self.subject}\n{self.text}".upper())
        return tuple(dict.fromkeys("-".join(parts) for parts in found))


def read(raw: bytes) -> Mail:
    """Read what can be read. Never raises: `fault` says what is broken, and the caller keeps the message as it came."""
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        return _read(message)
    except _BROKEN as error:
        return Mail("", (), "", "", None, "", (), f"it cannot be read: {type(error).__name__}")


def _read(message: EmailMessage) -> Mail:
    files = tuple(_files(message))
    words, fault = _text(message)
    if not message.keys():
        fault = "it has no headers"
    elif not fault and message.defects:
        fault = "it is damaged: " + ", ".join(sorted({type(each).__name__ for each in message.defects}))[:200]
    return Mail(
        message_id="".join(_ID.findall(_header(message, "Message-ID"))[:1]),
        answers=tuple(dict.fromkeys((*_ids(message), *_carried(message)))),
        sender=_header(message, "From"),
        subject=_header(message, "Subject"),
        sent=_sent(message),
        text=words[:_MOST_TEXT],
        files=files,
        fault=fault or ("" if words.strip() or files else "it holds no text"),
    )


def _header(message: "Message[Any, Any]", name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except _BROKEN:
        value = next((str(raw) for header, raw in message.raw_items() if header.lower() == name.lower()), "")
    return _kept(" ".join(value.split()))[:1000]


def _ids(message: EmailMessage) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from _ID.findall(_header(message, name))


def _carried(message: EmailMessage) -> Iterator[str]:
    """Messages that it carries whole: forwarded as an attachment."""
    for part in message.walk():
        if part is not message and part.get_content_type() == "message/rfc822":
            for carried in part.get_payload() if part.is_multipart() else ():
                if isinstance(carried, Message):
                    yield from _ID.findall(_header(carried, "Message-ID"))


def _sent(message: EmailMessage) -> datetime | None:
    try:
        told: datetime | None = message["Date"].datetime if message["Date"] else None
    except _BROKEN:
        return None
    if told is None:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)


def _text(message: EmailMessage) -> tuple[str, str]:
    try:
        body = message.get_body(preferencelist=("plain", "html"))
    except _BROKEN:
        body = None
    if body is None:
        return "", ""
    try:
        words, fault = body.get_content(), ""
    except _BROKEN:
        payload = body.get_payload(decode=True)
        words = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        fault = "its text is in an encoding that is not known"
    plain = _plain(words) if body.get_content_type() == "text/html" else words
    return _kept(plain), fault


def _files(message: EmailMessage) -> Iterator[File]:
    """Every part that is not the text, whether or not it calls itself an attachment; a carried message whole."""
    try:
        body = message.get_body(preferencelist=("plain", "html"))
    except _BROKEN:
        body = None
    return _parts(message, body, is_alternative=False)


def _parts(part: "Message[Any, Any]", body: object, *, is_alternative: bool) -> Iterator[File]:
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        for carried in part.get_payload():
            if isinstance(carried, Message):
                yield File(f"{_header(carried, 'Subject')[:100] or 'message'}.eml", kind, carried.as_bytes())
    elif part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _parts(inner, body, is_alternative=kind == "multipart/alternative")
    elif part is not body and not (is_alternative and part.get_content_maintype() == "text"):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield File(_kept(part.get_filename() or "")[:200], kind, content)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the library's signature
        self._hidden += tag in ("script", "style")
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    lines = [" ".join(line.split()) for line in "".join(words.found).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _kept(text: str) -> str:
    """Without what neither the database nor a sealed text can hold."""
    return text.replace("\0", "").encode(errors="replace").decode()
