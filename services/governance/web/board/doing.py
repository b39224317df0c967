"""Which steps a meeting's page offers as it stands; whether one is taken is said by the use case. Pure."""

from collections.abc import Mapping
from typing import Any

from services.governance.asking import Asking
from services.governance.meetings import bodies
from services.governance.web.board.around import Around


def steps(meeting: Mapping[str, Any]) -> list[str]:
    """Of the whole meeting, what comes next first."""
    status, minutes = meeting["status"], meeting["minutes"]
    there = any(one["present"] for one in meeting["attendees"])
    if status == "scheduled":
        first = ["attended", "held"] if there else ["attended"]
        return [*first, "item_added", *(["conflict_declared"] if there else []), "rescheduled", "cancelled"]
    if status != "held":
        return []
    found = [] if minutes == "approved" else ["minutes_recorded", "conflict_declared"]
    if minutes == "recorded":
        found.insert(0, "minutes_approved")
    return [*found, "summarised"] if meeting["pack"] else found


def of_item(meeting: Mapping[str, Any], item: Mapping[str, Any]) -> list[str]:
    """Of one item."""
    found = []
    if meeting["status"] != "cancelled" and meeting["minutes"] != "approved" and meeting["attendees"]:
        found.append("item_discussed")
    if meeting["status"] == "scheduled" and item["outcome"] is None:
        found.append("item_removed")
    return found


def refused(around: Around, asking: Asking) -> str | None:
    """Why this person may not record the meeting, in the policy's words; None: they may."""
    if around.pack is None:
        return "No policy is in force here."
    if (body := around.meeting["body"]) not in around.pack.bodies:
        return "The policy in force knows this body no more."
    verdict = bodies.may_serve(around.pack, body, asking.asker)
    return None if verdict.allowed else f"{verdict.why}."
