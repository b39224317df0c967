"""When to try again."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import backoff
from tests.unit.notify.given import NOW

CHANCE = st.floats(0, 1, exclude_max=True)


@given(attempt=st.integers(1, 10**9), chance=CHANCE)
def test_a_delay_is_between_half_and_the_whole_of_its_step(attempt: int, chance: float) -> None:
    found = backoff.delay(attempt, chance=chance)

    full = min(backoff.BASE.total_seconds() * 2.0 ** min(attempt - 1, 60), backoff.LONGEST.total_seconds())
    assert full / 2 - 1e-6 <= found.total_seconds() <= full
    assert found <= backoff.LONGEST


@given(attempt=st.integers(1, 100), one=CHANCE, other=CHANCE)
def test_it_never_gets_shorter_by_more_than_chance(attempt: int, one: float, other: float) -> None:
    assert backoff.delay(attempt + 1, chance=one) * 2 >= backoff.delay(attempt, chance=other)


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        backoff.delay(0, chance=0.5)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, timedelta()),
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        (format_datetime(NOW + timedelta(minutes=3)), timedelta(minutes=3)),
        (format_datetime(NOW - timedelta(minutes=3)), timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
        ("99999999999999999999999", backoff.LONGEST_ASKED),
        ("Fri, 31 Dec 9999 23:59:59 GMT", backoff.LONGEST_ASKED),
        ("٣", timedelta()),
    ],
)
def test_what_a_recipient_asks_for(header: str | None, wait: timedelta) -> None:
    assert backoff.asked(header, NOW) == wait


@given(header=st.text(max_size=60))
def test_nothing_that_it_writes_is_an_error_or_lasts_for_ever(header: str) -> None:
    assert timedelta() <= backoff.asked(header, NOW) <= backoff.LONGEST_ASKED
