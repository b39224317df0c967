"""Golden scenarios 15, 16, 20 and 21 of domain.md §4.5: corrections, identity, duplicates, and no circle."""

from typing import Any

import pytest

from services.risk import assessment
from services.risk.expected import Baseline, Rate
from services.risk.remembered.state import fold
from tests.golden.story import HOME, Story, c_of

QUESTIONS = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")
PEERS = Baseline(
    digest="synthetic",
    rates={
        "safeguarding|care_home_residential|all": Rate(events=400, exposure=365_000, peers=25),
        "concerns|care_home_residential|all": Rate(events=400, exposure=365_000, peers=25),
        "incidents|care_home_residential|all": Rate(events=400, exposure=365_000, peers=25),
    },
)


def home(start: str = "2026-01-05", **changes: Any) -> Story:
    """Given: Herefordshire's policy in force, a registered home, every source of its place alive."""
    return Story(start).adopted().registered(**changes).hear_everything().closed(start)


def level_1(story: Story) -> Story:
    """Given: all the evidence that level 1 needs."""
    return story.on("2026-02-02").rated("good", "2025-06-01", **QUESTIONS).visited().filed("2026-02")


def compared(story: Story) -> assessment.Assessment:
    """What is indicated, with the peers' baseline in force."""
    judge = story.judge
    return assessment.assess(judge.states[HOME], judge.partition, story.pack, c_of(judge.partition), PEERS)


class TestScenario15NotUpheld:
    def test_the_level_drops_when_a_concern_turns_out_groundless(self):
        story = level_1(home()).concern("QC-1", "S3").concern("QC-2", "S3", themes=["q.ipc"])
        assert story.hear_everything().closed("2026-03-20").indicated == ("1", "2")

        story.outcome("QC-1", "not_upheld").outcome("QC-2", "withdrawn")

        assert story.indicated == ("1", "1")
        assert story.outcome_of("HER-L2.d") == "not_met"

    def test_an_outcome_that_is_taken_back_makes_the_concern_stand_again(self):
        story = level_1(home()).concern("QC-1", "S4")
        wrong = story.record("concern.outcome_recorded", {"concern_id": "QC-1", "outcome": "not_upheld"})
        story.hear_everything().closed("2026-03-20")
        assert story.outcome_of("HER-L2.d") == "not_met"

        story.record("fact.withdrawn", {"event_id": str(wrong.id), "because": "sent_in_error"})

        assert story.outcome_of("HER-L2.d") == "met"
        assert [what for what, _ in story.told("A1")] == ["raised", "cleared", "raised"]

    def test_a_fact_that_is_taken_back_counts_for_nothing_whichever_came_first(self):
        story = home().concern("QC-1", "S4")
        raised = story.log[-1]
        taken_back = story.record("fact.withdrawn", {"event_id": str(raised.id), "because": "wrong_provider"})

        one = fold(fold(None, raised), taken_back)
        other = fold(fold(None, taken_back), raised)

        assert one.concerns == other.concerns == {}
        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1"), ("cleared", "concern:icb-quality|QC-1")]

    def test_a_concern_that_is_graded_anew_counts_as_graded_last(self):
        story = level_1(home()).concern("QC-1", "S1").hear_everything().closed("2026-03-20")
        assert story.outcome_of("HER-L2.d") == "not_met"

        reason = {"kid": "k", "nonce": "n", "ciphertext": "c"}
        story.record("concern.regraded", {"concern_id": "QC-1", "severity": "S4", "reason": reason})

        assert story.outcome_of("HER-L2.d") == "met"
        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1")]

    def test_a_rating_that_was_never_true_gives_way_to_the_one_before_it(self):
        story = level_1(home())
        wrong = story.rated("inadequate", "2026-02-20").log[-1]
        assert story.hear_everything().closed("2026-03-20").indicated == ("3", "3")

        story.record("fact.withdrawn", {"event_id": str(wrong.id), "because": "wrong_provider"})

        assert story.indicated == ("1", "1")

    def test_a_notice_reported_as_complied_with_by_mistake_is_active_again(self):
        story = level_1(home())
        notice = {"enforcement_id": "WN-1", "action": "warning_notice", "served_date": "2026-02-01"}
        story.record("cqc_enforcement.recorded", notice)
        ended = story.record("cqc_enforcement.recorded", notice | {"status": "complied"})
        assert story.hear_everything().closed("2026-03-20").outcome_of("HER-L2.b") == "not_met"

        story.record("fact.withdrawn", {"event_id": str(ended.id), "because": "sent_in_error"})

        assert story.outcome_of("HER-L2.b") == "met"


class TestScenario16Reregistered:
    def test_history_and_clocks_follow_the_service_and_the_rating_is_shown_as_inherited(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="s-1", kind="enforced")
        story.concern("QC-1", "S3")
        new = {"old_cqc_location_id": "1-999999999", "new_cqc_location_id": "1-999999998"}
        story.on("2026-03-01").record("registry.service.reregistered", new)
        story.rated("good", "2026-03-02", inherited=True)

        story.hear_everything().closed("2026-05-02")

        assert story.outcome_of("HER-L3.g") == "met"
        assert story.outcome_of("HER-L2.d") == "met"
        assert "rating_inherited" in {missing.what for missing in story.assessed.missing}


class TestScenario20SameConcernAndSize:
    def test_police_and_provider_with_one_reference_count_once(self):
        story = home()
        for source in ("police", "provider-h17"):
            data = {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"]}
            story.record("safeguarding_concern.received", data, source=source)

        assert len(story.judge.states[HOME].safeguarding) == 1
        assert story.told("A2") == [("raised", "safeguarding:SG-1")]

    def test_a_duplicate_that_an_officer_confirms_counts_once(self):
        story = home().concern("QC-1", "S2")
        twin = story.record(
            "quality_concern.raised", {"concern_id": "F-9", "themes": ["q.medicines"], "severity": "S2"}, source="form"
        )
        story.record("fact.withdrawn", {"event_id": str(twin.id), "because": "duplicate"}, source="form")

        assert list(story.judge.states[HOME].concerns) == ["icb-quality|QC-1"]

    @pytest.mark.parametrize(("beds", "outside"), [(6, True), (80, False)])
    def test_three_concerns_are_many_for_six_beds_and_few_for_eighty(self, beds, outside):
        story = level_1(home(beds=beds))
        for number in range(3):
            data = {"sg_ref": f"SG-{number}", "abuse_types": ["abuse.neglect"]}
            story.record("safeguarding_concern.received", data)
        story.hear_everything().closed("2026-03-20")

        found = compared(story)

        (safeguarding,) = [each for each in found.expected if each.measure == "safeguarding"]
        assert (safeguarding.observed, safeguarding.outside) == (3, outside)
        assert (safeguarding.peers, safeguarding.group) == (25, "care_home_residential, all")
        assert safeguarding.baseline == "synthetic"
        met = {each.id for each in found.criteria if each.outcome == "met"}
        assert ("HER-L2.c" in met, "HER-L1.e" in met) == (outside, not outside)


class TestScenario21NoCircle:
    def served(self, because: str) -> Story:
        story = level_1(home()).decided("default_notice.served", notice_id="n-1", because=because)
        return story.hear_everything().closed("2026-03-20")

    def test_a_notice_that_only_answers_a_level_does_not_hold_it_there(self):
        story = self.served("level_response")

        assert story.outcome_of("HER-L2.i") == "met"
        assert story.indicated == ("1", "2")

    @pytest.mark.parametrize("because", ["breach", "plan_timescales_missed", "other"])
    def test_a_notice_of_its_own_does(self, because):
        assert self.served(because).indicated == ("2", "2")

    def test_satisfied_it_is_over(self):
        story = self.served("level_response").decided("default_notice.satisfied", notice_id="n-1")

        assert story.indicated == ("1", "1")


class TestOpenness:
    def test_whoever_reports_more_near_misses_does_not_look_worse(self):
        quiet, open_ = (level_1(home()) for _ in range(2))
        for number in range(40):
            near = {"incident_id": f"I-{number}", "kind": "near_miss"}
            open_.record("incident.reported", near)
            open_.record("incident.reported", {"incident_id": f"L-{number}", "kind": "fall", "severity": "S1"})
        for story in (quiet, open_):
            story.hear_everything().closed("2026-03-20")

        one, other = compared(quiet), compared(open_)
        assert (one.indicated, one.scales) == (other.indicated, other.scales)
        assert [each.outcome for each in one.criteria] == [each.outcome for each in other.criteria]
