"""Reads a history until enough of what is looked for was found, page by page."""

from dataclasses import replace

from services.governance import history
from services.governance.event_store import Cursor
from services.governance.history import MOST, Entry, Position, Wanted
from services.governance.searching import Search

MOST_LOOKED_AT = 20_000
"""After so many entries an answer goes out, however little was found: `next` goes on from there."""


def page(cursor: Cursor, provider_id: str, wanted: Wanted, search: Search) -> tuple[list[Entry], Position | None]:
    """The entries that fit, and the position to go on from, or None at the end. It may be short of the limit."""
    if search.is_empty:
        return history.page(cursor, provider_id, wanted)
    found: list[Entry] = []
    after, looked = wanted.after, 0
    while looked < MOST_LOOKED_AT:
        entries, following = history.page(cursor, provider_id, replace(wanted, after=after, limit=MOST))
        for entry in entries:
            if search.fits(entry):
                found.append(entry)
                if len(found) == wanted.limit:
                    return found, entry.position
        if following is None:
            return found, None
        after, looked = following, looked + len(entries)
    return found, after
