"""Golden scenarios of domain.md §4.5 under Herefordshire 2018, as rulings amend them."""

from datetime import date

import pytest

from tests.golden.story import HOME, Story

FIVE = ("safe", "effective", "caring", "responsive", "well_led")


def home(start: str = "2026-01-05") -> Story:
    """Given: the policy in force, a registered home, and the day before closed."""
    return Story(start).adopted().registered().closed(start)


def questions(worse: int) -> dict[str, str]:
    """So many key questions at Requires improvement, the others Good."""
    return {name: "requires_improvement" if n < worse else "good" for n, name in enumerate(FIVE)}


class TestScenario1Level1NeedsPositiveEvidence:
    def test_good_rating_one_isolated_concern_returns_in_and_visit_done_is_level_1(self):
        story = home().on("2026-02-02").rated("good", "2025-06-01").visited()

        story.on("2026-03-05").filed("2026-02").concern(severity="S1").closed("2026-03-20")

        assert story.indicated == ("1", "1")
        assert story.outcome_of("HER-L1.a") == "met"
        assert story.outcome_of("HER-L1.d") == "met"
        assert story.outcome_of("HER-L1.i") == "met"

    def test_with_no_returns_and_no_visit_in_twelve_months_it_is_unknown_and_not_level_1(self):
        story = home().on("2026-02-02").rated("good", "2025-06-01")

        story.on("2027-02-01").concern(severity="S1").closed("2027-02-20")

        assert story.indicated == (None, None)
        assert story.assessed.indicated.unknown
        assert story.outcome_of("HER-L2.h") == "met"
        assert {"returns", "contact"} <= {missing.what for missing in story.assessed.missing}

    def test_repeated_concerns_are_not_level_1_while_nobody_knows_what_to_expect(self):
        story = home().on("2026-02-02").rated("good", "2025-06-01").visited()
        story.on("2026-03-05").filed("2026-02")
        for n, theme in enumerate(("q.medicines", "q.falls_moving", "q.ipc")):
            story.concern(f"QC-{n}", severity="S1", themes=[theme])

        assert story.closed("2026-03-20").indicated == ("1", "2")
        assert story.outcome_of("HER-L2.c") == "unknown"
        assert "peer_baseline" in {missing.what for missing in story.assessed.missing}

    def test_before_anything_was_asked_it_is_unknown_too(self):
        story = home().on("2026-01-20").rated("good", "2025-06-01").closed("2026-01-20")

        assert story.indicated == (None, None)
        assert story.outcome_of("HER-L1.a") == "met"
        assert story.outcome_of("HER-L2.h") == "unknown"
        why = {missing.what: missing.why for missing in story.assessed.missing}
        assert why["returns"] == "no period that is asked for has begun yet"
        assert why["contact"] == "no visit or contact is recorded; it is due by 2027-01-05"


class TestScenario2KeyQuestions:
    @pytest.mark.parametrize(
        ("overall", "worse", "expected"),
        [
            ("requires_improvement", 3, ("2", "2")),
            ("requires_improvement", 4, ("2", "2")),
            ("requires_improvement", 5, ("3", "3")),
            ("inadequate", 2, ("3", "3")),
            ("good", 1, ("1", "2")),
        ],
    )
    def test_the_number_of_areas_below_good_decides(self, overall, worse, expected):
        story = home().on("2026-02-02").rated(overall, **questions(worse)).closed("2026-02-02")

        assert story.indicated == expected

    def test_worse_than_requires_improvement_counts_as_all_areas_too(self):
        ratings = questions(5) | {"safe": "inadequate"}

        story = home().on("2026-02-02").rated("requires_improvement", **ratings).closed("2026-02-02")

        assert story.indicated == ("3", "3")

    def test_overall_requires_improvement_with_key_questions_unknown_is_2_to_3(self):
        story = home().on("2026-02-02").rated("requires_improvement").closed("2026-02-02")

        assert story.indicated == ("2", "3")
        assert story.outcome_of("HER-L2.a") == "met"
        assert story.outcome_of("HER-L3.a") == "unknown"

    def test_overall_inadequate_with_key_questions_unknown_is_3(self):
        story = home().on("2026-02-02").rated("inadequate").closed("2026-02-02")

        assert story.indicated == ("3", "3")


class TestScenario3ThreeMonths:
    def test_the_suspension_is_over_three_months_on_2_may_and_not_on_1_may(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")

        story.closed("2026-04-30")

        assert story.indicated == ("2", "2")
        assert story.outcome_of("HER-L2.j") == "met"
        assert story.outcome_of("HER-L3.g") == "not_met"
        assert story.told("A10") == []

        story.closed("2026-05-01")

        assert story.indicated == ("3", "3")
        assert story.outcome_of("HER-L3.g") == "met"
        assert story.told("A10") == [("raised", "restriction:sus-1")]

    def test_lifted_and_imposed_again_within_ten_days_keeps_the_clock(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")

        story.on("2026-04-10").decided("suspension.lifted", suspension_id="sus-1")
        story.on("2026-04-20").decided("suspension.imposed", suspension_id="sus-2", kind="enforced")
        story.closed("2026-05-01")

        assert story.outcome_of("HER-L3.g") == "met"
        clock = next(each for each in story.assessed.clocks if each.kind == "restriction")
        assert (clock.since, clock.due, clock.reference) == (date(2026, 2, 1), date(2026, 5, 2), "sus-2")

    @pytest.mark.parametrize(("again", "outcome"), [("2026-04-11", "met"), ("2026-04-12", "not_met")])
    def test_a_gap_of_28_days_starts_the_clock_again(self, again, outcome):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="advisory_notice")

        story.on("2026-03-15").decided("suspension.lifted", suspension_id="sus-1")
        story.on(again).decided("suspension.imposed", suspension_id="sus-2", kind="enforced")
        story.closed("2026-05-10")

        assert story.outcome_of("HER-L3.g") == outcome

    def test_while_it_is_lifted_nothing_is_active(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")

        story.on("2026-06-10").closed("2026-06-09").decided("suspension.lifted", suspension_id="sus-1")

        assert story.outcome_of("HER-L3.g") == "not_met"
        assert story.outcome_of("HER-L2.j") == "not_met"
        assert story.told("A10") == [("raised", "restriction:sus-1"), ("cleared", "restriction:sus-1")]


class TestScenario14LateReport:
    def test_a_report_counts_from_its_publication_and_an_older_one_that_comes_late_changes_nothing(self):
        story = home().on("2026-07-10").rated("requires_improvement", "2026-07-09", inspection_date="2026-03-12")
        story.closed("2026-07-10")

        story.on("2026-07-20").rated("good", "2024-05-01").closed("2026-07-20")

        assert story.indicated == ("2", "3")

    def test_what_was_known_in_april_shows_no_change(self):
        story = home().on("2026-01-10").rated("good", "2025-05-01").visited()
        story.on("2026-03-05").filed("2026-02").closed("2026-03-31")
        in_april = story.indicated
        story.on("2026-04-08").filed("2026-03").closed("2026-04-20")

        assert in_april == story.indicated == ("1", "1")

        story.on("2026-07-10").filed("2026-04", "2026-05", "2026-06").rated("inadequate", "2026-07-09")

        assert story.indicated == ("3", "3")


class TestScenario17NothingCountsTwice:
    def test_the_same_concern_reported_twice_by_one_publisher_is_one(self):
        story = home().on("2026-02-02").concern("QC-1", "S2").concern("QC-1", "S2").closed("2026-02-02")

        assert len(story.judge.states[HOME].concerns) == 1

    def test_the_same_number_of_two_publishers_is_two(self):
        story = home().on("2026-02-02").concern("QC-1", "S2")
        data = {"concern_id": "QC-1", "themes": ["q.falls_moving"], "severity": "S2"}
        story.record("quality_concern.raised", data, source="council-quality")

        assert len(story.judge.states[HOME].concerns) == 2

    def test_redelivery_changes_nothing_and_alerts_nobody_again(self):
        story = home().on("2026-02-02").concern("QC-1", "S4").closed("2026-02-02")
        before = story.judge.states[HOME], story.judge.partition

        again = [said for event in story.log for said in story.judge.take(event)]

        assert again == []
        assert (story.judge.states[HOME], story.judge.partition) == before
        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1")]
