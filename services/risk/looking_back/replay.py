"""One provider's whole history under one policy: how it would have stood at the end of each London day. Pure.

The same fold and the same judgement as the live stream. Days close on time in a replay: C is each day itself. Only
changes are kept. What is judged depends on the known facts alone, so equal facts are judged once (`Verdicts`).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.risk.assessment import assess
from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.gathering.facts import gather
from services.risk.known import Scalar
from services.risk.looking_back.knowledge import Known
from services.risk.remembered.items import Day
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState, fold
from services.risk.view import view
from shared.events.assessments import Assessment


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider stands on the primary scale: places on it, best first; None, None is unknown."""

    low: int | None
    high: int | None
    met: tuple[str, ...] = ()
    """Criteria met, and those known not to be, in the pack's order."""
    not_met: tuple[str, ...] = ()

    @property
    def range(self) -> tuple[int | None, int | None]:
        """The range alone."""
        return self.low, self.high


class Verdicts:
    """A policy's judgements, each made once for the facts that it rests on."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.order = rules.pack.scales[rules.pack.primary].order
        self._made: dict[frozenset[tuple[str, Scalar]], Standing] = {}

    def standing(self, state: ProviderState, at: PartitionState, day: Day, baseline: Baseline | None) -> Standing:
        """How a provider stands at the end of a day."""
        c = date.fromordinal(day)
        known = gather(view(state, at, self.rules.pack, c, baseline), self.rules.reads)
        key = frozenset(known.values.items())
        if (made := self._made.get(key)) is None:
            made = self._made[key] = self._judged(assess(state, at, self.rules, c, baseline))
        return made

    def _judged(self, found: Assessment) -> Standing:
        of_scale = [each for each in found.criteria if each.scale == self.rules.pack.primary]
        told = found.indicated
        return Standing(
            None if told.min is None else self.order.index(told.min),
            None if told.max is None else self.order.index(told.max),
            tuple(each.id for each in of_scale if each.outcome == "met"),
            tuple(each.id for each in of_scale if each.outcome == "not_met"),
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """What surrounds a provider at a day's end: its partition then, the policy and the baseline in force, if any."""

    at: PartitionState
    verdicts: Verdicts | None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From this day on it stands so."""

    day: Day
    standing: Standing
    state: ProviderState
    stage: Stage


UNKNOWN = Standing(None, None)
Staging = Callable[[Day], Stage]


@dataclass(frozen=True, slots=True)
class Track:
    """How a provider stood, from the day on which anything was known of it."""

    changes: tuple[Change, ...]

    def on(self, day: Day) -> Standing | None:
        """At the end of a day; None before anything was known."""
        at = bisect_right(self.changes, day, key=lambda change: change.day)
        return self.changes[at - 1].standing if at else None

    def since(self, day: Day, holds: Callable[[Standing], bool]) -> Day | None:
        """The first day of the unbroken time up to `day` for which something holds; None: it does not hold then."""
        found: Day | None = None
        for change in reversed(self.changes[: bisect_right(self.changes, day, key=lambda change: change.day)]):
            if not holds(change.standing):
                break
            found = change.day
        return found


def track(known: Sequence[Known], staging: Staging, last: Day, *, daily: bool) -> Track:
    """How a provider would have stood from its first fact to the end of `last`.

    `daily`: every day is judged. Else the days of changes between two facts are found by halving, which is exact where
    time alone never changes a standing there and back again between them (a rating grows old, and that is all).
    """
    found: list[Change] = []
    for day, until, state in _spans(known, last):
        for change in _span(state, day, until, staging, daily=daily):
            if not found or found[-1].standing != change.standing:
                found.append(change)
    return Track(tuple(found))


def _spans(known: Sequence[Known], last: Day) -> Iterator[tuple[Day, Day, ProviderState]]:
    """Days from one fact's to the one before the next, with what is known on them."""
    days = [(day, list(group)) for day, group in groupby(known, key=lambda each: each.day) if day <= last]
    state: ProviderState | None = None
    for number, (day, group) in enumerate(days):
        for each in group:
            state = fold(state, each.event)
        if state is not None:
            yield day, days[number + 1][0] - 1 if number + 1 < len(days) else last, state


def _span(state: ProviderState, day: Day, until: Day, staging: Staging, *, daily: bool) -> Iterator[Change]:
    first = _judged(state, day, staging)
    yield first
    if daily:
        yield from (_judged(state, each, staging) for each in range(day + 1, until + 1))
    elif until > day:
        yield from _halved(first, _judged(state, until, staging), staging)


def _halved(low: Change, high: Change, staging: Staging) -> Iterator[Change]:
    if low.standing == high.standing:
        return
    if high.day - low.day == 1:
        yield high
        return
    middle = _judged(low.state, (low.day + high.day) // 2, staging)
    yield from _halved(low, middle, staging)
    yield from _halved(middle, high, staging)


def _judged(state: ProviderState, day: Day, staging: Staging) -> Change:
    stage = staging(day)
    standing = UNKNOWN if stage.verdicts is None else stage.verdicts.standing(state, stage.at, day, stage.baseline)
    return Change(day, standing, state, stage)
