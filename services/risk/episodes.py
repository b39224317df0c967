"""Alerts that a policy asks for while something holds (`when`, `indicated`): one for each time that it begins. Pure.

An episode is remembered, in the same batch as the state: which record began it, and since when it no longer holds. What
is not known neither begins nor ends one, so that a silent source clears nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from services.risk.criteria import Outcome, Rules, Watched
from services.risk.known import Known
from services.risk.remembered.items import Day
from shared.events.assessments import Indicated

PREFIX = "when"
"""How the cause key of such an alert begins: `when:CAL-18:<the record that began it>`."""


class Episode(msgspec.Struct, frozen=True, array_like=True):
    """One time that it held."""

    cause: str
    """The id of the record that began it."""
    since: Day | None = None
    lapsed: Day | None = None
    """The day since which it has not held; None while it does."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whether it holds now, and what speaks for it."""

    watched: Watched
    outcome: Outcome
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class Turn:
    """What one judgement makes of the episodes."""

    now: dict[str, Episode] = field(default_factory=dict)
    """By `code|trigger`, those that go on."""
    begun: dict[str, Episode] = field(default_factory=dict)
    ended: dict[str, Episode] = field(default_factory=dict)


def sightings(rules: Rules, activation: object, known: Known, indicated: Indicated) -> dict[str, Sighting]:
    """Every trigger of the policy that is judged by what holds, by `code|trigger`."""
    found = {}
    for watched in rules.watched:
        if watched.when is not None:
            outcome = watched.when.outcome(activation)
            evidence, _ = known.evidence(watched.when.reads) if outcome == "met" else ((), 0)
            found[watched.key] = Sighting(watched, outcome, evidence)
        elif watched.trigger.indicated:
            found[watched.key] = Sighting(watched, _inside(watched.trigger.indicated, indicated))
    return found


def turn(before: Mapping[str, Episode], seen: Mapping[str, Sighting], cause: str, today: Day | None) -> Turn:
    """The episodes after one more judgement, because of the record `cause`. A policy that no longer asks ends them."""
    made = Turn()
    for key, episode in before.items():
        sighting = seen.get(key)
        if sighting is None:
            made.ended[key] = episode
        elif sighting.outcome == "unknown":
            made.now[key] = episode
        elif sighting.outcome == "met":
            made.now[key] = msgspec.structs.replace(episode, lapsed=None)
        else:
            _lapse(made, key, episode, sighting, today)
    for key, sighting in seen.items():
        if sighting.outcome == "met" and key not in before:
            made.now[key] = made.begun[key] = Episode(cause, today)
    return made


def resumed(causes: Mapping[str, str]) -> dict[str, Episode]:
    """The episodes that open alerts tell of. `causes`: by alert code and cause key, as they were published."""
    found = {}
    for key, code in causes.items():
        prefix, _, rest = key.partition(":")
        trigger, _, cause = rest.rpartition(":")
        if prefix == PREFIX and trigger:
            found[f"{code}|{trigger}"] = Episode(cause)
    return found


def cause_key(key: str, episode: Episode) -> str:
    """The cause key of its alert."""
    return f"{PREFIX}:{key.partition('|')[2]}:{episode.cause}"


def _lapse(made: Turn, key: str, episode: Episode, sighting: Sighting, today: Day | None) -> None:
    hold = sighting.watched.trigger.hold_days
    lapsed = episode.lapsed if episode.lapsed is not None else today
    if hold and (lapsed is None or today is None or today - lapsed < hold):
        made.now[key] = msgspec.structs.replace(episode, lapsed=lapsed)
    else:
        made.ended[key] = episode


def _inside(levels: tuple[str, ...], indicated: Indicated) -> Outcome:
    if indicated.min is None or indicated.max is None:
        return "unknown"
    return "met" if indicated.min in levels and indicated.max in levels else "not_met"
