"""Golden scenarios 11, 21 and 22 of domain.md §4.5, level 3 as a proposal, and what a what-if answers."""

from datetime import date
from typing import Any

from services.risk.alerts import Alert
from services.risk.recompute import Asked, Supposed, recompute
from services.risk.wording import plain_of
from tests.golden.story import Story

OUTSIDE = {"host_authority": "E06000019"}
QUESTIONS = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")


def home(pack: str = "herefordshire-2018", start: str = "2026-01-05", **changes: Any) -> Story:
    return Story(start, pack).adopted().registered(**changes).closed(start).on("2026-01-06")


def told(story: Story, code: str) -> list[Any]:
    return [each.what.data for each in story.said if isinstance(each.what, Alert) and each.what.data.alert == code]


class TestScenario11OutOfArea:
    """CAL: Calderdale places people with a provider in another council's area."""

    def placed(self, story: Story, token: str, count: int = 1) -> None:
        data = {"placement_token": token, "placing_authority": "X00000001", "count": count, "started_on": "2026-01-06"}
        story.record("placement.started", OUTSIDE | data)

    def test_the_six_week_check_is_overdue_on_the_day_after_six_weeks(self):
        story = home("calderdale-2023")
        self.placed(story, "T-1")

        story.closed("2026-02-16")
        assert story.told("A10", "placement") == []
        story.closed("2026-02-17")
        [alert] = [each for each in told(story, "A10") if each.cause.startswith("placement")]
        assert (alert.clause, alert.due) == ("CAL-33.a", date(2026, 2, 17))

    def test_a_host_that_says_improved_and_not_embedded_is_not_believed(self):
        story = home("calderdale-2023")
        notice = {"notice_id": "N-1", "concern_level": "serious", "requested_action": "pause"}
        story.record("ooa.host_notice.received", OUTSIDE | notice)
        story.record(
            "ooa.host_notice.assurance_received",
            OUTSIDE | {"notice_id": "N-1", "improvements_made": True, "embedded": False},
        )
        story.closed("2026-02-03")
        assert [how for how, _ in story.told("A10", "host_notice")] == ["raised"]

        story.on("2026-02-20").record(
            "ooa.host_notice.assurance_received",
            OUTSIDE | {"notice_id": "N-1", "improvements_made": True, "embedded": True},
        )
        assert [how for how, _ in story.told("A10", "host_notice")] == ["raised", "cleared"]

    def test_six_placements_suggest_an_assessment_on_site_and_five_do_not(self):
        story = home("calderdale-2023")
        for number in range(5):
            self.placed(story, f"T-{number}")
        story.closed("2026-01-06")
        assert [each for each in told(story, "A10") if each.task == "onsite_assessment"] == []

        self.placed(story, "T-5")
        [suggested] = [each for each in told(story, "A10") if each.task == "onsite_assessment"]
        assert suggested.clause == "CAL-39.b"

        for day in ("2026-01-10", "2026-01-20"):
            story.closed(day)
        assert len([each for each in told(story, "A10") if each.task == "onsite_assessment"]) == 1


class TestScenario21Circularity:
    """A default notice that was served because of level 2 must not keep the provider there by itself."""

    def test_satisfied_it_clears(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).visited()
        story.on("2026-03-05").filed("2026-02").decided("default_notice.served", notice_id="n-1", because="breach")
        story.closed("2026-03-20")
        assert story.indicated == ("2", "2")

        story.on("2026-03-25").decided("default_notice.satisfied", notice_id="n-1").closed("2026-03-25")

        assert story.outcome_of("HER-L2.i") == "not_met"
        assert story.indicated == ("1", "1")

    def test_served_because_of_the_level_it_is_not_what_holds_it_there(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).visited()
        story.on("2026-03-05").filed("2026-02")
        story.decided("default_notice.served", notice_id="n-1", because="level_response").closed("2026-03-20")

        assert story.outcome_of("HER-L2.i") == "met"
        assert story.indicated == ("1", "2"), "one supporting criterion, and not the decisive one"


class TestScenario22FeedOutage:
    def test_a_feed_that_is_silent_infers_nothing(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).visited()
        story.on("2026-03-05").filed("2026-02").hear_everything().closed("2026-03-20")
        before = story.indicated

        story.closed("2026-03-24", each=True)  # four days of which nothing is heard

        assert story.indicated == before == ("1", "1")
        assert story.outcome_of("HER-L1.a") == "met"
        assert not [each for each in story.said if isinstance(each.what, Alert)]


class TestLevel3IsAProposal:
    def inadequate(self) -> Story:
        return home().rated("inadequate", "2026-01-06", **(QUESTIONS | {"safe": "inadequate"}))

    def test_it_is_proposed_once_and_nothing_is_done_by_itself(self):
        story = self.inadequate().closed("2026-02-10", each=True)

        [proposed] = told(story, "A8")

        assert (proposed.clause, proposed.task) == ("HER-30.a", "convene_sooner")
        assert proposed.cause.startswith("when:HER-30.a:")

    def test_a_short_dip_does_not_raise_it_again(self):
        story = self.inadequate().closed("2026-02-10")
        rated = {"overall": "good", "report_date": "2026-02-11"} | QUESTIONS
        given = story.on("2026-02-11").record("cqc_rating.published", rated)
        story.closed("2026-02-14")
        story.on("2026-02-15").record("fact.withdrawn", {"event_id": str(given.id), "because": "sent_in_error"})

        story.closed("2026-03-10", each=True)

        assert story.indicated == ("3", "3")
        assert [how for how, _ in story.told("A8")] == ["raised"]

    def test_what_holds_no_longer_for_as_long_as_the_policy_says_is_cleared_and_comes_back_as_new(self):
        better = QUESTIONS | {"safe": "requires_improvement"}
        story = self.inadequate().closed("2026-02-10").on("2026-02-11")
        story.rated("requires_improvement", "2026-02-11", **better).closed("2026-02-16")
        assert [how for how, _ in story.told("A8")] == ["raised"]
        story.closed("2026-02-18")
        assert [how for how, _ in story.told("A8")] == ["raised", "cleared"]

        story.on("2026-03-01").rated("inadequate", "2026-03-01", **(QUESTIONS | {"safe": "inadequate"}))

        first, gone, again = story.told("A8")
        assert (again[0], first[1] == gone[1], again[1] == first[1]) == ("raised", True, False)

    def test_what_is_not_known_clears_nothing(self):
        story = home("salford-2024")
        story.record("market.signal.recorded", {"signal_id": "M-1", "signal": "m.staffing_collapse"})
        story.closed("2026-01-06")
        assert [how for how, _ in story.told("A8")] == ["raised"]

        story.closed("2026-05-20")  # the signal is older than its window, and nothing was heard of the market since

        assert [how for how, _ in story.told("A8")] == ["raised"]


class TestWhatIf:
    def test_the_log_as_it_is_gives_the_streams_own_word(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).concern().closed("2026-02-10").concern("QC-2", "S4")

        assert plain_of(recompute(story.log, Asked(story.pack))) == plain_of(story.assessed)

    def test_what_would_be_if_something_happened_besides(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).visited()
        story.on("2026-03-05").filed("2026-02").closed("2026-03-20")
        worse = {"overall": "inadequate", "report_date": "2026-03-20"} | QUESTIONS
        asked = Asked(story.pack, supposed=[Supposed("cqc_rating.published", worse)])

        assert story.indicated == ("1", "1")
        assert recompute(story.log, asked).indicated.min == "3"

    def test_what_would_be_if_nothing_happened_until_a_day(self):
        story = home().rated("good", "2025-06-01", **QUESTIONS).visited()
        story.on("2026-03-05").filed("2026-02").closed("2026-03-20")

        later = recompute(story.log, Asked(story.pack, date(2026, 7, 31)))

        assert "HER-L2.h" in [each.id for each in later.criteria if each.outcome == "met"]
