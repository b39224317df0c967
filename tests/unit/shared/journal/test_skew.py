"""Clocks that differ too much stop everything."""

import pytest

from shared.journal import skew


@pytest.mark.parametrize("theirs", [95.1, 100.0, 101.0, 105.9])
def test_a_little_is_nothing(theirs: float) -> None:
    skew.check("broker", 100, theirs, 101)


@pytest.mark.parametrize("theirs", [94.9, 106.1, 0.0])
def test_much_stops(theirs: float) -> None:
    with pytest.raises(skew.ClockSkew, match="broker"):
        skew.check("broker", 100, theirs, 101)


def test_a_slow_answer_is_no_difference() -> None:
    skew.check("database", 100, 131, 160)
