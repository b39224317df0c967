"""What became of evidence, and what is challenged: folded from corrections alone (golden 15; rulings 30)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.governance.domain import doubts
from services.governance.domain.taken import Taken
from shared.events import Data, Event, concerns, corrections, entry_of
from shared.policies.section import Limit
from tests.unit.governance.given import MORNING, PROVIDER, after, proposal

RAISED, OTHER = UUID(int=1), UUID(int=2)
CONCERN = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S3"}


def event(model: type[Data], data: dict[str, Any], at: datetime, id_: UUID = OTHER, source: str = "/in/icb") -> Event:
    entry = entry_of(model)
    said = {
        "specversion": "1.0", "id": str(id_), "type": entry.type, "source": source, "subject": PROVIDER, "data": data,
        "time": at.isoformat(), "recordedtime": at.isoformat(), "dataschema": entry.schema_path, "place": "X00000001",
        "classification": entry.classification, "writer": "intake", "sequence": 1, "prevsequence": 0, "prevhash": "",
        "hash": "0" * 64,
    }  # fmt: skip
    return Event.model_construct(**said | {"id": id_, "time": at, "recordedtime": at})


def outcome(said: str, at: datetime, source: str = "/in/icb", **more: str) -> Event:
    return event(concerns.ConcernOutcomeRecorded, {"concern_id": "QC-1", "outcome": said} | more, at, source=source)


RAISING = event(concerns.QualityConcernRaised, CONCERN, after(days=-3), RAISED)
DECIDED = Taken(proposal(evidence=(str(RAISED),)), MORNING)


def fallen(*events: Event) -> list[str]:
    return [one.because for one in doubts.fold(events, [RAISING]).tainting(DECIDED)]


def test_what_is_taken_back_or_corrected_after_the_decision_taints_it():
    assert fallen(
        event(corrections.FactWithdrawn, {"event_id": str(RAISED), "because": "not_true"}, after(days=1))
    ) == ["withdrawn"]
    assert fallen(
        event(corrections.FactCorrected, {"event_id": str(RAISED), "replaced_by": str(OTHER)}, after(days=1))
    ) == ["corrected"]


def test_what_was_known_when_it_was_decided_was_weighed_then():
    assert fallen(outcome("not_upheld", after(days=-1))) == []
    assert fallen(outcome("not_upheld", after(days=1))) == ["not_upheld"]


@pytest.mark.parametrize("said", ["upheld", "part_upheld", "inconclusive", "passed_to_safeguarding"])
def test_any_other_outcome_is_no_reason(said: str):
    assert fallen(outcome(said, after(days=1))) == []


def test_the_newest_outcome_counts():
    assert fallen(outcome("not_upheld", after(days=1)), outcome("upheld", after(days=2))) == []


def test_the_reference_of_another_publisher_is_another_concern():
    assert fallen(outcome("not_upheld", after(days=1), source="/in/council")) == []
    assert fallen(outcome("not_upheld", after(days=1), source="/in/council", raised_by="icb")) == ["not_upheld"]


DISPUTE = {"dispute_id": "D-1", "event_id": str(RAISED), "grounds": "factual_accuracy"}
ASKED = event(corrections.DisputeRaised, DISPUTE, MORNING)
TEN = Limit(working_days=10)


class TestChallenges:
    def test_one_waits_until_it_is_answered_whatever_the_answer(self):
        said = {"dispute_id": "D-1", "event_id": str(RAISED), "outcome": "not_upheld"}
        answer = event(corrections.DisputeAnswered, said, after(days=4))

        assert len(doubts.fold([ASKED]).open_challenges) == 1
        known = doubts.fold([ASKED, answer])
        assert known.open_challenges == ()
        assert known.challenges["D-1"].document(date(2026, 5, 1), TEN)["outcome"] == "not_upheld"

    def test_it_is_overdue_the_day_after_the_policys_time(self):
        (one,) = doubts.fold([ASKED]).open_challenges

        assert one.document(date(2026, 3, 16), TEN)["answer_by"] == "2026-03-16"
        assert one.document(date(2026, 3, 16), TEN)["overdue"] is False
        assert one.document(date(2026, 3, 17), TEN)["overdue"] is True

    def test_a_day_that_the_dispute_names_comes_first_and_without_a_limit_none_runs(self):
        named = event(corrections.DisputeRaised, DISPUTE | {"answer_by": "2026-03-05"}, MORNING)

        assert doubts.fold([named]).challenges["D-1"].document(date(2026, 3, 6), TEN)["overdue"] is True
        assert doubts.fold([ASKED]).challenges["D-1"].document(date(2026, 3, 6), None)["answer_by"] is None
