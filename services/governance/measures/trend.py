"""Whether there is more of something than before: an exact test. Pure.

Ours (no seed names one): the conditional binomial test of two Poisson rates. If nothing has changed, of all that was
counted in both times together each one fell into the newer with the chance that its share of the service-days gives;
the probability that so many or more did is exact, however small the numbers.
"""

from dataclasses import dataclass
from math import exp, fsum, lgamma, log

RISING = 0.01
"""A rise that would happen less often than this by chance is called one (ours: many themes are looked at each week)."""
FEWEST = 5
"""Fewer than this in the newer time are never called a trend (ours: small numbers)."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A count of the newer time against the older one."""

    recent: int
    before: int
    expected: float | None
    """In the newer time, had nothing changed. None: there is nothing to compare with."""
    probability: float | None
    """Of so many or more, had nothing changed."""
    rising: bool


def judge(recent: int, before: int, recent_days: float, before_days: float) -> Trend:
    """Days are service-days: a service counts on the days on which it was known here."""
    if recent_days <= 0 or before_days <= 0:
        return Trend(recent, before, None, None, rising=False)
    share, total = recent_days / (recent_days + before_days), recent + before
    probability = tail(recent, total, share)
    rising = recent >= FEWEST and probability < RISING
    return Trend(recent, before, round(total * share, 3), round(probability, 6), rising)


def tail(least: int, total: int, share: float) -> float:
    """The probability of `least` or more of `total` where each has the chance `share`: exact."""
    if least <= 0:
        return 1.0
    if share >= 1:
        return 1.0
    # In logarithms: the binomial coefficients of a large place do not fit into a float.
    yes, no, of = log(share), log(1 - share), lgamma(total + 1)
    terms = (of - lgamma(k + 1) - lgamma(total - k + 1) + k * yes + (total - k) * no for k in range(least, total + 1))
    return min(1.0, fsum(map(exp, terms)))
