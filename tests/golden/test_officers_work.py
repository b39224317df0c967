"""What officers record in governance is judged like what comes through the door (golden 7, 11 and 13, OXF-8, A1)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from services.governance.matter import Matter
from services.governance.monitoring import (
    assessment_orders,
    contract_orders,
    placement_orders,
    record_orders,
    sets,
    visit_orders,
)
from shared import calendar, identifiers
from shared.events import Data, entry_of, plans, registry
from shared.events import quality_assessments as published
from tests.golden.councils import home
from tests.golden.story import HOME, PLACE, Story

DAY = date(2026, 1, 2)


class Kept:
    """A matter of governance whose steps stand on the ledger of a story."""

    def __init__(self, story: Story, kind: str) -> None:
        self.story, self.name = story, f"{kind}-0123456789abcdef"
        self.made = Matter(kind, self.name, HOME, PLACE)

    def take(self, *steps: Data | None) -> "Kept":
        for step in steps:
            if step is not None:
                id_ = identifiers.derived_id("test", self.name, str(self.made.version))
                self.made.take(step, id_, self.story.now)
                kind, data = entry_of(type(step)).kind, registry.dumped(step)
                self.story.record(kind, data, writer="governance", source="governance")
        return self

    @property
    def state(self) -> Any:
        return self.made.state


def clear(_: str | None) -> None:
    """These tests need no texts."""


class TestVisits:
    def planned(self, story: Story, day: date = DAY) -> Kept:
        kept = Kept(story, "visit")
        order = visit_orders.NewVisit(purpose="annual", planned_for=day)
        return kept.take(visit_orders.planned(order, kept.name, "council", clear))

    def finding(self, name: str, nature: Any) -> visit_orders.Finding:
        return visit_orders.Finding(finding_id=name, nature=nature, theme="q.falls_moving", key_questions=("safe",))

    def test_somebody_at_immediate_risk_is_an_a1_at_once_and_no_report_takes_it_back(self) -> None:
        story = home("calderdale-2023").closed("2026-01-01").on("2026-01-02")
        kept = self.planned(story)
        kept.take(visit_orders.found(self.finding("f1", "immediate_risk"), kept.name, "officer", clear))
        kept.take(visit_orders.completed_again(kept.state, DAY))
        order = visit_orders.Completed(type="completed", methods=("observe_care",))
        kept.take(visit_orders.completed(order, kept.state, DAY, clear))

        assert story.told("A1") == [("raised", f"visit:governance|{kept.name}")]

    def test_a_gap_is_no_a1(self) -> None:
        story = home("calderdale-2023").closed("2026-01-01").on("2026-01-02")
        kept = self.planned(story)
        kept.take(visit_orders.found(self.finding("f1", "gap"), kept.name, "officer", clear))
        kept.take(visit_orders.completed_again(kept.state, DAY))

        assert story.told("A1") == []

    @pytest.mark.parametrize("pack", ["calderdale-2023", "salford-2024"])
    @pytest.mark.parametrize("held", [True, False])
    def test_a_planned_visit_that_does_not_take_place_is_overdue(self, held: bool, pack: str) -> None:
        story = home(pack).closed("2026-01-01").on("2026-01-02")
        kept = self.planned(story)
        if held:
            order = visit_orders.Completed(type="completed", methods=("observe_care",))
            kept.take(visit_orders.completed(order, kept.state, DAY, clear))
        story.closed("2026-03-01")

        assert bool(story.told("A10", f"planned_visit:governance|{kept.name}")) is not held


class TestAssessments:
    def concluded(self, story: Story, given: str, *, changed: Sequence[str] = ()) -> Kept:
        kept, questions = Kept(story, "assessment"), sets.named("pamms-style")
        kept.take(published.AssessmentBegun(
            assessment_id=kept.name, question_set=questions.name, version=questions.version,
            service_type="care_home_residential",
        ))  # fmt: skip
        scene = assessment_orders.Scene(questions, None, "officer", calendar.london_date(story.now))
        for _, question in questions.asked("care_home_residential"):
            answer: Any = "partly" if question.id in changed else given
            order = assessment_orders.Answer(question=question.id, answer=answer, references=("x",))
            kept.take(assessment_orders.answered(order, 0, kept.state, scene, clear))
        kept.take(assessment_orders.shared(kept.state, scene))
        kept.take(published.AssessmentCommented(assessment_id=kept.name, accepted=True))
        order_ = assessment_orders.Completed(type="completed")
        return kept.take(assessment_orders.completed(order_, kept.state, scene, clear))

    def test_poor_is_before_salfords_board_at_once(self) -> None:
        story = home("salford-2024").closed("2026-01-01").on("2026-01-02")
        self.concluded(story, "not")

        assert [what for what, _ in story.told("A8")][:1] == ["raised"]
        assert any(each.id.startswith("SAL-L3.d") and each.outcome == "met" for each in story.assessed.criteria)

    def test_good_is_not(self) -> None:
        story = home("salford-2024").closed("2026-01-01").on("2026-01-02")
        self.concluded(story, "mostly")

        assert story.told("A8") == []


class TestContracts:
    def test_a_breach_counts_in_salford(self) -> None:
        story = home("salford-2024").closed("2026-01-01").on("2026-01-02")
        kept = Kept(story, "contract")
        order = contract_orders.NewContract(
            kind="framework", commissioner="council", allocated_to="contracts-officer", clauses=("returns",),
            starts_on=date(2025, 4, 1), ends_on=date(2029, 3, 31),
        )  # fmt: skip
        kept.take(contract_orders.registered(order, kept.name, DAY, "care_home_residential", None))
        before = met(story)
        breach = contract_orders.Breached(type="breached", clauses=("returns",), reason="None came.")
        kept.take(contract_orders.step(breach, kept.state, "officer", DAY, clear))

        assert met(story) - before == {"SAL-L2.a"}


def met(story: Story) -> set[str]:
    return {each.id for each in story.assessed.criteria if each.outcome == "met"}


class TestPlacements:
    @pytest.mark.parametrize("looked", [True, False])
    def test_the_six_weeks(self, looked: bool) -> None:
        story = home("calderdale-2023").closed("2026-01-01").on("2026-01-02")
        kept = Kept(story, "placement")
        order = placement_orders.NewPlacement(placing_authority=PLACE, host_authority="E08000006", started_on=DAY)
        kept.take(placement_orders.started(order, kept.name, DAY + timedelta(days=42)))
        if looked:
            look = placement_orders.Look(
                type="six_week", checked_on=DAY + timedelta(days=30), result="satisfactory",
                next_due=DAY + timedelta(days=200),
            )  # fmt: skip
            story.on("2026-02-01")
            kept.take(placement_orders.step(look, kept.name, kept.state, "officer", clear))
        story.closed("2026-02-12")
        on_time = story.told("A10", "placement:")
        story.closed("2026-02-13")

        assert on_time == []
        assert bool(story.told("A10", "placement:")) is not looked


class TestEngagement:
    """Forum and network attendance, as officers record it, is what these criteria ask for (SAL-L*.e to f, HER-L1.g)."""

    def recorded(self, pack: str, *said: dict[str, Any]) -> Story:
        story = home(pack).closed("2026-01-01").on("2026-01-02")
        for number, each in enumerate(said):
            order = record_orders.Engagement.model_validate({"type": "engagement", "on": DAY.isoformat()} | each)
            fact = record_orders.fact(order, f"engagement-{number}", clear)
            story.record("engagement.recorded", registry.dumped(fact), writer="governance", source="governance")
        return story

    @pytest.mark.parametrize(
        ("said", "criteria"),
        [
            (({"forum_attended": True, "willing": "yes", "relationship": "established"},), {"SAL-L1.e"}),
            (({"forum_attended": True}, {"forum_attended": False}), {"SAL-L2.f"}),
            (({"relationship": "developing"},), {"SAL-L2.f"}),
            (({"forum_attended": False}, {"forum_attended": False}), {"SAL-L2.f", "SAL-L3.f"}),
            (({"relationship": "none"},), {"SAL-L3.f"}),
        ],
    )
    def test_salford(self, said: tuple[dict[str, Any], ...], criteria: set[str]) -> None:
        assert met(self.recorded("salford-2024", *said)) - met(self.recorded("salford-2024")) == criteria

    @pytest.mark.parametrize(("willing", "criteria"), [("yes", {"HER-L1.g"}), ("refuses", {"HER-L3.e"})])
    def test_herefordshire(self, willing: str, criteria: set[str]) -> None:
        story = self.recorded("herefordshire-2018", {"willing": willing})
        assert met(story) - met(self.recorded("herefordshire-2018")) == criteria


class TestPlans:
    def test_timescales_that_are_missed_again_are_a_failed_plan(self) -> None:
        """HER-L2.f, then HER-L3.d once more time was given and missed as well."""
        story = home("herefordshire-2018").closed("2026-01-01").on("2026-01-02")
        kept = Kept(story, "plan")
        kept.take(plans.PlanDrafted(plan_id=kept.name, source="visit"))
        kept.take(plans.PlanActionAdded(plan_id=kept.name, action_id="a1", due=DAY + timedelta(days=10)))
        kept.take(plans.PlanAgreed(plan_id=kept.name, agreed_on=DAY, due=DAY + timedelta(days=90)))
        assert not {"HER-L2.f", "HER-L3.d"} & met(story)

        story.closed("2026-01-12")
        assert {"HER-L2.f", "HER-L3.d"} & met(story) == {"HER-L2.f"}
        story.on("2026-01-13")
        kept.take(plans.PlanExtended(plan_id=kept.name, action_id="a1", due=DAY + timedelta(days=20)))
        story.closed("2026-01-22")

        assert {"HER-L2.f", "HER-L3.d"} <= met(story)

    @pytest.mark.parametrize("signed", [True, False])
    def test_signed_documents_are_salfords_good_compliance(self, signed: bool) -> None:
        story = home("salford-2024").closed("2026-01-01").on("2026-01-02")
        said = {"kind": "framework", "commissioner": "council", "signed": signed}
        story.record("contract.registered", {"contract_id": "contract-1", **said}, writer="governance")

        assert ("SAL-L1.a" in met(story)) is signed
