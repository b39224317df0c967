"""Every clock of a policy runs out on its London day: at month ends, leap years, clock changes, after a stop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.criteria import Rules
from shared import calendar, policy
from tests.golden.story import Story

ONE = timedelta(days=1)
FAR = {"due": "2039-01-01"}
OURS = {"id": "X-1", "ours": "a test"}
CLOCKS: dict[str, Any] = {
    "follow_up": OURS | {"months": 3},
    "plan": OURS | {"overdue_days": 2},
    "visit": OURS | {"overdue_days": 0},
    "manager": OURS | {"absent_days": 28},
    "placement_check": OURS | {"days": 42, "then_months": 12},
    "host_notice": OURS | {"ask_days": 28},
    "review": {
        "none": OURS | {"every": {"months": 12}},
        "1": OURS | {"every": {"months": 12}, "counts": ["level.confirmed", "visit.completed"]},
        "2": [OURS | {"at": {"level": ["2"]}, "every": {"months": 3}}, OURS | {"every": {"months": 12}}],
        "3": OURS | {"every": {"days": 30}},
    },
}
DAYS = st.one_of(
    st.dates(date(2023, 9, 1), date(2028, 3, 31)),
    st.sampled_from([date(2023, 11, 30), date(2024, 2, 29), date(2024, 3, 31), date(2024, 8, 31), date(2024, 10, 27)]),
)
SLOW = settings(deadline=None, max_examples=40)


@cache
def everything() -> Rules:
    """A policy with every clock that there is."""
    text = policy.document(policy.load("herefordshire-2018"))
    text["clocks"] = text["clocks"] | CLOCKS
    return Rules(policy.parse(text))


@dataclass(frozen=True)
class Clock:
    """How one is started on a day, and the last London day on which it has not run out."""

    start: Callable[[Story, date], Any]
    last: Callable[[date], date]
    cause: str
    code: str = "A10"


def governance(story: Story, kind: str, **data: Any) -> None:
    story.record(kind, data, writer="governance")


def action(story: Story, day: date) -> None:
    governance(story, "plan.action_added", plan_id="P-1", action_id="A-1", **FAR)


def planned(story: Story, day: date) -> None:
    due = (day + 14 * ONE).isoformat()
    governance(story, "plan.agreed", plan_id="P-1", agreed_on=day.isoformat(), due=due)


def visit(story: Story, day: date) -> None:
    story.record("visit.planned", {"visit_id": "V-9", "purpose": "annual", "planned_for": str(day + 20 * ONE)})


def placed(story: Story, day: date) -> None:
    place = {"placement_token": "T-1", "placing_authority": "X00000001", "host_authority": "E06000019"}
    story.record("placement.started", place | {"started_on": day.isoformat()})


def noticed(story: Story, day: date) -> None:
    notice = {"notice_id": "N-1", "host_authority": "E06000019", "concern_level": "serious"}
    story.record("ooa.host_notice.received", notice)


def restricted(story: Story, day: date) -> None:
    story.decided("suspension.imposed", suspension_id="sus-1", kind="enforced")


def confirmed(level: str) -> Callable[[Story, date], None]:
    return lambda story, day: story.decided("level.confirmed", scale="level", level=level) and None


RUNNING = {
    "follow up": Clock(action, lambda day: calendar.add_months(day, 3), "follow_up:P-1/A-1"),
    "plan": Clock(planned, lambda day: day + 16 * ONE, "plan:P-1"),
    "visit": Clock(visit, lambda day: day + 20 * ONE, "planned_visit:"),
    "placement": Clock(placed, lambda day: day + 42 * ONE, "placement:X00000001|T-1"),
    "host notice": Clock(noticed, lambda day: day + 28 * ONE, "host_notice:"),
    "restriction": Clock(restricted, lambda day: calendar.add_months(day, 3), "restriction:sus-1"),
    "review, yearly": Clock(confirmed("1"), lambda day: calendar.add_months(day, 12), "review:"),
    "review, quarterly": Clock(confirmed("2"), lambda day: calendar.add_months(day, 3), "review:"),
    "review of nothing confirmed": Clock(lambda *_: None, lambda day: calendar.add_months(day, 12), "review:"),
    "contact": Clock(lambda *_: None, lambda day: calendar.add_months(day, 12), "contact:"),
}


def begun(clock: Clock, day: date) -> Story:
    """The policy in force and a home registered on the day on which the clock starts."""
    story = Story(day.isoformat(), everything()).adopted().registered().closed(str(day - ONE))
    story.on(str(day))
    clock.start(story, day)
    return story


@SLOW
@given(st.sampled_from(sorted(RUNNING)), DAYS)
def test_it_runs_out_when_its_last_day_is_over_and_is_told_once(name: str, day: date) -> None:
    clock = RUNNING[name]
    last, story = clock.last(day), begun(clock, day)

    story.closed(str(last - ONE))
    assert story.told(clock.code, clock.cause) == []
    story.closed(str(last))
    [(how, cause)] = story.told(clock.code, clock.cause)
    assert how == "raised"

    for later in (1, 2, 35):
        story.closed(str(last + later * ONE))
    assert story.told(clock.code, clock.cause) == [("raised", cause)]


@SLOW
@given(st.sampled_from(sorted(RUNNING)), DAYS, st.integers(0, 200))
def test_a_stop_over_the_day_changes_nothing_but_when_it_is_told(name: str, day: date, stopped: int) -> None:
    clock = RUNNING[name]
    last, story = clock.last(day), begun(clock, day)

    story.closed(str(last - ONE))
    story.closed(str(last + stopped * ONE))

    assert len(story.told(clock.code, clock.cause)) == 1


@SLOW
@given(st.sampled_from(sorted(RUNNING)), DAYS)
def test_a_writer_that_stands_still_accuses_nobody(name: str, day: date) -> None:
    clock = RUNNING[name]
    last, story = clock.last(day), begun(clock, day)

    story.closed(str(last - ONE)).closed(str(last + 30 * ONE), writers=["governance"])

    assert story.told(clock.code, clock.cause) == []


@SLOW
@given(st.sampled_from(sorted(RUNNING)), DAYS)
def test_nothing_runs_against_a_service_that_is_closed(name: str, day: date) -> None:
    clock = RUNNING[name]
    last, story = clock.last(day), begun(clock, day)
    story.record("registry.service.closed", {"closed_on": str(last - ONE), "reason": "closed"})

    story.closed(str(last + 10 * ONE))

    assert story.told(clock.code, clock.cause) == []


@settings(deadline=None, max_examples=40)
@given(DAYS, st.integers(0, 60))
def test_an_absent_manager_is_lost_after_28_days_and_a_vacant_post_at_once(day: date, stopped: int) -> None:
    story = Story(str(day), everything()).adopted().registered().closed(str(day - ONE)).on(str(day))
    story.record("registry.manager.changed", {"status": "absent", "since": str(day)})

    story.closed(str(day + 27 * ONE))
    assert story.told("A14") == []
    story.closed(str(day + (28 + stopped) * ONE))
    assert story.told("A14") == [("raised", f"manager_lost:absent:{day}")]

    story.on(str(day + (29 + stopped) * ONE))
    story.record("registry.manager.changed", {"status": "vacant", "since": str(day + (29 + stopped) * ONE)})
    assert story.told("A14")[1:] == [
        ("raised", f"manager_lost:vacant:{day + (29 + stopped) * ONE}"), ("cleared", f"manager_lost:absent:{day}"),
    ]  # fmt: skip
    story.record("registry.manager.changed", {"status": "in_post", "since": str(day + (30 + stopped) * ONE)})
    assert story.told("A14")[-1][0] == "cleared"


class TestWhatStopsAClock:
    def home(self) -> Story:
        return Story("2026-01-05", everything()).adopted().registered().closed("2026-01-05").on("2026-01-06")

    def test_an_action_that_is_closed(self):
        story = self.home()
        action(story, date(2026, 1, 6))
        governance(story, "plan.action_closed", plan_id="P-1", action_id="A-1", outcome="done")

        assert story.closed("2026-12-31").told("A10", "follow_up") == []

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
        story.closed("2026-02-28")
        assert story.told("A10", "planned_visit") == []

        story.closed("2026-03-01")
        assert len(story.told("A10", "planned_visit")) == 1
        story.on("2026-03-03").record("visit.completed", {"visit_id": "V-9", "purpose": "annual"})
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
