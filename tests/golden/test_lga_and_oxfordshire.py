"""Golden scenarios 6 and 7 of domain.md §4.5: the weighted matrix and its levels; two ratings and a tier."""

from typing import Any

import pytest

from tests.golden.councils import QUESTIONS, home, scale
from tests.golden.story import Story

RETURN = {"kind": "RT-PMR", "beds": 40, "occupied_beds": 38}
DAY_CENTRE: dict[str, Any] = {"service_type": "day_opportunities", "beds": None, "aliases": {"local": "centre-1"}}


class TestScenario6Herefordshire2017:
    """LGA: the matrix triggers Pre-Level 1; Level 1 holds until both have signed; a failed plan is Level 3."""

    def given(self) -> Story:
        story = home("herefordshire-lga-2017").rated("good", "2025-11-01", **QUESTIONS).visited()
        story.record("dols_activity.reported", {"period": "2026-01", "applications": 2, "backlog": 1})
        story.record("returns.submitted", {"return_type": "RT-PMR", "period": "2026-01", "body": RETURN})
        return story.hear_everything().closed("2026-02-10")

    def plan(self, story: Story, due: str) -> Story:
        agreed = {"plan_id": "plan-1", "agreed_on": story.now.date().isoformat(), "due": due}
        story.record("plan.agreed", agreed, writer="governance")
        return story

    def signed(self, story: Story, by: str) -> Story:
        signature = {
            "plan_id": "plan-1",
            "by": by,
            "signed_on": story.now.date().isoformat(),
            "signed_by_role": "manager",
        }
        story.record("plan.signed_off", signature, writer="governance")
        return story

    def test_with_every_indicator_known_and_quiet_it_is_routine_and_green(self) -> None:
        story = self.given()

        assert story.indicated == ("routine", "routine")
        assert scale(story, "rag") == ("green", "green")

    def test_an_indicator_that_is_silent_could_make_it_amber_only_where_its_weight_suffices(self) -> None:
        story = home("herefordshire-lga-2017").rated("good", "2025-11-01", **QUESTIONS).visited()
        story.hear_everything().closed("2026-02-10")  # neither a return nor deprivation of liberty: two of weight one

        assert scale(story, "rag") == ("green", "green")

    def test_where_nothing_is_known_it_is_neither_green_nor_red(self) -> None:
        story = Story("2026-01-01", "herefordshire-lga-2017").adopted().registered().closed("2026-02-10")

        assert scale(story, "rag") == (None, None)
        assert story.indicated == (None, None)

    def test_a_rating_of_inadequate_is_amber_and_asks_for_pre_level_1(self) -> None:
        story = self.given().on("2026-02-11").rated("inadequate", "2026-02-11").closed("2026-02-11")

        assert scale(story, "rag") == ("amber", "amber")
        assert story.indicated == ("pre-1", "pre-1")

    def test_more_concerns_make_it_red_and_it_is_the_panels_to_say_whether_level_1_or_2(self) -> None:
        story = self.given().on("2026-02-11").rated("inadequate", "2026-02-11")
        for number in range(6):
            story.concern(f"QC-{number}", "S4")
        story.closed("2026-02-11")

        assert scale(story, "rag") == ("red", "red")
        assert story.outcome_of("LGA-11.d") == "met"
        assert story.indicated == ("2", "3")  # a critical concern alone is one of two that Level 3 wants

    def test_level_1_cannot_be_left_until_provider_and_council_have_signed(self) -> None:
        story = self.plan(self.given(), "2026-04-01").closed("2026-02-11")
        assert story.indicated == ("1", "1")

        self.signed(story.on("2026-03-01"), "provider").closed("2026-03-01")
        assert story.outcome_of("LGA-10.e") == "met"
        assert story.indicated == ("1", "1")

        self.signed(story.on("2026-03-02"), "council").closed("2026-03-02")
        assert story.outcome_of("LGA-10.e") == "not_met"

    def test_a_plan_that_fails_is_level_3_and_a_proposal_to_the_leadership_team(self) -> None:
        story = self.plan(self.given(), "2026-04-01").on("2026-03-01")
        breach = {"plan_id": "plan-1", "because": "timescale_missed"}
        story.record("plan.breached", breach, writer="governance")
        story.closed("2026-03-01")

        assert story.indicated == ("3", "3")
        assert [what for what, _ in story.told("A8")] == ["raised"]

    def test_a_disclosure_of_high_severity_asks_the_panels_chair_at_once(self) -> None:
        story = self.given().on("2026-02-11")
        story.record("whistleblowing.received", {"disclosure_id": "W-1", "themes": ["q.dignity"], "severity": "S3"})

        assert [what for what, _ in story.told("A3")] == ["raised"]  # before any day is closed


class TestScenario7Oxfordshire:
    """OXF: two ratings and a tier; services without CQC; follow-ups within three months."""

    def test_a_day_centre_without_cqc_gets_a_rating_and_a_tier(self) -> None:
        story = home("oxfordshire-2013", **DAY_CENTRE).visited().closed("2026-02-10")

        assert story.indicated == ("green", "green")
        assert scale(story, "rag-new") == ("green", "green")
        assert scale(story, "tier") == ("2", "2")

    @pytest.mark.parametrize(
        ("kind", "tier"),
        [("advocacy", "1"), ("lunch_club", "1"), ("supported_living", "3"), ("home_care", "3"),
         ("care_home_residential", "4"), ("care_home_nursing", "5"), ("ld_inpatient", "5")],
    )  # fmt: skip
    def test_the_tier_follows_from_the_kind_of_service_and_needs_nothing_else(self, kind: str, tier: str) -> None:
        story = Story("2026-01-01", "oxfordshire-2013").adopted().registered(service_type=kind).closed("2026-01-02")

        assert scale(story, "tier") == (tier, tier)
        assert story.indicated == (None, None)

    def test_a_failed_inspection_is_red_and_asks_for_the_escalation_procedure(self) -> None:
        story = home("oxfordshire-2013").visited().rated("inadequate", "2026-01-01").closed("2026-01-02")

        assert story.indicated == ("red", "red")
        assert scale(story, "rag-new") == ("red", "red")
        assert [what for what, _ in story.told("A8")] == ["raised"]

    def test_requires_improvement_is_amber_for_both(self) -> None:
        story = home("oxfordshire-2013").visited().rated("requires_improvement", "2026-01-01").closed("2026-01-02")

        assert story.indicated == ("amber", "amber")
        assert scale(story, "rag-new") == ("amber", "amber")

    def test_a_suspension_takes_the_confidence_to_place_and_not_the_conformity(self) -> None:
        story = home("oxfordshire-2013").visited().rated("good", "2026-01-01", **QUESTIONS)
        story.decided("suspension.imposed", suspension_id="s-1", kind="enforced").closed("2026-01-02")

        assert scale(story, "rag-new") == ("red", "red")
        assert story.indicated == ("green", "green")

    def test_a_follow_up_on_day_93_is_over_its_three_months(self) -> None:
        story = home("oxfordshire-2013").visited().rated("good", "2026-01-01", **QUESTIONS)
        story.record(
            "plan.agreed", {"plan_id": "p", "agreed_on": "2026-01-01", "due": "2026-12-01"}, writer="governance"
        )
        action = {"plan_id": "p", "action_id": "a", "due": "2026-12-01"}
        story.record("plan.action_added", action, writer="governance")

        assert story.closed("2026-03-31").outcome_of("OXF-8.h") == "not_met"
        assert story.told("A10", "follow_up") == []
        assert story.closed("2026-04-03").outcome_of("OXF-8.h") == "met"
        assert [what for what, _ in story.told("A10", "follow_up")] == ["raised"]

    def test_red_on_tier_4_is_reviewed_each_quarter_and_red_on_tier_2_each_year(self) -> None:
        clocks = Story("2026-01-01", "oxfordshire-2013").pack.pack.clocks

        def every(level: str, tier: str) -> int | None:
            clock = clocks.review_of(level, {"rag-existing": level, "tier": tier})
            return None if clock is None else clock.every.months

        assert (every("red", "4"), every("red", "2"), every("green", "5")) == (3, 12, 12)
