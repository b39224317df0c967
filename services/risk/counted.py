"""Concerns that count: those not upheld or withdrawn are out, and an outcome finds its concern whichever came first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from services.risk.remembered import keeping
from services.risk.remembered.items import GROUNDLESS, Concern, Outcome, Regrade, Report, Stamp
from services.risk.remembered.state import ProviderState
from shared.events.vocabulary import UNCLASSIFIED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a concern: the last word, and the last by which there was nothing in it."""

    last: Outcome | None
    groundless: Stamp | None

    @property
    def out(self) -> bool:
        """Whether there was nothing in it."""
        return self.last is not None and self.last.outcome in GROUNDLESS

    @property
    def reinstated(self) -> str | None:
        """The outcome that was overturned: the concern stands again, and whoever was told otherwise must know."""
        return None if self.out or self.groundless is None else self.groundless[2]


def standing(state: ProviderState) -> dict[str, Concern]:
    """Concerns that are upheld or not yet judged, by `publisher|concern_id`, as graded last."""
    judged, regrades = verdicts(state), keeping.current(state.heard.regrades, state.withdrawn)
    return {
        key: _regraded(concern, regrades.get(key))
        for key, concern in state.concerns.items()
        if key not in judged or not judged[key].out
    }


def verdicts(state: ProviderState) -> dict[str, Verdict]:
    """What became of the concerns of which anybody has said so."""
    if not state.heard.outcomes:
        return {}
    concerns = state.concerns
    by_id: dict[str, list[str]] = {}
    for key in concerns:
        by_id.setdefault(key.partition("|")[2], []).append(key)
    found: dict[str, Verdict] = {}
    for key, said in state.heard.outcomes.items():
        standing_ = [each for each in said if each.stamp[2] not in state.withdrawn]
        # One that was withdrawn was told too: whoever heard that there was nothing in it must hear otherwise.
        groundless = max((each.stamp for each in said if each.outcome in GROUNDLESS), default=None)
        target = _target(concerns, key, said[-1], by_id)
        if target is not None:
            found[target] = _joined(found.get(target), Verdict(standing_[-1] if standing_ else None, groundless))
    return found


def ambiguous(state: ProviderState) -> tuple[str, ...]:
    """Concern ids that an outcome names and that several publishers use: it is applied to none of them."""
    concerns = state.concerns
    ids = Counter(key.partition("|")[2] for key in concerns)
    named = {key.partition("|")[2] for key, said in state.outcomes.items() if key not in concerns and not said.of}
    return tuple(sorted(name for name in named if ids[name] > 1))


def most_shared(lists: Iterable[tuple[str, ...]]) -> int:
    """How many of these share the theme that most of them share. What is not classified is not a theme."""
    shared = Counter(theme for themes in lists for theme in set(themes) if theme != UNCLASSIFIED)
    return max(shared.values(), default=0)


def resolved(state: ProviderState) -> dict[str, Report]:
    """What became of complaints, by the complaint's key: its own publisher's word, else the only one of that number."""
    complaints, found = state.of("complaints"), {}
    by_id: dict[str, list[str]] = {}
    for key in complaints:
        by_id.setdefault(key.partition("|")[2], []).append(key)
    for key, resolution in sorted(state.of("resolutions").items(), key=lambda each: each[1].stamp):
        named = [key] if key in complaints else by_id.get(key.partition("|")[2], [])
        if len(named) == 1:
            found[named[0]] = resolution
    return found


def _regraded(concern: Concern, regrade: Regrade | None) -> Concern:
    if regrade is None:
        return concern
    confidence = regrade.confidence or concern.confidence
    return msgspec.structs.replace(concern, severity=regrade.severity, confidence=confidence)


def _joined(before: Verdict | None, now: Verdict) -> Verdict:
    if before is None:
        return now
    both = [stamp for stamp in (before.groundless, now.groundless) if stamp is not None]
    lasts = [last for last in (before.last, now.last) if last is not None]
    return Verdict(max(lasts, key=lambda last: last.stamp, default=None), max(both, default=None))


def _target(concerns: Mapping[str, Concern], key: str, outcome: Outcome, by_id: dict[str, list[str]]) -> str | None:
    if outcome.of:
        return outcome.of if outcome.of in concerns else None
    if key in concerns:
        return key
    # Somebody else's concern: only one that was on record when they judged it, and only if there is no doubt which.
    named = by_id.get(key.partition("|")[2], [])
    if len(named) == 1 and concerns[named[0]].stamp[1] < outcome.stamp[1]:
        return named[0]
    return None
