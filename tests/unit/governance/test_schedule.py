"""Who is visited next: the riskiest first, what nobody knows never last, what is due and not planned shown."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.monitoring import schedule
from services.governance.monitoring.schedule import Due, Entry, Planned

ORDER = ("green", "amber", "red")
DAY = date(2026, 3, 2)
LEVELS = st.sampled_from((None, *ORDER))


def entry(name: str = "a", *, confirmed: str | None = None, indicated: str | None = None,
          due: date | None = None, planned: date | None = None) -> Entry:  # fmt: skip
    asked = (Due("contact", due),) if due else ()
    visits = (Planned("v", planned, "annual", "council", ("council",)),) if planned else ()
    return Entry(name, {}, confirmed, indicated, asked, visits)


def test_the_riskiest_come_first_and_the_unknown_before_amber():
    entries = [
        entry("green", confirmed="green"), entry("unknown"), entry("amber", indicated="amber"),
        entry("both", confirmed="green", indicated="red"), entry("late", confirmed="red", due=DAY),
    ]  # fmt: skip

    assert [one.provider_id for one in schedule.ordered(entries, ORDER)] == [
        "late", "both", "unknown", "amber", "green",
    ]  # fmt: skip


@given(st.lists(st.tuples(LEVELS, LEVELS, st.none() | st.dates(DAY, DAY + timedelta(days=9))), max_size=8))
def test_nobody_with_a_higher_level_stands_behind_a_lower_one_and_nobody_is_lost(rows):
    entries = [
        entry(str(number), confirmed=confirmed, indicated=indicated, due=due)
        for number, (confirmed, indicated, due) in enumerate(rows)
    ]
    found = schedule.ordered(entries, ORDER)

    assert sorted(one.provider_id for one in found) == sorted(one.provider_id for one in entries)
    red = ["red" in (one.confirmed, one.indicated) for one in found]
    assert red == sorted(red, reverse=True)


@pytest.mark.parametrize(
    ("due", "planned", "unplanned"),
    [(None, None, False), (DAY, None, True), (DAY, DAY, False), (DAY, DAY + timedelta(days=1), True)],
)
def test_what_is_due_and_not_planned_in_time(due, planned, unplanned):
    assert entry(due=due, planned=planned).unplanned(DAY) is unplanned


def test_a_visit_that_did_not_take_place_on_its_day_is_none_in_time():
    late = entry(due=DAY + timedelta(days=9), planned=DAY - timedelta(days=1))

    assert late.unplanned(DAY)
    assert not late.unplanned(DAY - timedelta(days=1))


def test_a_clock_runs_out_on_the_day_after_its_last():
    clocks = [
        {"kind": "contact", "due": "2026-03-03"}, {"kind": "review", "due": None}, {"kind": "plan", "due": "2026-01-01"}
    ]  # fmt: skip

    assert schedule.due_of(clocks, [("unannounced_visit", date(2026, 2, 1))]) == (
        Due("unannounced_visit", date(2026, 2, 1)),
        Due("contact", DAY),
    )


def test_overdue_is_seen():
    shown = schedule.document(entry(due=DAY, planned=DAY), DAY + timedelta(days=1))

    assert (shown["overdue"], shown["planned"][0]["overdue"]) == (True, True)
    assert not schedule.document(entry(due=DAY), DAY)["overdue"]


def test_salford_has_a_scale_of_its_own():
    assert schedule.scale_of({"level", "pamms-priority"}, "level") == "pamms-priority"
    assert schedule.scale_of({"rag"}, "rag") == "rag"
