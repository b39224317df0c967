"""A policy's limits as instants."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import deadlines
from shared.policies.section import Limit

FRIDAY = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        (Limit(minutes=0), FRIDAY),
        (Limit(minutes=30), FRIDAY + timedelta(minutes=30)),
        (Limit(hours=4), FRIDAY + timedelta(hours=4)),
        (Limit(days=1), FRIDAY + timedelta(days=1)),
        # The clocks go forward on Sunday 29 March: the same time of day in London is an hour earlier in UTC.
        (Limit(working_days=1), datetime(2026, 3, 30, 15, 0, tzinfo=UTC)),
        (Limit(working_days=2), datetime(2026, 3, 31, 15, 0, tzinfo=UTC)),
        (Limit(months=1), datetime(2026, 4, 27, 15, 0, tzinfo=UTC)),
    ],
)
def test_limits_end_when_people_expect_it(limit: Limit, end: datetime) -> None:
    assert deadlines.after(FRIDAY, limit) == end


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    days=st.integers(1, 10),
)
def test_a_working_day_is_never_shorter_than_a_day_but_for_the_clock_change(start: datetime, days: int) -> None:
    end = deadlines.after(start, Limit(working_days=days))

    assert end >= start + timedelta(days=days) - timedelta(hours=48)
    assert end - start >= timedelta(hours=1)
