"""Concerns that count: those not upheld or withdrawn are out, and an outcome finds its concern whichever came first."""

from collections import Counter
from collections.abc import Iterable

from services.risk.items import Concern, Outcome
from services.risk.state import ProviderState
from shared.events.vocabulary import UNCLASSIFIED

GROUNDLESS = frozenset({"not_upheld", "withdrawn"})


def standing(state: ProviderState) -> dict[str, Concern]:
    """Concerns that are upheld or not yet judged, by `publisher|concern_id`."""
    if not state.outcomes:
        return state.concerns
    out = groundless(state)
    return {key: concern for key, concern in state.concerns.items() if key not in out}


def groundless(state: ProviderState) -> frozenset[str]:
    """Keys of concerns whose last outcome says that there was nothing in them."""
    judged: dict[str, Outcome] = {}
    by_id: dict[str, list[str]] = {}
    for key in state.concerns:
        by_id.setdefault(key.partition("|")[2], []).append(key)
    for key, outcome in state.outcomes.items():
        target = _target(state, key, outcome, by_id)
        if target is not None and (target not in judged or judged[target].stamp < outcome.stamp):
            judged[target] = outcome
    return frozenset(key for key, outcome in judged.items() if outcome.outcome in GROUNDLESS)


def ambiguous(state: ProviderState) -> tuple[str, ...]:
    """Concern ids that an outcome names and that several publishers use: it is applied to none of them."""
    ids = Counter(key.partition("|")[2] for key in state.concerns)
    named = {key.partition("|")[2] for key in state.outcomes if key not in state.concerns}
    return tuple(sorted(name for name in named if ids[name] > 1))


def most_shared(lists: Iterable[tuple[str, ...]]) -> int:
    """How many of these share the theme that most of them share. What is not classified is not a theme."""
    shared = Counter(theme for themes in lists for theme in set(themes) if theme != UNCLASSIFIED)
    return max(shared.values(), default=0)


def _target(state: ProviderState, key: str, outcome: Outcome, by_id: dict[str, list[str]]) -> str | None:
    if key in state.concerns:
        return key
    # Somebody else's concern: only one that was on record when they judged it, and only if there is no doubt which.
    named = by_id.get(key.partition("|")[2], [])
    if len(named) == 1 and state.concerns[named[0]].stamp[1] < outcome.stamp[1]:
        return named[0]
    return None
