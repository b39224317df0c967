"""Facts: what is known and what is not, windows in London days, and the catalogue that documents them."""

from typing import Any

from services.risk.gathering.facts import facts, gather
from services.risk.remembered.partition import MARKS
from services.risk.remembered.state import CHANGES
from services.risk.view import view
from shared.events import TYPES
from shared.policies import catalogue
from tests.golden.story import HOME, PLACE, Story, c_of
from tests.unit.risk.everything import RULES, told
from tests.unit.risk.homes import BASELINE, home, known


def full() -> dict[str, Any]:
    """The facts of a home of which something of everything is known."""
    story = told(home().on("2026-03-02")).closed("2026-03-20")
    judge = story.judge
    return facts(judge.states[HOME], judge.partition, RULES.pack, c_of(judge.partition), BASELINE)


class TestCatalogue:
    def test_every_fact_becomes_known_and_no_other(self):
        assert set(full()) == {fact.name for fact in catalogue.FACTS}

    def test_every_known_value_has_the_type_that_is_documented(self):
        types = {"bool": bool, "int": int, "double": float, "string": str}

        for name, value in full().items():
            assert type(value) is types[catalogue.BY_NAME[name].type], name

    def test_only_what_is_asked_for_is_worked_out(self):
        story = told(home().on("2026-03-02")).closed("2026-03-20")
        judge, wanted = story.judge, frozenset({"concerns.days_90", "plan.open"})
        seen = view(judge.states[HOME], judge.partition, RULES.pack, c_of(judge.partition), BASELINE)

        assert gather(seen, wanted).values == {name: full()[name] for name in wanted}

    def test_names_are_there_once_and_windows_fit_what_is_kept(self):
        assert len(catalogue.BY_NAME) == len(catalogue.FACTS)
        numbers = [int(part) for fact in catalogue.FACTS for part in fact.name.split("_") if part.isdigit()]
        assert max(number for number in numbers if number != 12) <= catalogue.MAX_WINDOW_DAYS

    def test_every_type_that_names_risk_as_a_reader_changes_something(self):
        read = {entry.kind for entry in TYPES.values() if "risk" in entry.readers and "ledger" in entry.topics}

        assert read - MARKS == set(CHANGES)

    def test_what_a_fact_says_feeds_it_is_read(self):
        for fact in catalogue.FACTS:
            assert fact.fed_by, fact.name
            assert set(fact.fed_by) <= set(CHANGES), fact.name


class TestSilenceIsNotZero:
    def test_a_count_is_unknown_where_its_source_was_not_heard(self):
        story = home().on("2026-06-01").closed("2026-06-01")

        assert "concerns.days_90" not in known(story)
        assert "safeguarding.days_30" not in known(story)

    def test_it_is_zero_where_the_source_was_heard_elsewhere_in_the_place_inside_the_window(self):
        story = home().on("2026-06-01")
        data = {"concern_id": "QC-9", "themes": ["q.dignity"], "severity": "S1"}
        story.record("quality_concern.raised", data, subject="prv-0000000000another")
        story.closed("2026-06-01")

        assert known(story)["concerns.days_90"] == 0

        story.closed("2026-06-30")
        assert known(story)["concerns.days_30"] == 0

        story.closed("2026-07-01")
        assert "concerns.days_30" not in known(story)
        assert known(story)["concerns.days_60"] == 0

    def test_a_concern_of_its_own_that_was_withdrawn_shows_that_the_source_is_alive(self):
        story = home().on("2026-06-01").concern("QC-1").outcome("QC-1", "withdrawn")

        assert known(story)["concerns.days_30"] == 0

    def test_before_any_day_is_closed_nothing_that_depends_on_time_is_known(self):
        story = Story("2026-01-05").adopted().registered().rated("good").concern().filed("2026-01")

        found = known(story)

        assert found["cqc.overall"] == "good"
        assert found["restriction.active"] is False
        assert not any(name.startswith(("concerns.", "returns.", "contact.")) for name in found)
        assert "cqc.rating_stale" not in found

    def test_more_than_expected_is_never_known_without_a_baseline(self):
        story = home().on("2026-06-01").concern("QC-1").concern("QC-2").concern("QC-3").concern("QC-4")

        assert "concerns.outside_expected" not in known(story)
        assert known(story, BASELINE)["concerns.outside_expected"] is True


class TestWindows:
    def test_a_concern_leaves_the_window_of_90_days_on_the_91st_closed_day(self):
        story = home().on("2026-02-01", hour=23).concern("QC-1").closed("2026-05-01", each=True)
        assert known(story)["concerns.days_90"] == 1

        story.closed("2026-05-02")

        assert "concerns.days_90" not in known(story)
        assert known(story)["concerns.days_180"] == 1

    def test_what_is_later_than_c_has_age_0(self):
        story = home().on("2026-09-01").concern("QC-1")

        assert c_of(story.judge.partition).isoformat() == "2026-01-05"
        assert known(story)["concerns.days_30"] == 1

    def test_days_are_londons(self):
        story = home().on("2026-03-30", hour=0)  # 23:00 UTC of the day before: summer time has begun
        story.concern("QC-1").closed("2026-03-30")

        assert story.judge.states[HOME].concerns["icb-quality|QC-1"].day == story.judge.partition.c


class TestConcerns:
    def test_an_outcome_of_another_publisher_finds_the_only_concern_of_that_number(self):
        story = home().on("2026-02-02").concern("QC-1")

        story.record(
            "concern.outcome_recorded", {"concern_id": "QC-1", "outcome": "not_upheld"}, source="council-quality"
        )

        assert known(story)["concerns.days_30"] == 0

    def test_where_two_publishers_use_the_number_it_finds_neither_and_says_so(self):
        story = home().on("2026-02-02").concern("QC-1")
        data = {"concern_id": "QC-1", "themes": ["q.dignity"], "severity": "S1"}
        story.record("quality_concern.raised", data, source="nhs-quality")

        outcome = {"concern_id": "QC-1", "outcome": "not_upheld"}
        story.record("concern.outcome_recorded", outcome, source="council-quality")

        assert known(story)["concerns.days_30"] == 2
        assert "outcome:QC-1" in {missing.what for missing in story.assessed.missing}

    def test_one_concern_of_many_themes_is_not_widespread(self):
        story = home().on("2026-02-02").concern("QC-1", "S2", themes=["q.medicines", "q.dignity", "q.eol"])

        assert known(story)["concerns.themes_60"] == 3
        assert story.outcome_of("HER-L2.d") == "unknown"  # visits were not heard of
        assert story.told("A2") == []

    def test_two_of_different_key_questions_are(self):
        story = home().on("2026-02-02").concern("QC-1", "S2", themes=["q.medicines"])
        story.concern("QC-2", "S2", themes=["q.dignity"])

        assert known(story)["concerns.key_questions_60"] == 2
        assert story.outcome_of("HER-L2.d") == "met"
        assert story.indicated == ("1", "2")

    def test_two_that_share_one_key_question_are_one_matter(self):
        story = home().on("2026-02-02").concern("QC-1", "S2", themes=["q.care_planning"])
        story.concern("QC-2", "S2", themes=["q.dignity"])

        assert known(story)["concerns.key_questions_60"] == 1

    def test_what_is_not_classified_is_counted_but_is_no_shared_theme(self):
        story = home().on("2026-02-02")
        for n in range(3):
            story.concern(f"QC-{n}", themes=["q.unclassified"])

        assert known(story)["concerns.days_30"] == 3
        assert known(story)["concerns.same_theme_30"] == 0


class TestSafeguarding:
    def test_one_reference_is_one_concern_whoever_reports_it(self):
        story = home().on("2026-02-02")
        for source in ("police", "council-quality"):
            data = {"sg_ref": "SG-7", "abuse_types": ["abuse.neglect"]}
            story.record("safeguarding_concern.received", data, source=source)

        assert known(story)["safeguarding.days_30"] == 1


def test_a_count_over_its_cap_is_a_lower_bound_and_says_so():
    story = home().on("2026-02-02")
    for number in range(401):
        story.record("safeguarding_concern.received", {"sg_ref": f"SG-{number}", "abuse_types": ["abuse.neglect"]})

    assert known(story)["safeguarding.days_30"] == 400
    assert "safeguarding_capped" in {missing.what for missing in story.assessed.missing}
    assert story.judge.states[HOME].place == PLACE


def test_a_level_1_that_is_not_known_says_what_was_asked_for_and_what_is_due() -> None:
    good = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")
    story = home().on("2026-01-06").rated("good", "2025-06-01", **good).closed("2026-03-20")

    said = {missing.what: missing.why for missing in story.assessed.missing}

    assert story.indicated == (None, None)
    assert said["returns"] == "asked for and not submitted: 2026-02"
    assert said["contact"] == "no visit or contact is recorded; it is due by 2027-01-05"
    assert "rating" not in said
