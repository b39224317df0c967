"""Exact Poisson limits against a peer group's rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.expected import Baseline, Exposure, Rate, band, judge, tail
from shared import policy

PEER = policy.load("herefordshire-2018").expected


@given(st.integers(0, 200), st.floats(0.01, 150))
def test_the_tail_is_the_sum_of_its_terms(count, mean):
    terms = (math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count, count + 1200))

    assert tail(count, mean) == pytest.approx(math.fsum(terms), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(("count", "mean", "expected"), [(0, 5, 1.0), (1, 0, 0.0), (10, 10_000, 1.0)])
def test_its_ends(count, mean, expected):
    assert tail(count, mean) == expected


def _baseline(**peers: int) -> Baseline:
    rates = {f"concerns|care_home_residential|{size}": Rate(60, 365_000, count) for size, count in peers.items()}
    return Baseline("b", rates)


def test_three_concerns_are_much_for_a_small_home_and_not_for_a_large_one():
    baseline = _baseline(**{"1-10": 9, "80+": 9})

    small = judge("concerns", 3, Exposure("care_home_residential", 6, 6), PEER, baseline)
    large = judge("concerns", 3, Exposure("care_home_residential", 120, 120), PEER, baseline)

    assert (small.outside, small.far_outside) == (True, True)
    assert (large.outside, large.far_outside) == (False, False)
    assert small.group == "care_home_residential, 1-10"


def test_fewer_than_the_floor_are_never_outside():
    verdict = judge("concerns", 2, Exposure("care_home_residential", 1, 1), PEER, _baseline(**{"1-10": 9}))

    assert verdict.probability < 0.01
    assert not verdict.outside


def test_a_small_peer_group_gives_way_to_the_wider_one_and_says_so():
    verdict = judge("concerns", 3, Exposure("care_home_residential", 6, 6), PEER, _baseline(**{"1-10": 4, "all": 40}))

    assert (verdict.group, verdict.peers) == ("care_home_residential, all", 40)


def test_where_no_group_is_large_enough_nothing_is_said():
    who = Exposure("care_home_residential", 6, 6)

    assert judge("concerns", 9, who, PEER, _baseline(**{"1-10": 4})) is None
    assert judge("safeguarding", 9, who, PEER, _baseline(all=40)) is None


@pytest.mark.parametrize(("beds", "name"), [(1, "1-10"), (10, "1-10"), (11, "11-40"), (80, "41-80"), (81, "80+")])
def test_bands(beds, name):
    assert band(beds) == name
