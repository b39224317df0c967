"""Signed links to the acknowledgement page: only who was sent the message can acknowledge through it (pure)."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from uuid import UUID

LASTS = timedelta(days=90)
_ID, _TIME = 16, 8


class BadLink(Exception):
    """The link is not one of ours, was changed on the way, or is too old."""


def token(key: bytes, delivery_id: UUID, now: datetime) -> str:
    """The last part of a link that is good for this delivery alone, for `LASTS` from now."""
    body = delivery_id.bytes + int((now + LASTS).timestamp()).to_bytes(_TIME, "big")
    return base64.urlsafe_b64encode(body + _mark(key, body)).decode().rstrip("=")


def delivery_of(key: bytes, text: str, now: datetime) -> UUID:
    """The delivery that a token is for. Raises BadLink."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLink("this link is damaged") from error
    body, mark = raw[: _ID + _TIME], raw[_ID + _TIME :]
    if not hmac.compare_digest(mark, _mark(key, body)):
        raise BadLink("this link is damaged")
    if int.from_bytes(body[_ID:], "big") < now.timestamp():
        raise BadLink("this link is too old")
    return UUID(bytes=body[:_ID])


def _mark(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"careledger acknowledgement" + body, "sha256")
