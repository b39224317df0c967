"""A timeline in words: every kind of event belongs to one part of it, and none of its lines reads like a machine."""

import re
from typing import Any

import pytest

from services.governance.web import event_lines, timeline
from shared import events


def test_every_kind_of_event_belongs_to_one_part_of_the_timeline():
    kinds = [one.type.removeprefix("careledger.") for one in events.TYPES.values()]

    found = {kind: [code for code, (_, sought) in timeline.GROUPS.items() if re.match(sought, kind)] for kind in kinds}

    assert {kind: codes for kind, codes in found.items() if len(codes) != 1} == {}
    assert {code for codes in found.values() for code in codes} == set(timeline.GROUPS)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"concern_id": "QC-1", "severity": "S2", "raised_on": "2026-03-02", "digest": "00"},
            [("Reference", "QC-1"), ("Severity", "S2"), ("Raised on", "2 Mar 2026")],
        ),
        (
            {"return_type": "RT-PMR", "period": "2026-03", "body": {"kind": "RT-PMR", "occupied_beds": 34}},
            [("Return type", "Provider monitoring return"), ("Period", "Mar 2026"), ("Occupied beds", "34")],
        ),
        (
            {"task": "convene_meeting", "role": "panel-chair", "how": "task", "scale": "level",
             "body": "MA_QUALITY_REVIEW", "cause": "indicated:level:3"},
            [("Task", "Convene meeting"), ("Role", "Panel chair"), ("Body", "Multi-agency quality review meeting")],
        ),
        ({"alert": "A8", "to_body": "QUALITY_TEAM"},
         [("Alert", "Escalation to the board (A8)"), ("To body", "Quality team")]),
        (
            {"indicated": {"min": "2", "max": "3", "unknown": False}, "scales": {"level": {"min": "2"}},
             "criteria": [{"id": "HER-L3.c", "outcome": "met"}, {"id": "HER-L3.d", "outcome": "unknown"}]},
            [("Indicated", "Level 2 to 3"), ("Criteria met", "HER-L3.c")],
        ),
    ],
)  # fmt: skip
def test_an_event_is_said_in_words(data: dict[str, Any], said: list[tuple[str, str]]):
    known = {"RT-PMR": "Provider monitoring return", "MA_QUALITY_REVIEW": "Multi-agency quality review meeting"}

    assert event_lines.brief(data, known) == said


def test_sealed_texts_and_what_is_empty_are_no_lines():
    data = {"text": {"ciphertext": "x"}, "note": "", "themes": ["medicines"], "seats": [{"a": 1}]}

    assert event_lines.lines(data) == [("themes", "Medicines"), ("seats", "1 entry")]
