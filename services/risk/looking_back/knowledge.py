"""When a fact was known, for a look back: a live one when it was recorded, an imported one when it was published. Pure.

An import writes years of published facts in one night. In a replay each counts from the moment on which anybody could
have read it, as if it had been recorded then; what is recorded live counts from its recording, however old it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.risk.remembered import items
from services.risk.remembered.items import Day
from shared.events import Event

Clock = Literal["recorded", "published"]


@dataclass(frozen=True, slots=True)
class Known:
    """An event as the replay takes it: its recordedtime is when it was known."""

    at: datetime
    day: Day
    """The London day of that moment."""
    clock: Clock
    event: Event


def known(event: Event) -> Known:
    """An event of the ledger, with the moment from which it was known."""
    clock: Clock = "recorded" if event.basis == "live" else "published"
    at = event.recordedtime
    if clock == "published":
        # Nothing is known before it happened, nor later than we wrote it down ourselves.
        at = min(max(event.observedtime or event.time, event.time), at)
        event = event.model_copy(update={"recordedtime": at})
    return Known(at, items.recorded_day(event), clock, event)
