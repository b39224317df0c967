"""What a decision names as its evidence: events on the record of its own place, and no others."""

import time
from collections.abc import Sequence
from uuid import UUID

from services.governance import view
from services.governance.asking import Unfit
from services.governance.event_store import EventStore

PATIENCE_SECONDS = 3.0
"""So long is an event waited for that intake may have accepted a moment ago."""
LOOK_SECONDS = 0.1
FIX = "Give the `id` of an event in the history of a provider of this place. One that was just sent: send this again."

# What another place recorded is answered like what nobody recorded: ids of others are not to be found out here.
_KNOWN = f"""
SELECT h.id FROM {view.SCHEMA}.history AS h JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE h.id = ANY(%s) AND p.place = %s
"""  # noqa: S608 - names of ours alone


def demand(store: EventStore, place: str, named: Sequence[str]) -> None:
    """Raises Unfit for what is not on the record of this place. Blocks while it may be on its way."""
    wanted = [_id(number, name) for number, name in enumerate(named)]
    until = time.monotonic() + PATIENCE_SECONDS
    while missing := set(wanted) - _known(store, place, wanted):
        if time.monotonic() > until:
            number = next(number for number, one in enumerate(wanted) if one in missing)
            raise Unfit(f"/evidence/{number}", f"No event {wanted[number]} is on the record of this place.", FIX)
        time.sleep(LOOK_SECONDS)


def _known(store: EventStore, place: str, wanted: Sequence[UUID]) -> set[UUID]:
    if not wanted:
        return set()
    with store.reading() as cursor:
        cursor.execute(_KNOWN, (list(wanted), place), prepare=True)
        return {row["id"] for row in cursor}


def _id(number: int, name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise Unfit(f"/evidence/{number}", "This is not the id of an event.", FIX) from None
