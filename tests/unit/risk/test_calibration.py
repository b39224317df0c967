"""What is called outside expected is called so as seldom as it says: by simulation, and by exact sums."""

import math
import random

import pytest

from services.risk.expected import Baseline, Exposure, Rate, judge, tail
from shared import policy

PEER = policy.load("herefordshire-2018").expected
KIND = "care_home_residential"
HOMES = 4_000
YEAR = 365


def poisson(dice: random.Random, mean: float) -> int:
    """A Poisson count: products of uniform numbers until they fall below e^-mean."""
    floor, product, count = math.exp(-mean), dice.random(), 0
    while product > floor:
        product *= dice.random()
        count += 1
    return count


def flagged(dice: random.Random, *, beds: int, peers: int, rate: float, times: float = 1.0) -> tuple[float, float]:
    """Shares of homes found outside and far outside, whose peers' baseline is itself drawn anew each time."""
    outside = far = 0
    for _ in range(HOMES):
        exposure = beds * YEAR * peers
        events = sum(poisson(dice, rate * beds * YEAR) for _ in range(peers))
        baseline = Baseline("s", {f"concerns|{KIND}|all": Rate(events, exposure, peers)})
        observed = poisson(dice, times * rate * beds * PEER.days)
        verdict = judge("concerns", observed, Exposure(KIND, beds, beds), PEER, baseline)
        assert verdict is not None
        outside += verdict.outside
        far += verdict.far_outside
    return outside / HOMES, far / HOMES


def most(share: float) -> float:
    """The nominal share, and three standard errors of so many drawings."""
    return share + 3 * math.sqrt(share * (1 - share) / HOMES)


@pytest.mark.parametrize(("beds", "peers"), [(6, 5), (40, 5), (40, 20), (80, 8)])
@pytest.mark.parametrize("rate", [0.0005, 0.002])
def test_services_like_their_peers_are_outside_no_more_often_than_nominal(beds, peers, rate):
    dice = random.Random(f"{beds} {peers} {rate}")

    outside, far = flagged(dice, beds=beds, peers=peers, rate=rate)

    assert outside <= most(PEER.outside)
    assert far <= most(PEER.far_outside)


def test_one_with_four_times_their_rate_is_mostly_found():
    dice = random.Random("four times")

    outside, _ = flagged(dice, beds=40, peers=12, rate=0.001, times=4)

    assert outside > 0.9


@pytest.mark.parametrize("beds", [3, 6, 12, 40, 80, 200])
def test_at_the_true_rate_the_share_is_never_above_nominal(beds):
    for rate in (0.0001, 0.0004, 0.001, 0.003, 0.01):
        mean = rate * beds * PEER.days
        known = Baseline("s", {f"concerns|{KIND}|all": Rate(round(rate * 10**8), 10**8, 50)})
        found = [judge("concerns", n, Exposure(KIND, beds, beds), PEER, known) for n in range(int(3 * mean) + 40)]
        chances = [math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(len(found))]

        assert sum(chance for chance, each in zip(chances, found, strict=True) if each and each.outside) <= PEER.outside
        far = sum(chance for chance, each in zip(chances, found, strict=True) if each and each.far_outside)
        assert far <= PEER.far_outside


@pytest.mark.parametrize(("limit", "peers"), [(PEER.outside, 5), (PEER.outside, 12), (PEER.far_outside, 5)])
@pytest.mark.parametrize("beds", [6, 40, 80])
def test_with_a_rate_that_few_peers_gave_the_share_is_below_nominal_still(beds, limit, peers):
    """Summed over every baseline that might have been published, each with its probability."""
    for rate in (0.0003, 0.001, 0.003):
        total, own = rate * beds * YEAR * peers, rate * beds * PEER.days
        share = 0.0
        for events in range(int(total + 10 * math.sqrt(total)) + 20):
            mean = events / (beds * YEAR * peers) * beds * PEER.days
            least = next(n for n in range(PEER.at_least, 10_000) if tail(n, mean) < limit)
            weight = math.exp(events * math.log(total) - total - math.lgamma(events + 1))
            share += weight * tail(least, own)

        assert share <= limit
