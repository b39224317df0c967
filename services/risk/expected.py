"""What is expected for a service of its size and nature: exact Poisson limits against its peers' rate (AMB-3)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from shared.policies.assessing import Peer
from shared.policies.peers import WIDER, band, group

__all__ = ["Baseline", "Exposure", "Rate", "Verdict", "band", "judge", "tail"]


class Rate(msgspec.Struct, frozen=True):
    """What a peer group had: events over exposure (bed-days, or hours of care), and how many services it counts."""

    events: int
    exposure: float
    peers: int


class Baseline(msgspec.Struct, frozen=True):
    """The rates of one place, published by governance: by measure, service type and size band (`all`: every size)."""

    digest: str
    rates: Mapping[str, Rate]

    def rate(self, measure: str, service_type: str, band: str) -> Rate | None:
        """The rate of one peer group; None where none was published."""
        return self.rates.get(group(measure, service_type, band))


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much of a service there is to go wrong."""

    service_type: str
    daily: float
    """Per day: beds, or hours of care, in the unit of the baseline's rates for its service type."""
    beds: float | None
    """Its size band's beds; None where its size is not counted in beds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An observed count against what was expected."""

    observed: int
    expected: float
    probability: float
    """Of so many or more, if this service were like its peers."""
    group: str
    peers: int
    outside: bool
    far_outside: bool


def judge(measure: str, observed: int, who: Exposure, peer: Peer, baseline: Baseline) -> Verdict | None:
    """Whether the count of `peer.days` days is outside what is expected.

    None where no peer group is large enough, or there is no exposure: then nothing can be said.
    """
    found = _group(measure, who, peer, baseline)
    if found is None or who.daily <= 0:
        return None
    group, rate = found
    mean = rate.events / rate.exposure * who.daily * peer.days
    probability = tail(observed, mean)
    enough = observed >= peer.at_least
    return Verdict(
        observed,
        mean,
        probability,
        group,
        rate.peers,
        outside=enough and probability < peer.outside,
        far_outside=enough and probability < peer.far_outside,
    )


def tail(count: int, mean: float) -> float:
    """The probability that a Poisson count of this mean is `count` or more."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:
        return 1.0 - math.fsum(_term(n, mean) for n in range(count))
    # Above the mean the terms fall: they are added directly, so that a small tail keeps its digits.
    term, total, n = _term(count, mean), 0.0, count
    while term > total * 1e-16:
        total += term
        n += 1
        term *= mean / n
    return total


def _term(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def _group(measure: str, who: Exposure, peer: Peer, baseline: Baseline) -> tuple[str, Rate] | None:
    bands = (band(who.beds), WIDER) if "size_band" in peer.peer and who.beds is not None else (WIDER,)
    for size in bands:
        rate = baseline.rate(measure, who.service_type, size)
        if rate is not None and rate.peers >= peer.minimum_peers and rate.exposure > 0:
            return f"{who.service_type}, {size}", rate
    return None
