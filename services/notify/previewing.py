"""What a template makes of a made-up alert, for whoever looks after the words (pure but for reading the templates)."""

from datetime import UTC, datetime, timedelta

from services.notify import messages
from services.notify.messages import Links, Message
from services.notify.notice import TITLES, Item, Notice
from shared import identifiers

CODES = (*TITLES, "summary")
NAME = "Synthetic Home (not a real service)"
PROVIDER = "prv-synthetic"
PLACE = "E00000000"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_KEY = identifiers.derived_id("preview", "synthetic")


def example(code: str, pages: str, own: str) -> Message:
    """A message of this kind about a service that does not exist. Raises KeyError for an unknown code."""
    if code not in CODES:
        raise KeyError(code)
    summary = code == "summary"
    several = tuple(_item(number) for number in (1, 2)) if summary else ()
    notice = Notice(
        event_id=_KEY,
        type="alerts.summary" if summary else "alert.raised",
        alert=code,
        provider_id=None if summary else PROVIDER,
        place=PLACE,
        basis="live",
        classification="official-sensitive",
        raised_at=AT,
        name=PLACE if summary else NAME,
        summary=f"Synthetic example of {code}: nothing has happened.",
        items=several,
    )
    return messages.compose(
        notice,
        delivery_id=_KEY,
        role="quality_lead",
        links=Links(pages + messages.page_of(notice), f"{own}/acknowledge/synthetic-example"),
        now=AT,
        acknowledge_by=AT + timedelta(hours=8),
    )


def _item(number: int) -> Item:
    key = identifiers.derived_id("preview", str(number))
    return Item(key, key, "alert.raised", "A2", PROVIDER, NAME, f"Synthetic example {number}: nothing has happened.")
