"""When to try again: exponential backoff with jitter, and what a recipient's `Retry-After` asks for (pure)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BASE = timedelta(seconds=2)
LONGEST = timedelta(minutes=15)
LONGEST_ASKED = timedelta(hours=1)
"""A recipient may ask for a pause, but not that an urgent message is put off for a day."""


def delay(attempt: int, *, chance: float) -> timedelta:
    """How long to wait after the `attempt`th failure (from 1). `chance` in [0, 1) spreads it over its upper half."""
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    # Past some power the cap holds anyway; the bound keeps the number from overflowing.
    full = min(BASE * float(2 ** min(attempt - 1, 30)), LONGEST)
    return full * (0.5 + chance / 2)


def asked(retry_after: str | None, now: datetime) -> timedelta:
    """The pause that a `Retry-After` header asks for, in seconds or as an HTTP date; none for what cannot be read."""
    if retry_after is None:
        return timedelta()
    wish = _seconds(retry_after.strip())
    if wish is None:
        wish = _until(retry_after, now)
    return min(max(wish, timedelta()), LONGEST_ASKED)


def _seconds(text: str) -> timedelta | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return timedelta(seconds=min(int(text[:9]), int(LONGEST_ASKED.total_seconds())))


def _until(text: str, now: datetime) -> timedelta:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
