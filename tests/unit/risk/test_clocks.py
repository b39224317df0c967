"""Every clock of a policy runs out on its London day: at month ends, leap years, clock changes, after a stop."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.story import Story
from tests.unit.risk.every_clock import ONE, RUNNING, Clock, everything

DAYS = st.one_of(
    st.dates(date(2023, 9, 1), date(2028, 3, 31)),
    st.sampled_from([date(2023, 11, 30), date(2024, 2, 29), date(2024, 3, 31), date(2024, 8, 31), date(2024, 10, 27)]),
)
SLOW = settings(deadline=None, max_examples=40)


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
