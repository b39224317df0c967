"""Links that are their own permission: signed, good for one purpose and one thing, and not for ever (pure)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

_MARK = 32


class BadLink(Exception):
    """The link is not ours, was changed on the way, or is too old."""


def sign(key: bytes, purpose: str, bound: Mapping[str, str], expires: datetime) -> str:
    """The last part of a link, good for this purpose and these words alone."""
    body = orjson.dumps({**bound, "until": int(expires.timestamp())})
    return base64.urlsafe_b64encode(_mark(key, purpose, body) + body).decode().rstrip("=")


def read(key: bytes, purpose: str, token: str, now: datetime) -> dict[str, str]:
    """What a link is for. Raises BadLink."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLink("damaged") from error
    mark, body = raw[:_MARK], raw[_MARK:]
    if not hmac.compare_digest(mark, _mark(key, purpose, body)):
        raise BadLink("damaged")
    bound: dict[str, Any] = orjson.loads(body)
    if datetime.fromtimestamp(bound.pop("until"), UTC) < now:
        raise BadLink("too old")
    return bound


def _mark(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, f"careledger {purpose} link".encode() + body, "sha256")
