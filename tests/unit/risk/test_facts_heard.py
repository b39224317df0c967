"""Facts of what was heard, by example: what counts, what does not, and at which day it turns."""

from datetime import date
from typing import Any

import pytest

from tests.unit.risk.everything import RULES
from tests.unit.risk.happening import Told, after, concern, known, voices
from tests.unit.risk.homes import home


class TestConcerns:
    def test_people_of_one_theme_are_added_up_by_the_least_of_their_bands(self):
        found = after(
            concern(1, people_affected_band="2-5"),
            concern(2, people_affected_band="6-10"),
            concern(3),
            concern(4, people_affected_band="11+", themes=["q.unclassified"]),
        )

        assert found["concerns.people_same_theme_30"] == 9

    def test_low_ones_of_one_theme_are_counted_apart(self):
        found = after(concern(1, "S1"), concern(2, "S2"), concern(3, "S3"), concern(4, "S1", themes=["q.ipc"]))

        assert (found["concerns.low_same_theme_30"], found["concerns.same_theme_30"]) == (2, 3)

    def test_what_nobody_answered_is_open_for_ninety_days_and_unaddressed_afterwards(self):
        told = (concern(1), concern(2), ("concern.outcome_recorded", {"concern_id": "QC-1", "outcome": "upheld"}))

        young, old = after(*told, closed="2026-05-30"), after(*told, closed="2026-05-31")
        assert (young["concerns.open_90"], young["concerns.unaddressed"]) == (1, 0)
        assert (old["concerns.open_90"], old["concerns.unaddressed"]) == (0, 1)
        assert (old["concerns.upheld_365"], old["concerns.days_180"]) == (1, 2)

    def test_weight_is_severity_by_confidence_by_age_for_each_ten_beds(self):
        weighing = RULES.pack.weighing
        assert weighing is not None
        each = weighing.severity["S2"] * weighing.confidence["unverified"]
        upheld = weighing.severity["S2"] * weighing.confidence["upheld"]

        one = after(concern(1), closed="2026-03-01", day="2026-03-02")
        assert one["concerns.weighted"] == pytest.approx(each / 4, abs=0.0005)
        outcome = ("concern.outcome_recorded", {"concern_id": "QC-1", "outcome": "part_upheld"})
        two = after(concern(1), outcome, closed="2026-03-01")
        assert two["concerns.weighted"] == pytest.approx(upheld / 4, abs=0.001)
        half = date(2026, 3, 1).toordinal() + weighing.half_life_days["S2"]
        aged = after(concern(1), closed=date.fromordinal(half).isoformat())
        assert aged["concerns.weighted"] == pytest.approx(each / 8, abs=0.001)

    def test_one_confirmed_by_somebody_weighs_more(self):
        plain, sure = after(concern(1)), after(concern(1, confidence="corroborated"))

        assert sure["concerns.weighted"] > plain["concerns.weighted"]


class TestSafeguarding:
    def received(self, number: int, **more: Any) -> Told:
        return "safeguarding_concern.received", {"sg_ref": f"SG-{number}", "abuse_types": ["abuse.neglect"]} | more

    def test_source_type_and_enquiry_are_counted_apart(self):
        found = after(
            self.received(1, source_of_risk="service_provider", s42_decision="yes"),
            self.received(2, source_of_risk="service_provider", s42_decision="no"),
            self.received(3, source_of_risk="other_known", abuse_types=["abuse.organisational"]),
            ("safeguarding_enquiry.concluded",
             {"sg_ref": "SG-1", "conclusion": "inconclusive", "risk_outcome": "remained"}),
            ("safeguarding_enquiry.concluded",
             {"sg_ref": "SG-2", "conclusion": "substantiated", "risk_outcome": "removed"}),
        )  # fmt: skip

        names = ("same_source_30", "enquiries_365", "organisational_180", "risk_remained_365", "same_type_30")
        assert [found[f"safeguarding.{name}"] for name in names] == [2, 1, 1, 1, 2]

    def test_the_further_an_enquiry_has_come_the_more_it_weighs_and_nothing_if_there_was_nothing(self):
        def weight(*told: Told) -> float:
            return float(after(*told)["safeguarding.weighted"])

        def concluded(how: str) -> Told:
            return "safeguarding_enquiry.concluded", {"sg_ref": "SG-1", "conclusion": how}

        fresh, begun = weight(self.received(1)), weight(self.received(1, s42_decision="yes"))
        assert fresh < begun < weight(self.received(1), concluded("partly_substantiated"))
        assert weight(self.received(1), concluded("not_substantiated")) == 0


class TestHarm:
    def test_near_misses_and_no_harm_are_counted_apart_and_unsaid_harm_counts(self):
        found = after(
            ("incident.reported", {"incident_id": "1", "kind": "near_miss", "count": 5}),
            ("incident.reported", {"incident_id": "2", "kind": "fall", "severity": "S1", "count": 2}),
            ("incident.reported", {"incident_id": "3", "kind": "fall", "count": 3}),
            ("incident.reported", {"incident_id": "4", "kind": "serious_injury"}),
            ("incident.reported", {"incident_id": "5", "kind": "police", "severity": "S1"}),
            ("death.recorded", {"death_id": "1", "expected": "unexpected"}),
        )

        names = ("incidents.days_90", "incidents.serious_90", "incidents.same_kind_30", "incidents.police_30")
        assert [found[name] for name in names] == [4, 2, 3, 1]
        assert found["reporting.no_harm_365"] == 8

    def test_deaths_of_which_it_is_not_known_are_not_taken_for_expected(self):
        unknown = ("death.recorded", {"death_id": "1", "expected": "unknown"})

        assert "deaths.unexpected_90" not in after(unknown)
        assert after(unknown)["deaths.days_90"] == 1
        assert after(unknown, ("death.recorded", {"death_id": "2", "expected": "unexpected"}))[
            "deaths.unexpected_90"
        ] == 1  # fmt: skip
        none = ("death.recorded", {"death_id": "3", "expected": "expected", "count": 0, "period": "2026-02"})
        assert (after(none)["deaths.days_90"], after(none)["deaths.unexpected_90"]) == (0, 0)


class TestVoice:
    @pytest.mark.parametrize(
        ("negative", "positive", "neutral", "facts_"),
        [
            (1, 2, 0, {"positive": True, "adverse": False, "often_negative": True, "mostly_negative": False}),
            (2, 2, 0, {"positive": False, "adverse": True, "often_negative": True, "mostly_negative": False}),
            (3, 2, 0, {"positive": False, "adverse": True, "often_negative": True, "mostly_negative": True}),
            (1, 0, 0, {"positive": False, "adverse": False}),
            (2, 5, 0, {"positive": True, "adverse": False, "often_negative": False, "negative_percent_180": 28}),
            (0, 0, 3, {"positive": False, "adverse": False, "mostly_negative": False, "days_180": 3}),
        ],
    )
    def test_what_people_say_in_half_a_year(self, negative, positive, neutral, facts_):
        found = after(*voices(negative, positive, neutral))

        assert {name: found[f"feedback.{name}"] for name in facts_} == facts_
        if negative + positive + neutral < 3:
            assert "feedback.often_negative" not in found

    def test_a_trend_needs_three_before_and_three_since(self):
        def moved(before: list[Told], since: list[Told]) -> Any:
            story = home()
            for kind, data in before:
                story.record(kind, data)
            story.on("2026-05-20")
            for kind, data in since:
                story.record(kind, data)
            return known(story, "2026-06-20").get("feedback.worsening")

        assert moved(voices(0, 3), voices(1, 2)) is True
        assert moved(voices(0, 3), voices(0, 4, 1)) is True
        assert moved(voices(0, 3), voices(0, 9, 1)) is False
        assert moved(voices(0, 2), voices(3, 0)) is None
        assert moved(voices(0, 3), voices(2, 0)) is None

    def test_complaints_not_upheld_are_out(self):
        received = [
            ("complaint.received", {"complaint_id": f"K-{n}", "themes": ["q.dignity"], "origin": "provider"})
            for n in range(3)
        ]
        found = after(
            *received,
            ("complaint.resolved", {"complaint_id": "K-0", "outcome": "not_upheld"}),
            ("complaint.resolved", {"complaint_id": "K-1", "outcome": "part_upheld"}),
        )

        assert (found["complaints.days_90"], found["complaints.upheld_365"]) == (2, 1)

    def test_whoever_resolves_a_complaint_finds_it_by_its_number_if_only_one_has_it(self):
        story = home().on("2026-03-02")
        data = {"complaint_id": "K-1", "themes": ["q.dignity"], "origin": "provider"}
        story.record("complaint.received", data, source="provider-h17")
        story.record("complaint.resolved", {"complaint_id": "K-1", "outcome": "upheld"}, source="complaints")

        assert known(story)["complaints.upheld_365"] == 1


class TestThemes:
    def test_a_theme_is_counted_once_for_each_report_that_finds_it_wanting(self):
        standards = [
            {"standard": "a", "rating": "poor", "themes": ["q.leadership"]},
            {"standard": "b", "rating": "good", "themes": ["q.ipc"]},
        ]
        assessed = {"assessment_id": "A-1", "tool": "other", "overall": "good", "standards": standards}
        found = after(
            concern(1, "S1", themes=["q.leadership"]),
            concern(2, "S2", themes=["q.leadership"]),
            ("visit.completed", {"visit_id": "V-1", "purpose": "focused", "themes": ["q.leadership"]}),
            ("visit.completed", {"visit_id": "V-2", "purpose": "good_practice", "themes": ["q.leadership"]}),
            (
                "visit.completed",
                {"visit_id": "V-3", "purpose": "good_practice", "themes": ["q.ipc"], "key_questions": ["safe"]},
            ),
            ("assessment.completed", assessed),
            ("medicines_review.received", {"review_id": "M", "finding": "compliant", "themes": ["q.medicines"]}),
        )

        assert (found["themes.leadership"], found["themes.ipc"], found["themes.medicines"]) == (3, 1, 0)
        assert found["assessment.worst_standard"] == "poor"

    def test_it_is_not_known_to_be_absent_while_nobody_has_looked(self):
        assert "themes.ipc" not in after(concern(1))
        assert after(concern(1))["themes.medicines"] == 1
