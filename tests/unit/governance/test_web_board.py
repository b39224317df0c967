"""Meetings in words, and what their pages offer as they stand."""

from typing import Any

import pytest

from services.governance.web.board import doing, wording
from services.governance.web.board.pack_page import figures_of


@pytest.mark.parametrize(
    ("given", "said"),
    [(None, "as it is asked"), ("1 months", "every month"), ("2 months", "every 2 months"), ("7 days", "every 7 days")],
)
def test_a_cadence_is_said_in_words(given: str | None, said: str):
    assert wording.every(given) == said


def test_what_a_pack_waits_for_is_as_far_as_the_part_that_is_furthest_behind():
    found = [
        {"writer": "risk", "passed": "2026-03-02"},
        {"writer": "risk", "passed": "2026-03-01"},
        {"writer": "intake", "passed": "2026-03-02"},
        {"writer": "intake", "passed": None},
    ]

    assert wording.awaited(found) == [
        "What partners and services send in: no day is complete yet",
        "The judging of each service against the policy: complete up to the end of 1 Mar 2026",
    ]


def test_the_place_in_figures_begins_with_its_services():
    counts = {
        "came.quality_concern.raised": 2, "confirmed.level.none": 1, "confirmed.rag.red": 4, "indicated.3": 5,
        "plans.open": 6, "referred.d": 7, "decided.level.confirmed": 8, "providers": 9,
    }  # fmt: skip

    assert figures_of(counts) == [
        ("Services", 9), ("Nothing confirmed", 1), ("Confirmed at Red (RAG)", 4),
        ("Indicated at the least: Level 3", 5),
        ("Improvement plans: open", 6), ("Brought before the next body, reason d", 7), ("Decided: level confirmed", 8),
        ("Received: quality concern raised", 2),
    ]  # fmt: skip


def meeting(**changes: Any) -> dict[str, Any]:
    return {"status": "scheduled", "minutes": "none", "attendees": [], "pack": None} | changes


THERE = [{"present": True}]


@pytest.mark.parametrize(
    ("stands", "offered", "not_offered"),
    [
        (meeting(), "attended", "held"),
        (meeting(attendees=THERE), "held", "minutes_recorded"),
        (meeting(attendees=[{"present": False}]), "attended", "held"),
        (meeting(status="held"), "minutes_recorded", "summarised"),
        (meeting(status="held", pack={}, minutes="recorded"), "minutes_approved", "rescheduled"),
        (meeting(status="held", pack={"digest": "d"}, minutes="approved"), "summarised", "minutes_recorded"),
    ],
)
def test_only_steps_that_fit_are_offered(stands: dict[str, Any], offered: str, not_offered: str):
    assert offered in doing.steps(stands)
    assert not_offered not in doing.steps(stands)


def test_nothing_is_offered_of_a_cancelled_meeting():
    cancelled = meeting(status="cancelled", attendees=THERE)

    assert doing.steps(cancelled) == []
    assert doing.of_item(cancelled, {"outcome": None}) == []
