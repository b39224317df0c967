"""Two policies over the same history: on which days they differ, by which criteria, and which is earlier. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.risk import deadlines
from services.risk.looking_back.lives import Life
from services.risk.looking_back.movements import label
from services.risk.looking_back.replay import Standing, Verdicts
from services.risk.looking_back.signals import Signal
from services.risk.remembered.items import Day

Key = tuple[str, str, tuple[str, ...], tuple[str, ...]]


class Difference(BaseModel):
    """One way in which they differ, with its causes."""

    model_config = ConfigDict(frozen=True)

    ours: str
    theirs: str
    ours_by: tuple[str, ...]
    """Criteria above the lowest level that are met under the first policy; `theirs_by`: under the other."""
    theirs_by: tuple[str, ...]
    providers: int
    days: int


class Earlier(BaseModel):
    """When each provider first reached a level under the two."""

    model_config = ConfigDict(frozen=True)

    signal: str
    ours_earlier: int
    same_day: int
    theirs_earlier: int
    ours_alone: int
    theirs_alone: int
    neither: int
    median_days_earlier: float | None
    """Of those who reach it under both: by how many days the first policy is earlier; negative: later."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which they differ in one way."""

    first: Day
    last: Day
    ours: Standing | None
    theirs: Standing | None


@dataclass(slots=True)
class Comparison:
    """Of all providers; may be merged in any order."""

    order: Sequence[str]
    ours: frozenset[str]
    """Criteria above the lowest level, of the first policy and of the other."""
    theirs: frozenset[str]
    days: int = 0
    days_different: int = 0
    providers_different: int = 0
    ways: Counter[Key] = field(default_factory=Counter)
    providers: Counter[Key] = field(default_factory=Counter)
    earlier: dict[str, Counter[str]] = field(default_factory=dict)
    gaps: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, ours: Life, theirs: Life, signals: Sequence[Signal]) -> list[Mapping[str, Any]]:
        """One more provider. Gives its differences, one by one."""
        found = list(stretches(ours, theirs))
        told: list[Mapping[str, Any]] = []
        keys: set[Key] = set()
        for each in found:
            key, days = self._key(each), each.last - each.first + 1
            self.ways[key] += days
            self.days_different += days
            keys.add(key)
            told.append(self._row(ours.provider, each, key))
        self.providers.update(keys)
        self.days += ours.days
        self.providers_different += bool(found)
        for signal in signals:
            self._when(signal, ours, theirs)
        return told

    def merge(self, other: "Comparison") -> None:
        """Those of others as well."""
        for name in ("days", "days_different", "providers_different"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.ways.update(other.ways)
        self.providers.update(other.providers)
        for name, counts in other.earlier.items():
            self.earlier.setdefault(name, Counter()).update(counts)
        for name, gaps in other.gaps.items():
            self.gaps.setdefault(name, Counter()).update(gaps)

    def differences(self) -> tuple[Difference, ...]:
        """Every way, the one of most days first."""
        told = sorted(self.ways.items(), key=lambda each: (-each[1], each[0]))
        return tuple(
            Difference(
                ours=key[0], theirs=key[1], ours_by=key[2], theirs_by=key[3],
                providers=self.providers[key], days=days,
            )
            for key, days in told
        )  # fmt: skip

    def first_reached(self, signals: Sequence[Signal]) -> tuple[Earlier, ...]:
        """Which is earlier, for every warning."""
        told = []
        for signal in signals:
            counts = self.earlier.get(signal.id, Counter[str]())
            gaps = sorted(self.gaps.get(signal.id, Counter[int]()).elements())
            named = {name: counts[name] for name in WHEN}
            told.append(Earlier(signal=signal.id, **named, median_days_earlier=_median(gaps)))
        return tuple(told)

    def _key(self, each: Stretch) -> Key:
        return (
            label(each.ours, self.order),
            label(each.theirs, self.order),
            _causes(each.ours, self.ours),
            _causes(each.theirs, self.theirs),
        )

    @staticmethod
    def _row(provider: str, each: Stretch, key: Key) -> Mapping[str, Any]:
        days = {"from": deadlines.day(each.first).isoformat(), "to": deadlines.day(each.last).isoformat()}
        return {"provider": provider, **days, "ours": key[0], "theirs": key[1], "ours_by": key[2], "theirs_by": key[3]}

    def _when(self, signal: Signal, ours: Life, theirs: Life) -> None:
        here, there = _first(ours, signal), _first(theirs, signal)
        counts = self.earlier.setdefault(signal.id, Counter())
        if here is None or there is None:
            counts["neither" if here == there else "ours_alone" if there is None else "theirs_alone"] += 1
            return
        counts["same_day" if here == there else "ours_earlier" if here < there else "theirs_earlier"] += 1
        self.gaps.setdefault(signal.id, Counter())[there - here] += 1


WHEN = ("ours_earlier", "same_day", "theirs_earlier", "ours_alone", "theirs_alone", "neither")


def stretches(ours: Life, theirs: Life) -> Iterator[Stretch]:
    """Days on which the two ranges differ, oldest first: one stretch for one way of differing."""
    marks = {change.day for life in (ours, theirs) for change in life.track.changes}
    days = sorted(day for day in marks | {ours.first} if ours.first <= day <= ours.last)
    open_: Stretch | None = None
    for number, day in enumerate(days):
        until = days[number + 1] - 1 if number + 1 < len(days) else ours.last
        here, there = ours.track.on(day), theirs.track.on(day)
        if open_ is not None and (open_.ours, open_.theirs) == (here, there):
            open_ = Stretch(open_.first, until, here, there)
            continue
        if open_ is not None:
            yield open_
        open_ = Stretch(day, until, here, there) if _range(here) != _range(there) else None
    if open_ is not None:
        yield open_


def above_lowest(verdicts: Verdicts) -> frozenset[str]:
    """Criteria of the primary scale that speak of more than the lowest level."""
    rules = verdicts.rules
    primary, lowest = rules.pack.primary, verdicts.order[0]
    return frozenset(
        each.criterion.id for each in rules.criteria if each.scale == primary and each.criterion.level != lowest
    )


def _causes(standing: Standing | None, names: frozenset[str]) -> tuple[str, ...]:
    return () if standing is None else tuple(name for name in standing.met if name in names)


def _range(standing: Standing | None) -> tuple[int | None, int | None]:
    return (None, None) if standing is None else standing.range


def _first(life: Life, signal: Signal) -> Day | None:
    changes = life.track.changes
    for number, change in enumerate(changes):
        end = changes[number + 1].day - 1 if number + 1 < len(changes) else life.last
        if signal.holds(change.standing) and end >= life.first and change.day <= life.last:
            return max(change.day, life.first)
    return None


def _median(ordered: list[int]) -> float | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
