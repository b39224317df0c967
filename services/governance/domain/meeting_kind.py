"""The kind of matter that a meeting is, and a meeting as it is shown. Pure."""

from typing import Any

from services.governance.domain.kind import Kind
from services.governance.domain.meeting import UNFIT, Item, Meeting, take, unfit
from shared import calendar
from shared.events import envelope, meetings


def document(state: Meeting) -> dict[str, Any]:
    """As it is shown. Its texts stay sealed."""
    said, held, pack = state.scheduled, state.held, state.pack
    return {
        "meeting_id": said.meeting_id,
        "body": said.body,
        "sort": said.sort,
        "status": state.status,
        "at": envelope.instant(state.at),
        "day": calendar.london_date(state.at).isoformat(),
        "cut_off": state.cut_off.isoformat(),
        "about": list(said.providers),
        "rule": said.rule,
        "pack": pack and {"digest": pack.digest, "size": pack.size, "cut_off": pack.cut_off.isoformat()},
        "items": [_item(item) for item in state.items.values()],
        "attendees": [one.model_dump(mode="json", exclude={"actor"}) for one in state.attendees],
        "quorum": {"wanted": said.quorum, "counted": held.counted if held else state.counted},
        "conflicts": [_conflict(one) for one in state.conflicts],
        "held_on": held and held.held_on.isoformat(),
        "quorate": held and held.quorate,
        "minutes": state.minutes,
        "minutes_approved_at": state.approved_at,
        "summaries": [one.model_dump(mode="json", include=SUMMARY) for one in state.summaries],
    }


SUMMARY = {"report", "direction", "to", "first", "last", "figures"}


def _item(item: Item) -> dict[str, Any]:
    added, came = item.added, item.discussed
    last = came[-1] if came else None
    return {
        "item": added.item,
        "kind": added.kind,
        "provider_id": added.provider_id,
        "cause": added.cause,
        "clause": added.clause,
        "late": added.late,
        "outcome": last.outcome if last else None,
        "provider_present": last.provider_present if last else None,
        "decisions": [name for one in came for name in one.decisions],
        "tasks": [name for one in came for name in one.tasks],
    }


def _conflict(one: meetings.MeetingConflictDeclared) -> dict[str, Any]:
    return one.model_dump(mode="json", include={"organisation", "role", "item", "nature", "handled"})


KIND = Kind(
    name="meeting",
    key="meeting_id",
    first=meetings.MeetingScheduled,
    further=(*UNFIT, meetings.MeetingCancelled, meetings.MeetingAttended),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda state: state.status == "scheduled" or (state.status == "held" and state.minutes != "approved"),
    due=lambda state: calendar.london_date(state.at) if state.status == "scheduled" else None,
)
