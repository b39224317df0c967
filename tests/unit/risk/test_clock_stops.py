"""What stops a clock, or gives it more time: done, put off, waived, looked at."""

from datetime import date

from tests.golden.story import Story
from tests.unit.risk.every_clock import action, everything, governance, noticed, placed, planned, visit


class TestWhatStopsAClock:
    def home(self) -> Story:
        return Story("2026-01-05", everything()).adopted().registered().closed("2026-01-05").on("2026-01-06")

    def test_an_action_that_is_closed(self):
        story = self.home()
        action(story, date(2026, 1, 6))
        governance(story, "plan.action_closed", plan_id="P-1", action_id="A-1", outcome="done")

        assert story.closed("2026-12-31").told("A10", "follow_up") == []

    def test_the_newest_contact_of_any_kind_counts(self):
        story = self.home().visited()
        story.on("2026-03-10").record("contact.recorded", {"contact_id": "C-1", "kind": "call"})

        story.closed("2027-03-09")
        assert story.told("A10", "contact") == []
        story.closed("2027-03-10")
        assert len(story.told("A10", "contact")) == 1

    def test_more_time_for_a_plan_is_another_day(self):
        story = self.home()
        planned(story, date(2026, 1, 6))
        governance(story, "plan.extended", plan_id="P-1", due="2026-03-31")

        story.closed("2026-04-01")
        assert story.told("A10", "plan") == []
        story.closed("2026-04-02")
        assert story.told("A10", "plan") == [("raised", "plan:P-1:2026-03-31")]

    def test_a_visit_that_took_place_or_was_put_off(self):
        story = self.home()
        visit(story, date(2026, 1, 6))
        story.record("visit.cancelled", {"visit_id": "V-9", "because": "weather", "rebooked_for": "2026-03-01"})
        story.closed("2026-03-03")
        assert story.told("A10", "planned_visit") == []

        story.closed("2026-03-04")
        assert len(story.told("A10", "planned_visit")) == 1
        story.on("2026-03-06").record("visit.completed", {"visit_id": "V-9", "purpose": "annual"})
        assert [how for how, _ in story.told("A10", "planned_visit")] == ["raised", "cleared"]

    def test_a_placement_that_was_looked_at_is_looked_at_again_a_year_later(self):
        story = self.home()
        placed(story, date(2026, 1, 6))
        story.on("2026-02-10").record(
            "ooa.placement.checked",
            {"placement_token": "T-1", "host_authority": "E06000019", "result": "satisfactory", "kind": "six_week"},
        )
        story.closed("2027-02-09")
        assert story.told("A10", "placement") == []

        story.closed("2027-02-10")
        assert story.told("A10", "placement") == [("raised", "placement:X00000001|T-1:2027-02-10")]

    def test_a_look_at_a_desk_stops_no_first_check(self):
        story = self.home()
        placed(story, date(2026, 1, 6))
        look = {"placement_token": "T-1", "host_authority": "E06000019", "result": "satisfactory", "kind": "desktop"}
        story.on("2026-01-10").record("ooa.placement.reviewed", look | {"next_due": "2026-12-01"})

        assert story.closed("2026-02-16").told("A10", "placement") == []
        assert story.closed("2026-02-17").told("A10", "placement") == [("raised", "placement:X00000001|T-1:2026-02-17")]

    def test_a_placement_of_another_authority_is_theirs_to_look_at_and_one_that_ended_nobodys(self):
        story = self.home()
        theirs = {"placement_token": "T-2", "placing_authority": "E06000002", "host_authority": "X00000001"}
        story.record("placement.started", theirs | {"started_on": "2026-01-06"})
        placed(story, date(2026, 1, 6))
        over = {"placement_token": "T-1", "placing_authority": "X00000001", "ended_on": "2026-02-01"}
        story.on("2026-02-01").record("placement.ended", over)

        assert story.closed("2026-12-31").told("A10", "placement") == []

    def test_a_check_before_placing_is_not_the_first_check(self):
        story = self.home()
        placed(story, date(2026, 1, 6))
        story.record(
            "ooa.placement.checked",
            {
                "placement_token": "T-1",
                "host_authority": "E06000019",
                "result": "satisfactory",
                "kind": "pre_placement",
            },
        )

        assert len(story.closed("2026-02-17").told("A10", "placement")) == 1

    def test_a_host_is_believed_when_improvements_are_made_and_embedded(self):
        story = self.home()
        noticed(story, date(2026, 1, 6))
        said = {"notice_id": "N-1", "host_authority": "E06000019", "improvements_made": True}
        story.on("2026-01-20").record("ooa.host_notice.assurance_received", said | {"embedded": False})
        story.closed("2026-02-03")
        assert len(story.told("A10", "host_notice")) == 1

        story.on("2026-02-10").record("ooa.host_notice.assurance_received", said | {"embedded": True})
        assert [how for how, _ in story.told("A10", "host_notice")] == ["raised", "cleared"]

    def test_a_review_by_the_day_that_the_body_named(self):
        story = self.home().decided("level.confirmed", scale="level", level="1", review_by="2026-03-31")

        story.closed("2026-03-30")
        assert story.told("A10", "review") == []
        story.closed("2026-03-31")
        assert story.told("A10", "review") == [("raised", "review:2026-03-31")]

    def test_a_higher_level_is_looked_at_more_often(self):
        story = self.home().decided("level.confirmed", scale="level", level="2")

        clocks = {clock.kind: clock for clock in story.closed("2026-02-01").assessed.clocks}

        assert clocks["review"].due == date(2026, 4, 7)


class TestReturns:
    def test_what_is_waived_is_not_missed(self):
        story = Story("2026-01-05").adopted().registered().closed("2026-03-14").on("2026-03-15")
        story.record("returns.waived", {"return_type": "RT-PMR", "period": "2026-02", "because": "emergency"})

        assert story.closed("2026-03-31").told("A11", "return:RT-PMR:2026-02") == []

    def test_a_waiver_clears_what_was_missed(self):
        story = Story("2026-01-05").adopted().registered().closed("2026-03-20").on("2026-03-21")
        story.record("returns.waived", {"return_type": "RT-PMR", "period": "2026-02", "because": "emergency"})

        assert [how for how, _ in story.told("A11")] == ["raised", "cleared"]

    def test_what_was_asked_for_by_name_is_missed_when_its_day_is_over(self):
        story = Story("2026-01-05").adopted().registered().closed("2026-01-06").on("2026-01-07")
        asked = {"return_type": "RT-SDP", "period": "2026-01-07", "due_on": "2026-01-31"}
        story.record("returns.requested", asked)

        story.closed("2026-01-31")
        assert story.told("A11", "return:RT-SDP") == [("raised", "return:RT-SDP:2026-01-07")]
        story.on("2026-02-03").record("returns.submitted", {"return_type": "RT-SDP", "period": "2026-01-07"})
        assert [how for how, _ in story.told("A11", "return:RT-SDP")] == ["raised", "cleared"]

    def test_more_time_for_a_period_of_the_calendar_counts(self):
        story = Story("2026-01-05").adopted().registered().closed("2026-03-01").on("2026-03-02")
        story.record("returns.requested", {"return_type": "RT-PMR", "period": "2026-02", "due_on": "2026-03-31"})

        assert story.closed("2026-04-04").told("A11", "return:RT-PMR:2026-02") == []
        assert len(story.closed("2026-04-05").told("A11", "return:RT-PMR:2026-02")) == 1


class TestMidTerm:
    """SAL-10: the least contact is in the middle of the contract's term."""

    def under_contract(self) -> Story:
        story = Story("2026-01-05", "salford-2024").adopted().registered().closed("2026-01-05").on("2026-01-06")
        contract = {"contract_id": "C-1", "kind": "contract", "commissioner": "council"}
        story.record("contract.registered", contract | {"starts_on": "2026-01-01", "ends_on": "2028-01-01"})
        return story

    def test_it_is_overdue_when_the_middle_is_past(self):
        story = self.under_contract().closed("2026-12-31")
        assert story.told("A10", "contact") == []

        assert story.closed("2027-01-01").told("A10", "contact") == [("raised", "contact:2027-01-01")]

    def test_contact_within_the_term_keeps_to_it(self):
        story = self.under_contract().on("2026-06-01").visited()

        assert story.closed("2027-12-31").told("A10", "contact") == []

    def test_where_no_term_is_recorded_the_months_count(self):
        story = Story("2026-01-05", "salford-2024").adopted().registered().closed("2027-02-05")

        assert story.told("A10", "contact") == [("raised", "contact:2027-02-05")]


def test_a_contract_review_that_was_held_counts_as_looking():
    story = Story("2026-01-05", "oxfordshire-2013").adopted().registered().closed("2026-01-05").on("2026-01-06")
    story.decided("level.confirmed", scale=story.pack.pack.primary, level="green")
    story.on("2026-09-01").decided("contract_review.held", provider_seniors=True)

    assert story.closed("2027-08-31").told("A10", "review") == []
    assert story.closed("2027-09-01").told("A10", "review") == [("raised", "review:2027-09-01")]
