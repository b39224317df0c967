"""From judged criteria to a range of levels on one scale (rulings 1-3, AMB-1, AMB-2).

Decisive at the highest level > combination there > the same one level lower, and so on > the lowest level on positive
evidence > unknown. An item that stands in two levels gives both, and the upper one with one more criterion of that
level alone. Too few supporting criteria at a level give that level and the one below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.risk.criteria import Judged, Needs
from shared.policies.assessing import ScaleRule


@dataclass(frozen=True, slots=True)
class Range:
    """Places on the scale, best first; None, None: unknown."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one level's criteria say."""

    definite: bool
    """The level is indicated."""
    possible: bool
    """It may be this level, or the one below."""
    alone: tuple[str, ...]
    """Criteria met that stand in this level alone."""
    shared: tuple[str, ...]
    """Criteria met that stand in the level below as well, or whose twin below is met while they are not known."""


def indicated(order: Sequence[str], rule: ScaleRule, judged: Sequence[Judged], needs: Needs) -> Range:
    """The range that these criteria of one scale indicate."""
    met = frozenset(each.id for each in judged if each.outcome == "met")
    steps = [_step([each for each in judged if each.prepared.criterion.level == code], met, rule) for code in order]
    definite = max((n for n, step in enumerate(steps) if n and step.definite), default=0)
    possible = max((n for n, step in enumerate(steps) if n and (step.definite or step.possible)), default=0)
    low, high = max(definite, possible - 1), possible
    if low > 0:
        return Range(low, high)
    if high == 0:
        suspected = max((order.index(each.prepared.criterion.level) for each in judged if each.suspected), default=0)
        return Range(0, suspected) if _evident(needs, frozenset()) else Range(None, None)
    step = steps[high]
    if step.shared or not _silent(step.alone, needs):
        return Range(low, high)
    # Met by silence alone: that is no more than the other side of a need, and says nothing of how good or bad it is.
    return Range(low, high) if _evident(needs, frozenset(step.alone)) else Range(None, None)


def _step(judged: Sequence[Judged], met: frozenset[str], rule: ScaleRule) -> Step:
    alone, shared, decisive = [], [], False
    for each in judged:
        twins = [overlap for overlap in each.overlaps if overlap.with_ in met and overlap.upper == each.outcome]
        if twins:
            shared.append(each)
        elif each.outcome == "met":
            alone.append(each)
            decisive = decisive or each.decisive
    both = bool(alone) and any(each.outcome == "met" for each in shared)
    enough = len(alone) >= rule.supporting_needed.value
    return Step(
        definite=decisive or enough or both,
        possible=bool(alone or shared),
        alone=tuple(each.id for each in alone),
        shared=tuple(each.id for each in shared),
    )


def _evident(needs: Needs, but: frozenset[str]) -> bool:
    """Whether every need is met, but for those that these criteria are the other side of."""
    return all(outcome == "met" for required, outcome in needs if not but & set(required.need.answered_by))


def _silent(met: Sequence[str], needs: Needs) -> bool:
    answers = {criterion for required, _ in needs for criterion in required.need.answered_by}
    return set(met) <= answers
