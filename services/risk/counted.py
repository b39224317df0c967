"""Concerns that count: those not upheld or withdrawn are out, and an outcome finds its concern whichever came first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.risk.items import GROUNDLESS, Concern, Outcome, Stamp
from services.risk.state import ProviderState
from shared.events.vocabulary import UNCLASSIFIED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a concern: the last word, and the last by which there was nothing in it."""

    last: Outcome
    groundless: Stamp | None

    @property
    def out(self) -> bool:
        """Whether there was nothing in it."""
        return self.last.outcome in GROUNDLESS

    @property
    def reinstated(self) -> str | None:
        """The outcome that was overturned: the concern stands again, and whoever was told otherwise must know."""
        return None if self.out or self.groundless is None else self.groundless[2]


def standing(state: ProviderState) -> dict[str, Concern]:
    """Concerns that are upheld or not yet judged, by `publisher|concern_id`."""
    judged = verdicts(state)
    return {key: concern for key, concern in state.concerns.items() if key not in judged or not judged[key].out}


def verdicts(state: ProviderState) -> dict[str, Verdict]:
    """What became of the concerns of which anybody has said so."""
    if not state.outcomes:
        return {}
    by_id: dict[str, list[str]] = {}
    for key in state.concerns:
        by_id.setdefault(key.partition("|")[2], []).append(key)
    found: dict[str, Verdict] = {}
    for key, outcome in state.outcomes.items():
        target = _target(state, key, outcome, by_id)
        if target is not None:
            found[target] = _joined(found.get(target), outcome)
    return found


def ambiguous(state: ProviderState) -> tuple[str, ...]:
    """Concern ids that an outcome names and that several publishers use: it is applied to none of them."""
    ids = Counter(key.partition("|")[2] for key in state.concerns)
    named = {key.partition("|")[2] for key in state.outcomes if key not in state.concerns}
    return tuple(sorted(name for name in named if ids[name] > 1))


def most_shared(lists: Iterable[tuple[str, ...]]) -> int:
    """How many of these share the theme that most of them share. What is not classified is not a theme."""
    shared = Counter(theme for themes in lists for theme in set(themes) if theme != UNCLASSIFIED)
    return max(shared.values(), default=0)


def _joined(before: Verdict | None, outcome: Outcome) -> Verdict:
    if before is None:
        return Verdict(outcome, outcome.groundless)
    both = [stamp for stamp in (before.groundless, outcome.groundless) if stamp is not None]
    last = outcome if outcome.stamp > before.last.stamp else before.last
    return Verdict(last, max(both, default=None))


def _target(state: ProviderState, key: str, outcome: Outcome, by_id: dict[str, list[str]]) -> str | None:
    if key in state.concerns:
        return key
    # Somebody else's concern: only one that was on record when they judged it, and only if there is no doubt which.
    named = by_id.get(key.partition("|")[2], [])
    if len(named) == 1 and state.concerns[named[0]].stamp[1] < outcome.stamp[1]:
        return named[0]
    return None
