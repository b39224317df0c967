"""What CQC published: ratings that may not hide each other, enforcement that speaks through its clause."""

import pytest

from tests.unit.risk.homes import home, known


class TestRatings:
    @pytest.mark.parametrize("value", ["no_rating"])
    def test_what_is_no_rating_never_counts_as_good(self, value):
        story = home().on("2026-02-02").rated(value)

        assert known(story)["cqc.overall"] == "no_rating"
        assert story.outcome_of("HER-L1.a") == "not_met"

    def test_a_good_service_group_does_not_make_an_unrated_location_good(self):
        story = home().on("2026-02-02").rated("no_rating", "2026-01-10")
        story.rated("good", "2025-01-10", service_group="Residential homes")

        assert known(story)["cqc.overall"] == "no_rating"

    def test_an_inadequate_service_group_of_an_unrated_location_is_not_hidden(self):
        story = home().on("2026-02-02").rated("no_rating", "2026-01-10")
        story.rated("inadequate", "2025-01-10", service_group="Residential homes")

        assert known(story)["cqc.overall"] == "inadequate"
        assert story.indicated == ("3", "3")

    def test_an_older_group_adds_nothing_to_a_newer_rating_of_the_whole(self):
        story = home().on("2026-02-02").rated("good", "2026-01-10")
        story.rated("inadequate", "2020-01-10", safe="inadequate", service_group="Residential homes")

        assert "cqc.safe" not in known(story)
        assert known(story)["cqc.overall"] == "good"

    def test_the_same_report_without_key_questions_does_not_take_them_away(self):
        five = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "requires_improvement")
        story = home().on("2026-02-02").rated("requires_improvement", "2026-01-10", **five)

        story.rated("requires_improvement", "2026-01-10")

        assert known(story)["cqc.all_questions_known"] is True
        assert story.indicated == ("3", "3")

    def test_an_old_rating_is_called_old_and_keeps_its_force(self):
        story = home().on("2026-02-02").rated("good", "2023-02-02").closed("2026-02-01")
        assert known(story)["cqc.rating_stale"] is False

        story.closed("2026-02-02")

        assert known(story)["cqc.rating_stale"] is True
        assert story.outcome_of("HER-L1.a") == "met"
        assert "rating_age" in {missing.what for missing in story.assessed.missing}

    def test_a_feed_that_is_silent_is_said_and_changes_no_level(self):
        """Golden 22."""
        story = home().on("2026-02-02").rated("good", "2026-01-02").closed("2026-02-02")
        story._heard.add("feed:cqc-locations")
        story.closed("2026-02-03").closed("2026-02-05")
        fresh, level = {missing.what for missing in story.assessed.missing}, story.indicated
        assert "rating_feed" not in fresh

        story.closed("2026-02-06")

        assert {missing.what for missing in story.assessed.missing} - fresh == {"rating_feed"}
        assert (story.indicated, known(story)["cqc.overall"]) == (level, "good")

    def test_a_rating_of_the_registration_before_this_one_says_so(self):
        story = home().on("2026-02-02").rated("good", "2025-02-02", inherited=True)
        assert "rating_inherited" in {missing.what for missing in story.assessed.missing}

        story.rated("good", "2026-02-01")
        assert "rating_inherited" not in {missing.what for missing in story.assessed.missing}

    def test_a_report_date_that_lies_ahead_does_not_hide_what_comes_after(self):
        story = home().on("2026-02-02")
        story.record("cqc_rating.published", {"overall": "good", "report_date": "2062-02-01"})

        story.on("2026-05-02").rated("inadequate", "2026-05-01").closed("2026-05-02")

        assert story.indicated == ("3", "3")

    def test_a_contact_that_lies_ahead_is_no_contact_for_decades(self):
        story = home().on("2026-02-02")
        story.record("contact.recorded", {"contact_id": "C-1", "kind": "call", "on": "2062-02-01"})

        story.closed("2027-02-02")

        assert known(story)["contact.within_minimum"] is False


class TestEnforcement:
    @pytest.mark.parametrize(
        ("action", "expected"),
        [
            ("warning_notice", ("2", "2")),
            ("requirement_notice", ("2", "2")),
            ("conditions", ("2", "3")),
            ("urgent_s31", ("2", "3")),
            ("notice_of_proposal", ("3", "3")),
            ("notice_of_decision", ("3", "3")),
        ],
    )
    def test_each_action_speaks_through_its_clause(self, action, expected):
        data = {"enforcement_id": "E-1", "action": action, "served_date": "2026-02-01"}
        story = home().on("2026-02-02")
        story.record("cqc_enforcement.recorded", data)
        story.closed("2026-02-02")

        assert story.indicated == expected

        story.record("cqc_enforcement.recorded", data | {"status": "complied"})
        assert story.indicated == (None, None)
        assert story.outcome_of("HER-L2.b") == "not_met"
