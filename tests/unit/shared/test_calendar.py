"""London days, working days and England's bank holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import bank_holidays, calendar

DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
PROCLAIMED = {
    2011: ({"2011-04-29"}, set()),
    2012: ({"2012-06-04", "2012-06-05"}, {"2012-05-28"}),
    2020: ({"2020-05-08"}, {"2020-05-04"}),
    2022: ({"2022-06-02", "2022-06-03", "2022-09-19"}, {"2022-05-30"}),
    2023: ({"2023-05-08"}, set()),
}
"""What was proclaimed, and what it took the place of: all else follows from the Act."""


class TestBankHolidays:
    @pytest.mark.parametrize("year", range(bank_holidays.KNOWN_FROM.year, bank_holidays.KNOWN_THROUGH.year + 1))
    def test_the_data_are_the_acts_days_and_what_was_proclaimed(self, year: int) -> None:
        known = {day for day in bank_holidays.DATA["days"] if day.startswith(str(year))}
        ruled = {day.isoformat() for day in bank_holidays.by_law(year)}
        more, less = PROCLAIMED.get(year, (set(), set()))
        assert known == (ruled | more) - less

    @pytest.mark.parametrize(
        "day",
        [
            "2024-03-29",
            "2024-04-01",
            "2021-12-27",
            "2021-12-28",
            "2022-12-27",
            "2022-09-19",
            "2027-12-28",
            "2028-04-17",
        ],
    )
    def test_easter_substitute_and_proclaimed_days_are_no_working_days(self, day: str) -> None:
        assert not calendar.is_working_day(date.fromisoformat(day))

    @pytest.mark.parametrize("day", ["2022-05-30", "2020-05-04", "2024-04-02", "2026-12-29"])
    def test_a_moved_holiday_leaves_a_working_day_behind(self, day: str) -> None:
        assert calendar.is_working_day(date.fromisoformat(day))

    @given(st.integers(2029, 2200))
    def test_beyond_the_data_the_acts_rules_hold(self, year: int) -> None:
        found = [day for day in bank_holidays.by_law(year) if day in bank_holidays.ENGLAND]
        assert len([day for day in found if day.weekday() < calendar.SATURDAY]) == 8
        assert all(bank_holidays.is_provisional(day) for day in found)

    def test_it_says_loudly_when_the_data_end(self) -> None:
        through = bank_holidays.KNOWN_THROUGH
        assert bank_holidays.running_out(through - timedelta(days=400)) is None
        assert "newer" in (bank_holidays.running_out(through - timedelta(days=300)) or "")
        assert "without proclaimed days" in (bank_holidays.running_out(through + timedelta(days=1)) or "")


class TestWorkingDays:
    def test_ten_from_before_christmas(self) -> None:
        assert calendar.working_days_after(date(2026, 12, 18), 10) == date(2027, 1, 6)

    def test_five_before_a_meeting_after_easter(self) -> None:
        assert calendar.working_days_after(date(2026, 4, 9), -5) == date(2026, 3, 31)

    @given(DAYS, st.integers(1, 60))
    def test_forth_and_back_meet_on_a_working_day(self, day: date, count: int) -> None:
        later = calendar.working_days_after(day, count)
        assert calendar.is_working_day(later)
        assert later > day
        between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
        assert sum(calendar.is_working_day(each) for each in between) == count
        back = calendar.working_days_after(later, -count)
        assert back <= day
        assert (back == day) == calendar.is_working_day(day)

    @given(DAYS)
    def test_none_is_the_day_itself(self, day: date) -> None:
        assert calendar.working_days_after(day, 0) == day


class TestLondonDays:
    @given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
    def test_every_day_begins_at_its_midnight_and_ends_before_the_next(self, day: date) -> None:
        begins, next_begins = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
        assert next_begins - begins in {timedelta(hours=hours) for hours in (23, 24, 25)}
        assert calendar.london_date(begins) == calendar.london_date(calendar.end_of(day)) == day

    @pytest.mark.parametrize(
        ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
    )
    def test_the_days_on_which_the_clocks_change(self, day: date, hours: int) -> None:
        assert calendar.midnight(day + timedelta(days=1)) - calendar.midnight(day) == timedelta(hours=hours)

    def test_in_summer_london_is_a_day_ahead_before_midnight_utc(self) -> None:
        assert calendar.london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
