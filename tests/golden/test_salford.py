"""Golden scenarios 12 and 13 of domain.md §4.5: what brings a provider before the Board; two levels in one item."""

from typing import Any

import pytest

from tests.golden.councils import QUESTIONS, home, scale
from tests.golden.story import Story


class TestScenario12Salford:
    """SAL-27: what brings a provider before the Board, within a day."""

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("registry.manager.changed", {"status": "vacant", "since": "2026-01-02"}),
            ("registry.ownership.changed", {"kind": "sale", "effective_date": "2026-01-02"}),
            ("incident.reported", {"incident_id": "I-1", "kind": "police"}),
            ("market.signal.recorded", {"signal_id": "S-1", "signal": "m.sponsor_licence"}),
            ("market.signal.recorded", {"signal_id": "S-2", "signal": "m.industrial_action"}),
            ("market.failure_event.recorded",
             {"failure_id": "F-1", "code": "cqc_s56_notice", "effective_date": "2026-01-02"}),
            ("assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "poor"}),
            ("cqc_rating.published", {"overall": "inadequate", "report_date": "2026-01-02"}),
        ],
    )  # fmt: skip
    def test_each_trigger_raises_a8_at_once_and_once(self, kind: str, data: dict[str, Any]) -> None:
        story = home("salford-2024").closed("2026-01-01").on("2026-01-02")
        story.record(kind, data)
        raised = story.told("A8")

        assert [what for what, _ in raised][:1] == ["raised"]
        assert len([cause for _, cause in raised if "SAL-24" not in cause]) == 1

    def test_a_manager_in_post_raises_nothing(self) -> None:
        story = home("salford-2024")
        story.record("registry.manager.changed", {"status": "in_post", "since": "2026-01-02"})

        assert story.told("A8") == []


class TestScenario13Salford:
    """SAL: overall Requires improvement stands in two levels; PAMMS Poor and a failed plan settle it."""

    def given(self) -> Story:
        return home("salford-2024").visited().rated("requires_improvement", "2026-01-01").closed("2026-01-02")

    def test_overall_requires_improvement_alone_is_2_to_3(self) -> None:
        assert self.given().indicated == ("2", "3")

    def test_with_pamms_poor_and_a_plan_that_failed_it_is_3(self) -> None:
        story = self.given().on("2026-01-03")
        story.record("assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "poor"})
        story.record(
            "plan.agreed", {"plan_id": "p", "agreed_on": "2026-01-03", "due": "2026-06-01"}, writer="governance"
        )
        story.record("plan.breached", {"plan_id": "p", "because": "no_progress"}, writer="governance")
        story.closed("2026-01-03")

        assert story.indicated == ("3", "3")
        assert scale(story, "pamms-priority") == ("high", "high")

    def test_pamms_requires_improvement_alone_is_2_to_3_as_well(self) -> None:
        story = home("salford-2024").visited().rated("good", "2026-01-01", **QUESTIONS)
        story.record(
            "assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "requires_improvement"}
        )

        assert story.closed("2026-01-02").indicated == ("2", "3")

    def test_overall_inadequate_is_3(self) -> None:
        assert home("salford-2024").rated("inadequate", "2026-01-01").closed("2026-01-02").indicated == ("3", "3")

    def test_pamms_excellent_is_level_1s_outstanding(self) -> None:
        story = home("salford-2024").visited().rated("good", "2026-01-01", **QUESTIONS)
        story.record("assessment.completed", {"assessment_id": "A-1", "tool": "pamms", "overall": "excellent"})

        assert story.closed("2026-01-02").outcome_of("SAL-L1.c") == "met"

    def test_without_returns_level_1_is_unknown(self) -> None:
        story = home("salford-2024").visited().rated("good", "2026-01-01", **QUESTIONS).closed("2026-01-02")

        assert story.indicated == (None, None)
