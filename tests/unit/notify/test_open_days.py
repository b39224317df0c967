"""Which day has to be closed by when, and who is behind."""

from datetime import UTC, date, datetime

import pytest

from services.notify import open_days

FIRST, SECOND = date(2026, 5, 1), date(2026, 5, 2)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 5, 2, 4, 59, tzinfo=UTC), date(2026, 4, 30)),
        (datetime(2026, 5, 2, 5, 0, tzinfo=UTC), FIRST),  # 06:00 in London's summer
        (datetime(2026, 12, 2, 5, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 2, 6, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 5, 1, 22, 59, tzinfo=UTC), date(2026, 4, 30)),
    ],
)
def test_a_day_has_to_be_closed_by_six_in_london(now: datetime, day: date) -> None:
    assert open_days.due(now) == day


def test_every_writer_has_to_finish_every_partition() -> None:
    lanes = {("intake", 0): SECOND, ("intake", 1): FIRST, ("governance", 0): SECOND, ("risk", 0): SECOND}
    lanes[("risk", 1)] = SECOND

    assert open_days.behind(lanes, FIRST) == ()
    assert open_days.behind(lanes, SECOND) == ("intake",)


def test_what_was_closed_and_never_judged_is_open() -> None:
    assert open_days.behind({("intake", 0): SECOND}, SECOND) == ("risk",)
    assert open_days.behind({("intake", 0): SECOND}, FIRST) == (), "it may be judged yet"


def test_of_what_nobody_ever_closed_nothing_is_known() -> None:
    assert open_days.behind({}, SECOND) == ()
