"""A meeting folded from its steps: what fits, in whatever order people try; and a pack that is the same for ever."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.domain import meeting
from services.governance.domain.meeting import Meeting
from services.governance.domain.meeting_kind import KIND, document
from services.governance.meetings import summary
from shared.events import Sealed, meetings

ABOUT: dict[str, Any] = {"meeting_id": "m1", "body": "PQM", "actor": "a"}
TEXT = Sealed(kid="k", nonce="n", ciphertext="c")
AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
SEATS = ("council:panel-chair", "council:team-manager", "icb:icb-quality")
CHAIR = meetings.Attendee(organisation="council", role="panel-chair")
BODY = b'{"a":1}' * 100_000


def fixed(**more: Any) -> Meeting:
    said = {"sort": "regular", "at": AT, "cut_off": date(2026, 3, 13), "quorum": 2, "seats": SEATS}
    return meeting.take(None, meetings.MeetingScheduled(**(ABOUT | said | more)))


def item(name: str = "i1", **more: Any) -> meetings.MeetingItemAdded:
    return meetings.MeetingItemAdded(**(ABOUT | {"item": name, "kind": "provider"} | more))


def attended(*roles: str) -> meetings.MeetingAttended:
    there = [meetings.Attendee(organisation=role.split(":")[0], role=role.split(":")[1]) for role in roles]
    return meetings.MeetingAttended(**ABOUT, attendees=there or (CHAIR,))


def held() -> meetings.MeetingHeld:
    return meetings.MeetingHeld(**ABOUT, held_on=date(2026, 3, 20), quorate=True, counted=1)


def frozen(body: bytes = BODY) -> list[meetings.Meeting]:
    parts = meeting.split(body)
    steps: list[meetings.Meeting] = [
        meetings.MeetingPackPart(**ABOUT, number=number, bytes=part) for number, part in enumerate(parts, 1)
    ]
    whole = {"digest": meeting.digest(body), "size": len(body), "parts": len(parts), "cut_off": date(2026, 3, 13)}
    return [*steps, meetings.MeetingPackFrozen(**(ABOUT | whole))]


def after(*steps: meetings.Meeting, state: Meeting | None = None) -> Meeting:
    made = state or fixed()
    for step in steps:
        assert meeting.unfit(made, step) is None, step
        made = meeting.take(made, step)
    return made


ANY: tuple[meetings.Meeting, ...] = (
    item(), item("i2", cause="c"), attended(*SEATS), attended(), held(), *frozen(b"{}"),
    meetings.MeetingItemRemoved(**ABOUT, item="i1", reason=TEXT),
    meetings.MeetingItemRemoved(**ABOUT, cause="c", reason=TEXT),
    meetings.MeetingItemDiscussed(**ABOUT, item="i1", outcome="discussed"),
    meetings.MeetingCancelled(**ABOUT, reason=TEXT),
    meetings.MeetingRescheduled(**ABOUT, at=AT, cut_off=date(2026, 3, 12), reason=TEXT),
    meetings.MeetingConflictDeclared(
        **ABOUT, organisation="council", role="panel-chair", nature="personal", handled="left"
    ),
    meetings.MeetingMinutesRecorded(**ABOUT, minutes=TEXT),
    meetings.MeetingMinutesApproved(**ABOUT, at_meeting="m2"),
)  # fmt: skip


@given(st.lists(st.sampled_from(ANY), max_size=25))
def test_whatever_order_people_try_a_meeting_never_contradicts_itself(steps: list[meetings.Meeting]) -> None:
    state = fixed()
    for step in steps:
        if meeting.unfit(state, step) is not None:
            continue
        before, state = state, meeting.take(state, step)
        if before.pack is not None:  # frozen once, for ever
            assert (state.pack, state.frozen, state.cut_off) == (before.pack, before.frozen, before.cut_off)
        if before.status == "cancelled":
            pytest.fail("nothing follows a cancelled meeting")
        if state.status == "held":
            assert any(one.present for one in state.attendees)
        assert state.minutes == "none" or state.held
        assert document(state)["status"] == state.status
    assert KIND.is_open(state) == (
        state.status == "scheduled" or (state.status == "held" and state.minutes != "approved")
    )


def test_a_pack_comes_back_byte_for_byte_in_however_many_parts() -> None:
    noise = bytes(range(256)) * 8
    large = b"".join(meeting.digest(bytes([n % 256, n // 256])).encode() for n in range(9000)) + noise

    assert len(meeting.split(large)) > 1
    assert after(*frozen(large)).frozen == large
    assert after(*frozen()).frozen == BODY


def test_a_pack_whose_parts_were_changed_is_not_taken() -> None:
    steps = frozen()
    other = meetings.MeetingPackPart(**ABOUT, number=1, bytes=meeting.split(b"{}")[0])
    state = meeting.take(fixed(), other)

    assert meeting.unfit(state, steps[-1]) == "the parts do not make the pack that is named"
    assert meeting.unfit(after(*steps), steps[0]) == "the pack is frozen"


def test_a_seat_counts_once_and_not_whoever_left_for_an_interest() -> None:
    state = after(attended("council:panel-chair", "council:panel-chair", "icb:icb-quality", "provider:provider"))
    left = meetings.MeetingConflictDeclared(
        **ABOUT, organisation="icb", role="icb-quality", nature="professional", handled="left"
    )

    assert state.counted == 2
    assert after(left, state=state).counted == 1


def test_the_provider_is_present_for_an_item_only_if_it_attends() -> None:
    discussed = meetings.MeetingItemDiscussed(**ABOUT, item="i1", outcome="discussed", provider_present=True)

    alone = after(item(), attended(*SEATS))
    together = after(item(), attended(*SEATS, "provider:provider"))

    assert meeting.unfit(alone, discussed) == "nobody of the provider attends"
    assert document(after(discussed, state=together))["items"][0]["provider_present"] is True


def test_a_summary_counts_each_decision_once_whether_the_minutes_name_it_or_it_names_the_meeting() -> None:
    decided = meetings.MeetingItemDiscussed(**ABOUT, item="i1", outcome="decided", decisions=("d1",))
    state = after(item(), attended(*SEATS), decided)

    assert [summary.done(state, named)["meeting.decisions"] for named in ((), ("d1",), ("d1", "d2"))] == [1, 1, 2]


def test_what_was_taken_off_or_not_taken_is_not_proposed_again() -> None:
    off = meetings.MeetingItemRemoved(**ABOUT, item="i1", reason=TEXT)
    never = meetings.MeetingItemRemoved(**ABOUT, cause="d", reason=TEXT)

    assert after(item(cause="c"), off, never).causes == {"c", "d"}
    assert meeting.unfit(after(item(cause="c")), item("i2", cause="c")) == "this is on the agenda already"


def test_minutes_are_approved_at_a_later_meeting() -> None:
    state = after(attended(), held(), meetings.MeetingMinutesRecorded(**ABOUT, minutes=TEXT))
    itself = meetings.MeetingMinutesApproved(**ABOUT, at_meeting="m1")
    later = meetings.MeetingMinutesApproved(**ABOUT, at_meeting="m2")

    assert meeting.unfit(state, itself) == "minutes are approved at a later meeting"
    done = after(later, state=state)
    assert (done.minutes, KIND.is_open(done)) == ("approved", False)
    assert meeting.unfit(done, meetings.MeetingMinutesRecorded(**ABOUT, minutes=TEXT)) == "the minutes were approved"
