"""Whether the policy comes down harder on some kinds of provider: how many ever reached a level, by group. Pure.

A group of fewer than FEWEST providers is not shown; nor is one more, where the hidden one would follow by subtraction.
A difference is not unfair by itself: the groups may differ in quality. It says where to look.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from services.risk.looking_back.intervals import Share, Sums
from services.risk.looking_back.lives import NOT_RECORDED, Life
from services.risk.looking_back.signals import Signal
from services.risk.remembered.items import Day

FEWEST = 10
DIMENSIONS = {
    "size_band": "size (registered beds)",
    "service_type": "kind of service",
    "ownership": "kind of owner",
}
YEAR = 365.25


class Group(BaseModel):
    """One group under one warning."""

    model_config = ConfigDict(frozen=True)

    dimension: str
    group: str
    signal: str
    suppressed: bool = False
    providers: int | None = None
    years_watched: float | None = None
    """On average, a provider: who is watched longer has more time to reach a level."""
    reached: Share | None = None
    """Providers that ever reached it."""
    time_share: float | None = None
    """Share of the watched days on which the warning stood."""


@dataclass(slots=True)
class Exposure:
    """Of one group and one warning; may be merged in any order."""

    days: int = 0
    warned_days: int = 0
    reached: Sums = field(default_factory=Sums)

    def add(self, life: Life, signal: Signal) -> None:
        """One more provider."""
        days = sum(after - before for before, after in _warned(life, signal))
        self.days += life.days
        self.warned_days += days
        self.reached.add(int(days > 0), 1)

    def merge(self, other: "Exposure") -> None:
        """Those of others as well."""
        self.days += other.days
        self.warned_days += other.warned_days
        self.reached.merge(other.reached)


def groups(found: dict[tuple[str, str, str], Exposure], signals: Iterable[Signal]) -> tuple[Group, ...]:
    """What they come to, by dimension, warning and group. Dimensions about which nothing is recorded are left out."""
    told: list[Group] = []
    for dimension in DIMENSIONS:
        names = sorted({group for of, group, _ in found if of == dimension})
        if names in ([], [NOT_RECORDED]):
            continue
        for signal in signals:
            of = {name: found[dimension, name, signal.id] for name in names if (dimension, name, signal.id) in found}
            hidden = _hidden({name: exposure.reached.providers for name, exposure in of.items()})
            told += [_group(dimension, name, signal, of[name], hidden=name in hidden) for name in of]
    return tuple(told)


def _group(dimension: str, name: str, signal: Signal, exposure: Exposure, *, hidden: bool) -> Group:
    if hidden:
        return Group(dimension=dimension, group=name, signal=signal.id, suppressed=True)
    providers = exposure.reached.providers
    return Group(
        dimension=dimension,
        group=name,
        signal=signal.id,
        providers=providers,
        years_watched=round(exposure.days / providers / YEAR, 2),
        reached=exposure.reached.share(),
        time_share=round(exposure.warned_days / exposure.days, 6),
    )


def _hidden(sizes: dict[str, int]) -> frozenset[str]:
    small = {name for name, size in sizes.items() if size < FEWEST}
    rest = sorted((size, name) for name, size in sizes.items() if name not in small)
    # One hidden group is the total less the others; two are not told apart.
    return frozenset(small | ({rest[0][1]} if len(small) == 1 and rest else set()))


def _warned(life: Life, signal: Signal) -> Iterable[tuple[Day, Day]]:
    """Days from … to before … on which the warning stood while it was watched."""
    changes = life.track.changes
    for number, change in enumerate(changes):
        after = changes[number + 1].day if number + 1 < len(changes) else life.last + 1
        begin, end = max(change.day, life.first), min(after, life.last + 1)
        if signal.holds(change.standing) and begin < end:
            yield begin, end
