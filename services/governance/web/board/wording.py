"""Meetings in plain English: what a state, an item, a step or a wait is called. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from services.governance.web import words
from shared.policies.pack import Pack

KINDS: Final = {
    "provider": "A service",
    "divergence": "Confirmed and indicated levels differ",
    "consent": "A decision waits for agreement",
    "alert": "An alert is open",
    "clock": "Something is due",
    "asked": "A rule asks for this meeting",
    "referral": "Brought by another body",
    "theme": "A theme",
    "actions": "Open actions of earlier meetings",
    "minutes": "Minutes to approve",
    "report": "A report",
    "risk_log": "The log of risks",
    "other": "Other business",
}
SORTS: Final = {
    "regular": "Regular",
    "ad_hoc": "Ad hoc, beside the regular ones",
    "virtual": "Virtual, not in a room",
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "overdue": ("Overdue", "act"),
    "due": ("Due, none arranged in time", "watch"),
    "in_time": ("In time", "calm"),
}
STATUSES: Final = {"scheduled": "Arranged", "held": "Held", "cancelled": "Cancelled"}
OUTCOMES: Final = {
    "discussed": "Discussed",
    "decided": "Decided",
    "deferred": "Deferred to a later meeting",
    "not_reached": "Not reached",
}
HANDLED: Final = {
    "left": "They left",
    "stayed_silent": "They stayed, and took no part",
    "noted": "Noted, and they took part",
}
TITLES: Final = {
    "rescheduled": "Move to another day or time",
    "cancelled": "Cancel this meeting",
    "item_added": "Add an item to the agenda",
    "item_removed": "Take an item off the agenda",
    "attended": "Record who is there",
    "conflict_declared": "Declare a conflict of interest",
    "item_discussed": "Record what came of an item",
    "held": "Record that it was held",
    "minutes_recorded": "Record the minutes",
    "minutes_approved": "Record that the minutes were approved",
    "summarised": "Report up, or feed back down",
}
DONE: Final = {
    "rescheduled": "the_new_day_and_time",
    "cancelled": "the_meeting_is_cancelled",
    "item_added": "the_item_is_on_the_agenda",
    "item_removed": "it_is_left_out",
    "attended": "who_is_there",
    "conflict_declared": "the_conflict_of_interest",
    "item_discussed": "what_came_of_the_item",
    "held": "the_meeting_was_held",
    "minutes_recorded": "the_minutes",
    "minutes_approved": "the_minutes_are_approved",
    "summarised": "what_was_told",
}
DIRECTIONS: Final = {
    "up": "Up: a report or a summary to the next body",
    "down": "Down: feedback to those below",
}
WRITERS: Final = {
    "intake": "What partners and services send in",
    "governance": "What is decided here",
    "risk": "The judging of each service against the policy",
}


def body(pack: Pack | None, key: str) -> str:
    """A body by its name; a group that the policy only mentions by its code in words."""
    return pack.bodies[key].name if pack is not None and key in pack.bodies else words.plain(key.lower())


def every(limit: str | None) -> str:
    """`1 months` → every month."""
    if limit is None:
        return "as it is asked"
    said = [part.split() for part in limit.split(", ")]
    return "every " + " and ".join(
        (words.plain(unit).lower().removesuffix("s")) if count == "1" else f"{count} {words.plain(unit).lower()}"
        for count, unit in said
    )


def month(period: str) -> str:
    """`2026-03` → March 2026."""
    return f"{date.fromisoformat(f'{period}-01'):%B %Y}"


def seat(organisation: str, role: str) -> str:
    """Who sits there: Council: panel chair."""
    return f"{words.plain(organisation)}: {words.plain(role)}"


def item(number: int, one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """An item as a choice of a form: 2. A service: Birch House."""
    about = one["provider_id"]
    return f"{number}. {KINDS[one['kind']]}" + (f": {names.get(about, about)}" if about else "")


def why(proposed: Mapping[str, Any]) -> str:
    """Why something is proposed, as a sentence of its own."""
    said = words.spoken(proposed["why"])
    ends = "" if not proposed["clause"] or proposed["clause"] in said else f" ({proposed['clause']})"
    return f"{said[:1].upper()}{said[1:]}{ends}."


def awaited(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a pack waits for, by who writes it: how far it is, in the part that is furthest behind."""
    by_writer: dict[str, list[date | None]] = {}
    for one in found:
        passed = date.fromisoformat(one["passed"]) if one["passed"] else None
        by_writer.setdefault(one["writer"], []).append(passed)
    return [
        f"{WRITERS[writer]}: {_how_far(days)}" for writer, days in sorted(by_writer.items(), key=lambda each: each[0])
    ]


def _how_far(days: list[date | None]) -> str:
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return "no day is complete yet"
    return f"complete up to the end of {words.day(min(known))}"
