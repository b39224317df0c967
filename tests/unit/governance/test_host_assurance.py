"""While any host authority's notice is not answered by an assurance of its own, nobody resumes (CAL-35, rulings 24)."""

from typing import Any

import pytest

from services.governance.domain import hosts
from shared.events import Event
from tests.golden.story import Story

FIRST, SECOND = {"notice_id": "N-1", "host_authority": "E06000019"}, {"notice_id": "N-2", "host_authority": "E08000003"}
SERIOUS = {"concern_level": "serious"}
WHOLE, HALF = ({"improvements_made": True, "embedded": each} for each in (True, False))


def told(*said: tuple[str, str, dict[str, Any]]) -> tuple[list[Event], list[Event]]:
    """Notices and assurances, each on its day."""
    story = Story("2026-01-01", "calderdale-2023")
    for day, kind, data in said:
        story.on(f"2026-01-{day}").record(f"ooa.host_notice.{kind}", data)
    heard = [event for event in story.log if ".host_notice." in event.type]
    return [e for e in heard if "assurance" not in e.type], [e for e in heard if "assurance" in e.type]


@pytest.mark.parametrize(
    ("said", "is_assured"),
    [
        ([("02", "received", FIRST | SERIOUS)], False),
        ([("02", "received", FIRST | SERIOUS), ("05", "assurance_received", FIRST | WHOLE)], True),
        ([("02", "received", FIRST | SERIOUS), ("05", "assurance_received", FIRST | HALF)], False),
        ([("05", "assurance_received", FIRST | WHOLE), ("06", "received", FIRST | SERIOUS)], False),
        ([("02", "received", FIRST | SERIOUS), ("05", "assurance_received", FIRST | WHOLE),
          ("06", "assurance_received", FIRST | HALF)], False),
        ([("02", "received", FIRST | SERIOUS), ("03", "received", SECOND | SERIOUS),
          ("05", "assurance_received", FIRST | WHOLE)], False),
        ([("02", "received", FIRST | SERIOUS), ("03", "received", SECOND | SERIOUS),
          ("05", "assurance_received", FIRST | WHOLE), ("06", "assurance_received", SECOND | WHOLE)], True),
        ([("02", "received", FIRST | {"concern_level": "moderate", "requested_action": "none"})], True),
    ],
)  # fmt: skip
def test_each_notice_wants_an_assurance_of_its_own(said: list[tuple[str, str, dict[str, Any]]], is_assured: bool):
    assert hosts.all_assured(*told(*said)) is is_assured
