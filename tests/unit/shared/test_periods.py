"""When returns are asked for and due: every month, leap years, financial years, meetings, bank holidays."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared import calendar
from shared.policies import gathering, periods

DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
CLOCKED = st.sampled_from(sorted(gathering.MONTHS))


def schedule(**said: Any) -> gathering.ReturnSchedule:
    return gathering.ReturnSchedule.model_validate({"id": "T-1", "ours": "a test", "name": "A return", **said})


def newest(asked: gathering.ReturnSchedule, today: str, **more: Any) -> periods.Period:
    return periods.clocked(asked, date.fromisoformat(today), **more)[-1]


class TestClocked:
    @given(DAYS, CLOCKED, st.integers(1, 12), st.integers(1, 28), st.integers(0, 60))
    def test_periods_cover_the_calendar_once(self, today: date, length: str, starts: int, due: int, grace: int) -> None:
        found = periods.clocked(schedule(period=length, starts=starts, due_day=due, grace_days=grace), today)
        assert len(found) == periods.LOOKED_AT
        assert len({each.name for each in found}) == len(found)
        assert found[-1].first <= today < found[-1].after
        for one, following in itertools.pairwise(found):
            assert one.after == following.first
        for each in found:
            assert each.first.day == 1
            assert calendar.add_months(each.first, gathering.MONTHS[length]) == each.after
            assert each.first < each.after <= each.due <= each.last == each.due + timedelta(days=grace)
            assert periods.answers(each.name, each)
            assert (each.first.month - starts) % gathering.MONTHS[length] == 0 or length == "month"

    @given(DAYS, CLOCKED, DAYS)
    def test_a_day_answers_the_one_period_in_which_it_lies(self, today: date, length: str, day: date) -> None:
        found = periods.clocked(schedule(period=length, due_day=1), today)
        lies_in = [each.name for each in found if each.first <= day < each.after]
        assert [each.name for each in found if periods.answers(day.isoformat(), each)] == lies_in

    @pytest.mark.parametrize("month", range(1, 13))
    def test_a_month_is_due_in_the_month_after(self, month: int) -> None:
        found = newest(schedule(period="month", due_day=10, grace_days=5), f"2028-{month:02}-28")
        after = date(2028 + month // 12, month % 12 + 1, 10)
        assert (found.name, found.due, found.last) == (f"2028-{month:02}", after, after + timedelta(days=5))

    def test_a_february_of_a_leap_year_ends_on_its_29th(self) -> None:
        assert newest(schedule(period="month", due={"days": 1}), "2028-02-29").due == date(2028, 3, 1)
        assert newest(schedule(period="month", due={"days": 1}), "2027-02-28").due == date(2027, 3, 1)

    def test_working_days_after_a_period_skip_the_holidays(self) -> None:
        assert newest(schedule(period="month", due={"working_days": 3}), "2026-12-31").due == date(2027, 1, 6)

    def test_the_financial_year_is_named_by_the_year_it_begins_in(self) -> None:
        year = newest(schedule(period="year", starts=4, due_day=28), "2027-03-31")
        assert (year.name, year.first, year.due) == ("2026", date(2026, 4, 1), date(2027, 4, 28))
        assert periods.answers("2026", year)
        assert not periods.answers("2027", year)
        assert newest(schedule(period="quarter", starts=4), "2027-03-31").name == "2027-01"
        assert newest(schedule(period="half_year", starts=4), "2027-03-31").name == "2026-10"

    def test_what_the_calendar_does_not_ask_has_no_periods(self) -> None:
        assert periods.clocked(schedule(period="on_request"), date(2026, 3, 1)) == ()

    def test_only_what_begins_after_the_clock_is_asked(self) -> None:
        march = newest(schedule(period="month", due_day=1), "2026-03-31")
        assert periods.is_asked(march, date(2026, 2, 28))
        assert not periods.is_asked(march, date(2026, 3, 1))
        assert not periods.is_asked(march, None)


class TestCutOff:
    MDRA = schedule(period="month", asked_of="partners", cut_off={"body": "PQM", "working_days": 5, "usual_day": 20})

    def test_it_is_so_many_working_days_before_the_meeting(self) -> None:
        held = newest(self.MDRA, "2026-05-31", meetings=[date(2026, 5, 28), date(2026, 4, 2)])
        assert held.due == date(2026, 5, 20)  # the spring bank holiday lies between

    def test_without_a_meeting_the_usual_day_stands(self) -> None:
        assert newest(self.MDRA, "2026-05-31").due == date(2026, 5, 13)


class TestOnce:
    def test_ten_working_days_from_the_event(self) -> None:
        baseline = schedule(period="event", on={"confirmed": ["pre-1"]}, due={"working_days": 10}, grace_days=3)
        found = periods.once(baseline, date(2026, 3, 27))
        assert (found.name, found.due, found.last) == ("2026-03-27", date(2026, 4, 14), date(2026, 4, 17))
        assert periods.answers("2026-03-27", found)
        assert periods.answers("2026-04-10", found)
        assert not periods.answers("2026-03-26", found)

    def test_who_asks_may_say_by_when_and_somebody_must(self) -> None:
        asked = schedule(period="on_request")
        assert periods.once(asked, date(2026, 3, 1), date(2026, 3, 20)).due == date(2026, 3, 20)
        with pytest.raises(periods.NoTimeLimit):
            periods.once(asked, date(2026, 3, 1))

    @given(st.from_regex(r"\A\d{4}(-\d{2})?(-\d{2})?\Z"))
    def test_whatever_is_filed_can_be_compared(self, filed: str) -> None:
        assert periods.answers(filed, newest(schedule(period="month", due_day=1), "2026-03-31")) in (True, False)


class TestSchedule:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"period": "event", "due": {"days": 3}},
            {"period": "event", "on": {"confirmed": ["2"]}},
            {"period": "month", "on": {"confirmed": ["2"]}},
            {"period": "on_request", "due_day": 3},
            {"period": "month", "due_day": 3, "due": {"days": 3}},
            {"period": "year", "cut_off": {"body": "PQM", "working_days": 5, "usual_day": 20}},
            {"period": "month", "due": {"hours": 3}},
            {"period": "month", "remind_days": [0]},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            schedule(**wrong)

    @pytest.mark.parametrize(
        ("kind", "commissioned", "asked"),
        [
            ("home_care", "council", True),
            ("home_care", "none", False),
            ("day_sitting", "council", False),
            (None, None, False),
        ],
    )
    def test_who_is_asked(self, kind: str | None, commissioned: str | None, *, asked: bool) -> None:
        only = schedule(period="month", service_types=["home_care"], commissioning=["council"])
        assert only.asks(service_type=kind, commissioned=commissioned) is asked
        assert schedule(period="month").asks(service_type=kind, commissioned=commissioned)
