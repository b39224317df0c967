"""Shares with their intervals: Wilson's, for as many independent looks as the data is worth."""

import pytest

from services.risk.looking_back.intervals import Sums, wilson


def sums(*counts: tuple[int, int]) -> Sums:
    found = Sums()
    for part, whole in counts:
        found.add(part, whole)
    return found


def test_one_look_a_provider_gives_wilsons_interval():
    share = sums(*[(1, 1)] * 3, *[(0, 1)] * 7).share()

    # Newcombe 1998 gives 0.1078 to 0.6032 for 3 of 10.
    assert (share.low, share.high) == pytest.approx((0.1078, 0.6032), abs=1e-4)


def test_looks_that_agree_within_each_provider_count_as_one_each():
    alike = sums(*[(10, 10)] * 3, *[(0, 10)] * 7).share()

    assert (alike.part, alike.whole, alike.providers) == (30, 100, 10)
    # By the small-sample factor 10/9 a little wider than ten looks would be.
    assert (alike.low, alike.high) == pytest.approx(tuple(round(each, 6) for each in wilson(0.3, 9)), abs=1e-6)


def test_looks_that_are_spread_evenly_are_never_worth_more_than_they_are():
    spread = sums(*[(3, 10)] * 10).share()

    assert (spread.low, spread.high) == pytest.approx(wilson(0.3, 100), abs=1e-6)


def test_none_and_all_have_an_interval_and_no_whole_has_none():
    none, every, nobody = sums(*[(0, 2)] * 20).share(), sums(*[(2, 2)] * 20).share(), sums().share()

    assert (none.low, round(none.high or 0, 4)) == (0.0, 0.1611)
    assert (round(every.low or 0, 4), every.high) == (0.8389, 1.0)
    assert (nobody.value, nobody.low, nobody.high) == (None, None, None)


def test_the_order_of_adding_changes_nothing():
    counts = [(1, 3), (2, 2), (0, 4), (5, 9)]
    both = sums(*counts[:2])
    both.merge(sums(*counts[2:]))

    assert both == sums(*reversed(counts)) == sums(*counts)
