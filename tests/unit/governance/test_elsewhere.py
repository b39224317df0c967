"""What came through the door is folded as our own is: in any order, without what was taken back, with its result."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.governance import view, view_elsewhere
from services.governance.domain import elsewhere
from shared.events import TYPES, contracts, entry_of, visits
from shared.events import quality_assessments as published

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def step(model: type[Any], **data: Any) -> elsewhere.Step:
    return entry_of(model).type, AT, data


PLANNED = step(visits.VisitPlanned, visit_id="v", purpose="annual", planned_for="2026-03-09")
DONE = step(visits.VisitCompleted, visit_id="v", purpose="annual", visited_on="2026-03-10", themes=["q.medicines"])
OFF = step(visits.VisitCancelled, visit_id="v", because="outbreak")
MOVED = step(visits.VisitCancelled, visit_id="v", because="staffing", rebooked_for="2026-04-01")


@pytest.mark.parametrize(
    ("steps", "status", "due"),
    [
        ((PLANNED,), "planned", date(2026, 3, 9)),
        ((PLANNED, OFF), "cancelled", None),
        ((PLANNED, MOVED), "planned", date(2026, 4, 1)),
        ((MOVED, PLANNED), "planned", date(2026, 4, 1)),
        ((PLANNED, DONE), "completed", None),
        ((DONE, PLANNED), "completed", None),
        ((DONE,), "completed", None),
    ],
)
def test_a_visit_stands_as_it_was_said_last_and_once_it_took_place_it_did(steps, status, due):
    shown = elsewhere.folded("visit", steps, "visit-1")

    assert shown is not None
    assert (shown.document["status"], shown.due, shown.open) == (status, due, due is not None)
    assert shown.document["visit_id"] == "visit-1"


def test_a_visit_that_was_only_cancelled_is_none():
    assert elsewhere.folded("visit", (OFF,), "visit-1") is None
    assert elsewhere.folded("visit", (), "visit-1") is None


def test_a_visit_without_its_day_took_place_on_that_of_its_event():
    shown = elsewhere.folded("visit", (step(visits.VisitCompleted, visit_id="v", purpose="welfare"),), "visit-1")

    assert shown is not None
    assert shown.document["visited_on"] == "2026-03-02"


def test_a_contract_of_a_partners_register_shows_its_breaches_and_what_is_owed():
    made = step(contracts.ContractRegistered, contract_id="c", kind="spot", commissioner="nhs", clauses=["returns"],
                documents=[{"name": "insurance", "due": "2026-05-01"}], ends_on="2027-03-31")  # fmt: skip
    breach = step(contracts.ContractChanged, contract_id="c", breached=["returns"])
    over = step(contracts.ContractEnded, contract_id="c", ended_on="2026-06-01", because="handed_back")

    open_, ended = (elsewhere.folded("contract", steps, "contract-1") for steps in ((breach, made), (made, over)))

    assert open_ is not None
    assert ended is not None
    assert (open_.open, open_.due, open_.document["breached"]) == (True, date(2026, 5, 1), ["returns"])
    assert (ended.open, ended.document["ended_on"]) == (False, "2026-06-01")


def test_the_newest_result_of_an_outside_tool_counts():
    first = step(published.AssessmentCompleted, assessment_id="a", tool="pamms", overall="poor")
    second = step(published.AssessmentCompleted, assessment_id="a", tool="pamms", overall="good",
                  standards=[{"standard": "s1", "rating": "good"}], repeat_due="2027-03-01")  # fmt: skip
    shown = elsewhere.folded("assessment", (first, second), "assessment-1")

    assert shown is not None
    found = {name: shown.document[name] for name in ("tool", "overall", "status", "repeat_due", "question_set")}
    assert found == {
        "tool": "pamms", "overall": "good", "status": "final", "repeat_due": "2027-03-01", "question_set": None,
    }  # fmt: skip
    assert shown.document["standards"] == [{"standard": "s1", "rating": "good"}]


def test_what_does_not_fit_its_type_is_left_out_and_hides_nothing_else(caplog):
    bad = (entry_of(visits.VisitPlanned).type, AT, {"visit_id": "v"})
    assert elsewhere.folded("visit", (bad, DONE), "visit-1") is not None
    assert "not listed" in caplog.text


def test_an_upgrade_lists_the_same_types_as_the_fold():
    said = (Path(view.__file__).parent / "view" / "0080_elsewhere.sql").read_text("utf-8")
    assert {name for name in TYPES if f"('{name}', '" in said} - view_elsewhere.CORRECTIONS == set(elsewhere.KEYS)
    assert all(f"('{name}', '{kind}', '{key}')" in said for name, (kind, key) in elsewhere.KEYS.items())
