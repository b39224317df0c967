"""Who would have moved, and by what: every change of the range, counted by its criteria, and one by one. Pure."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.risk import deadlines
from services.risk.criteria import Rules
from services.risk.looking_back.lives import Life, Move, worse
from services.risk.looking_back.replay import Standing
from services.risk.remembered.items import Day

KEPT = 50
"""Of the newest rises that the page shows; the report holds all."""
FIRST, UNKNOWN = "not yet known", "unknown"
Way = str


class Movement(BaseModel):
    """One way of moving."""

    model_config = ConfigDict(frozen=True)

    before: str
    after: str
    way: str
    """up (worse), down, first, or to or from unknown."""
    by: tuple[str, ...]
    """Criteria that came to be met (for the worse) or ceased to be (for the better), or else that stay.

    None: the evidence for the lowest level came or went.
    """
    moves: int
    providers: int
    by_time_alone: int


class Spoke(BaseModel):
    """How far one criterion could speak in this history."""

    model_config = ConfigDict(frozen=True)

    id: str
    level: str
    says: str
    met: int
    """Providers for which it was met on any day …"""
    known: int
    """… and for which it was known at all, met or not."""


@dataclass(slots=True)
class Moves:
    """Of all providers; may be merged in any order."""

    order: Sequence[str]
    providers: int = 0
    days: int = 0
    repeats: int = 0
    by_way: Counter[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=Counter)
    movers: Counter[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=Counter)
    by_time: Counter[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=Counter)
    days_at: Counter[str] = field(default_factory=Counter)
    at_end: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    newest: list[tuple[Day, str, tuple[str, str, tuple[str, ...]]]] = field(default_factory=list)

    def add(self, life: Life) -> None:
        """One more provider."""
        self.providers += 1
        self.days += life.days
        self.repeats += life.repeats
        for key in {self._count(life, move) for move in life.moves}:
            self.movers[key] += 1
        standings = [change.standing for change in life.track.changes]
        self.met.update({name for each in standings for name in each.met})
        self.known.update({name for each in standings for name in (*each.met, *each.not_met)})
        self._stood(life)

    def _count(self, life: Life, move: Move) -> tuple[str, str, str, tuple[str, ...]]:
        way = way_of(move)
        key = (label(move.before, self.order), label(move.after, self.order), way, move.by)
        self.by_way[key] += 1
        self.by_time[key] += move.time_alone
        if way != "first" and worse(move.before, move.after):
            heapq.heappush(self.newest, (move.day, life.provider, (key[0], key[1], move.by)))
            if len(self.newest) > KEPT:
                heapq.heappop(self.newest)
        return key

    def _stood(self, life: Life) -> None:
        changes = life.track.changes
        for number, change in enumerate(changes):
            after = changes[number + 1].day if number + 1 < len(changes) else life.last + 1
            days = min(after, life.last + 1) - max(change.day, life.first)
            if days > 0:
                self.days_at[label(change.standing, self.order)] += days
        if life.happened.closed is None:
            self.at_end[label(changes[-1].standing, self.order)] += 1

    def merge(self, other: "Moves") -> None:
        """Those of others as well."""
        self.providers, self.days = self.providers + other.providers, self.days + other.days
        self.repeats += other.repeats
        for name in ("by_way", "movers", "by_time", "days_at", "at_end", "met", "known"):
            getattr(self, name).update(getattr(other, name))
        self.newest = heapq.nlargest(KEPT, [*self.newest, *other.newest])
        heapq.heapify(self.newest)

    def result(self) -> tuple[Movement, ...]:
        """Every way of moving, the commonest first."""
        told = sorted(self.by_way.items(), key=lambda each: (-each[1], each[0]))
        return tuple(
            Movement(
                before=key[0], after=key[1], way=key[2], by=key[3],
                moves=count, providers=self.movers[key], by_time_alone=self.by_time[key],
            )
            for key, count in told
        )  # fmt: skip

    def spoke(self, rules: Rules) -> tuple[Spoke, ...]:
        """Every criterion of the primary scale."""
        of_scale = [each.criterion for each in rules.criteria if each.scale == rules.pack.primary]
        return tuple(
            Spoke(
                id=each.id, level=each.level, says=each.words,
                met=self.met[each.id], known=self.known[each.id],
            )
            for each in of_scale
        )  # fmt: skip

    def newest_rises(self) -> list[dict[str, Any]]:
        """The newest rises, newest first."""
        return [
            {"provider": provider, "on": deadlines.day(day).isoformat(), "before": before, "after": after, "by": by}
            for day, provider, (before, after, by) in sorted(self.newest, reverse=True)
        ]


def rows(life: Life, order: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """One provider's moves, one by one."""
    for move in life.moves:
        yield {
            "provider": life.provider,
            "on": deadlines.day(move.day).isoformat(),
            "before": label(move.before, order),
            "after": label(move.after, order),
            "way": way_of(move),
            "by": move.by,
            "by_time_alone": move.time_alone,
        }


def label(standing: Standing | None, order: Sequence[str]) -> str:
    """A range in words: `2`, `2 to 3`, `unknown`."""
    if standing is None:
        return FIRST
    if standing.low is None or standing.high is None:
        return UNKNOWN
    low, high = order[standing.low], order[standing.high]
    return low if low == high else f"{low} to {high}"


def way_of(move: Move) -> Way:
    """Up is worse."""
    if move.before is None:
        return "first"
    if move.before.low is None:
        return "from unknown"
    if move.after.low is None:
        return "to unknown"
    return "up" if worse(move.before, move.after) else "down"
