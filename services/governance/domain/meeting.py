"""What a meeting amounts to, folded from its published steps; and why a step does not fit. Pure."""

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from shared.events import meetings

Status = Literal["scheduled", "held", "cancelled"]
PART = 120_000
"""Bytes of a pack, compressed, that go into one event: it has at most 256 KiB, and base 64 makes four of three."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda."""

    added: meetings.MeetingItemAdded
    discussed: tuple[meetings.MeetingItemDiscussed, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a body."""

    scheduled: meetings.MeetingScheduled
    at: datetime
    cut_off: date
    status: Status = "scheduled"
    items: Mapping[str, Item] = field(default_factory=dict)
    not_taken: frozenset[str] = frozenset()
    """Causes that were proposed, and not taken."""
    parts: tuple[str, ...] = ()
    pack: meetings.MeetingPackFrozen | None = None
    attendees: tuple[meetings.Attendee, ...] = ()
    conflicts: tuple[meetings.MeetingConflictDeclared, ...] = ()
    held: meetings.MeetingHeld | None = None
    minutes: Literal["none", "recorded", "approved"] = "none"
    approved_at: str | None = None
    summaries: tuple[meetings.AssuranceSummarised, ...] = ()

    @property
    def causes(self) -> frozenset[str]:
        """What is on the agenda already, or was not taken."""
        return self.not_taken | {item.added.cause for item in self.items.values() if item.added.cause}

    @property
    def counted(self) -> int:
        """How many of the body's seats are taken: whoever left the whole meeting for an interest does not count."""
        return self.counted_under(None)

    def counted_under(self, item: str | None) -> int:
        """The same under one item of the agenda: whoever left that item does not count there."""
        gone = [one for one in self.conflicts if one.item in (None, item) and one.handled == "left"]
        left = {(one.organisation, one.role) for one in gone}
        there = {(one.organisation, one.role) for one in self.attendees if one.present} - left
        return len({f"{organisation}:{role}" for organisation, role in there} & set(self.scheduled.seats))

    @property
    def frozen(self) -> bytes | None:
        """The canonical bytes of the pack, as they were frozen."""
        return assembled(self.parts) if self.pack else None


def split(body: bytes) -> list[str]:
    """A pack's bytes as parts that fit into events."""
    packed = zlib.compress(body, 9)
    return [base64.b64encode(packed[at : at + PART]).decode() for at in range(0, len(packed), PART)]


def assembled(parts: Iterable[str]) -> bytes:
    """The bytes again. Raises zlib.error where something is missing."""
    return zlib.decompress(b"".join(base64.b64decode(part) for part in parts))


def digest(body: bytes) -> str:
    """What names a pack for ever."""
    return hashlib.sha256(body).hexdigest()


def take(state: Meeting | None, step: meetings.Meeting) -> Meeting:
    """The meeting after a step. The first fixes it."""
    if isinstance(step, meetings.MeetingScheduled):
        return Meeting(step, step.at, step.cut_off)
    assert state is not None  # noqa: S101 - a meeting's first step fixes it
    return replace(state, **_changes(state, step))


def _changes(state: Meeting, step: meetings.Meeting) -> dict[str, Any]:  # noqa: PLR0911, PLR0912 - one case each
    match step:
        case meetings.MeetingRescheduled(at=at, cut_off=cut_off):
            return {"at": at, "cut_off": cut_off}
        case meetings.MeetingCancelled():
            return {"status": "cancelled"}
        case meetings.MeetingItemAdded():
            return {"items": {**state.items, step.item: Item(step)}}
        case meetings.MeetingItemRemoved(item=None, cause=cause):
            return {"not_taken": state.not_taken | {cause or ""}}
        case meetings.MeetingItemRemoved(item=str() as name):
            return _removed(state, name)
        case meetings.MeetingPackPart():
            return {"parts": (*state.parts, step.bytes)}
        case meetings.MeetingPackFrozen():
            return {"pack": step}
        case meetings.MeetingAttended():
            return {"attendees": step.attendees}
        case meetings.MeetingConflictDeclared():
            return {"conflicts": (*state.conflicts, step)}
        case meetings.MeetingItemDiscussed():
            return _discussed(state, step)
        case meetings.MeetingHeld():
            return {"status": "held", "held": step}
        case meetings.MeetingMinutesRecorded():
            return {"minutes": "recorded"}
        case meetings.MeetingMinutesApproved():
            return {"minutes": "approved", "approved_at": step.at_meeting}
        case meetings.AssuranceSummarised():
            return {"summaries": (*state.summaries, step)}
    return {}


def _removed(state: Meeting, name: str) -> dict[str, Any]:
    gone = state.items.get(name)
    cause = gone.added.cause if gone else None
    left = {key: item for key, item in state.items.items() if key != name}
    return {"items": left, "not_taken": state.not_taken | ({cause} if cause else set())}


def _discussed(state: Meeting, step: meetings.MeetingItemDiscussed) -> dict[str, Any]:
    if (item := state.items.get(step.item)) is None:  # of a log that begins in the middle
        return {}
    return {"items": {**state.items, step.item: replace(item, discussed=(*item.discussed, step))}}


def unfit(state: Meeting, step: meetings.Meeting) -> str | None:
    """Why this step is not possible as the meeting stands, or None."""
    if state.status == "cancelled":
        return "the meeting was cancelled"
    if state.status == "held" and isinstance(step, BEFORE):
        return "the meeting has been held"
    rule = UNFIT.get(type(step))
    return rule(state, step) if rule else None


BEFORE = (
    meetings.MeetingRescheduled, meetings.MeetingCancelled, meetings.MeetingItemAdded, meetings.MeetingItemRemoved,
    meetings.MeetingPackPart, meetings.MeetingPackFrozen, meetings.MeetingAttended, meetings.MeetingHeld,
)  # fmt: skip
"""What comes before it is held, or not at all."""


def _another_time(state: Meeting, step: meetings.MeetingRescheduled) -> str | None:
    if state.pack is not None and step.cut_off != state.cut_off:
        return f"its pack was frozen at the cut-off of {state.cut_off.isoformat()}, which stays"
    return None


def _new_item(state: Meeting, step: meetings.MeetingItemAdded) -> str | None:
    if step.item in state.items:
        return f"there is an item {step.item} already"
    on_it = {item.added.cause for item in state.items.values()} - {None}
    return "this is on the agenda already" if step.cause in on_it else None


def _no_item(state: Meeting, step: meetings.MeetingItemRemoved) -> str | None:
    if step.item is None:
        return None if step.cause else "say which item, or the cause of what was proposed"
    if (item := state.items.get(step.item)) is None:
        return f"no item {step.item} is on the agenda"
    return "the item was discussed: it stays" if item.discussed else None


def _part(state: Meeting, step: meetings.MeetingPackPart) -> str | None:
    if state.pack is not None:
        return "the pack is frozen"
    return None if step.number == len(state.parts) + 1 else "the parts of a pack come in their order"


def _frozen(state: Meeting, step: meetings.MeetingPackFrozen) -> str | None:
    if state.pack is not None:
        return "the pack is frozen"
    whole = step.parts == len(state.parts) and digest(assembled(state.parts)) == step.digest
    return None if whole else "the parts do not make the pack that is named"


def _conflict(state: Meeting, step: meetings.MeetingConflictDeclared) -> str | None:
    if step.item is not None and step.item not in state.items:
        return f"no item {step.item} is on the agenda"
    return _open_minutes(state, step)


def _discussion(state: Meeting, step: meetings.MeetingItemDiscussed) -> str | None:
    if step.item not in state.items:
        return f"no item {step.item} is on the agenda"
    if not state.attendees:
        return "say first who attends"
    provider = any(one.organisation == "provider" and one.present for one in state.attendees)
    if step.provider_present and not provider:
        return "nobody of the provider attends"
    return _open_minutes(state, step)


def _holding(state: Meeting, _: meetings.MeetingHeld) -> str | None:
    return None if any(one.present for one in state.attendees) else "say first who attends"


def _open_minutes(state: Meeting, _: meetings.Meeting) -> str | None:
    return "the minutes were approved" if state.minutes == "approved" else None


def _minutes(state: Meeting, step: meetings.Meeting) -> str | None:
    return _open_minutes(state, step) or (None if state.held else "the meeting has not been held")


def _approval(state: Meeting, step: meetings.MeetingMinutesApproved) -> str | None:
    if state.minutes == "none":
        return "no minutes were recorded"
    if step.at_meeting == step.meeting_id:
        return "minutes are approved at a later meeting"
    return _open_minutes(state, step)


def _summary(state: Meeting, _: meetings.AssuranceSummarised) -> str | None:
    return None if state.held else "the meeting has not been held"


UNFIT: Mapping[type[meetings.Meeting], Callable[[Meeting, Any], str | None]] = {
    meetings.MeetingRescheduled: _another_time,
    meetings.MeetingItemAdded: _new_item,
    meetings.MeetingItemRemoved: _no_item,
    meetings.MeetingPackPart: _part,
    meetings.MeetingPackFrozen: _frozen,
    meetings.MeetingConflictDeclared: _conflict,
    meetings.MeetingItemDiscussed: _discussion,
    meetings.MeetingHeld: _holding,
    meetings.MeetingHeld: _holding,
    meetings.MeetingMinutesRecorded: _minutes,
    meetings.MeetingMinutesApproved: _approval,
    meetings.AssuranceSummarised: _summary,
}
