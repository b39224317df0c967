"""All measures of a back-test over some of the providers; those of others are merged into it, in any order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from services.risk.looking_back import confusion, fairness, lead_time, movements, outcomes
from services.risk.looking_back.lives import Life, Span
from services.risk.looking_back.signals import Signal
from services.risk.remembered.items import Day


@dataclass(slots=True)
class Tally:
    """What every provider adds to."""

    span: Span
    horizon: int
    order: Sequence[str]
    signals: Sequence[Signal]
    moves: movements.Moves = field(init=False)
    landmarks: list[Day] = field(init=False)
    leads: dict[tuple[str, str], lead_time.Leads] = field(default_factory=dict)
    counts: dict[tuple[str, str], confusion.Counts] = field(default_factory=dict)
    exposures: dict[tuple[str, str, str], fairness.Exposure] = field(default_factory=dict)
    unusable: int = 0
    unwatched: int = 0
    """Providers of whom nothing was known while they were open in the time that is looked at."""
    closed: int = 0
    closed_warned: int = 0
    """Providers that closed while the worst level was within the range."""
    after_closing: int = 0
    first_inadequate: int = 0
    """First ratings that were Inadequate, and inherited ones: no downgrades."""
    by_own_record: dict[str, list[int]] = field(default_factory=dict)
    """By warning: rises to it, and how many of them rest on the record of a downgrade itself."""

    def __post_init__(self) -> None:
        self.moves = movements.Moves(self.order)
        self.landmarks = confusion.landmarks(self.span, self.horizon)

    def add(self, life: Life) -> None:
        """One more provider."""
        self.moves.add(life)
        for kind in (*outcomes.KINDS, outcomes.ANY):
            looks = confusion.looks(life, kind, self.landmarks, self.horizon)
            for signal in self.signals:
                self.leads.setdefault((signal.id, kind), lead_time.Leads()).add(life, signal, kind)
                self.counts.setdefault((signal.id, kind), confusion.Counts()).add(looks, signal)
        for signal, (dimension, group) in product(self.signals, life.groups.items()):
            key = (dimension, group, signal.id)
            self.exposures.setdefault(key, fairness.Exposure()).add(life, signal)
        self._limits(life)

    def _limits(self, life: Life) -> None:
        what = life.happened
        self.after_closing += what.after_closing
        ratings = [spell for spell in what.spells if spell.kind == outcomes.INADEQUATE]
        self.first_inadequate += sum(not spell.event for spell in ratings)
        if what.closed is not None:
            self.closed += 1
            self.closed_warned += self.signals[-2].holds(life.track.on(life.last))
        for signal in self.signals:
            rises = [move for move in life.moves if signal.holds(move.after) and not signal.holds(move.before)]
            counts = self.by_own_record.setdefault(signal.id, [0, 0])
            counts[0] += len(rises)
            counts[1] += sum(bool(what.inadequate & move.records) for move in rises)

    def merge(self, other: "Tally") -> None:
        """Those of others as well."""
        self.moves.merge(other.moves)
        for key, leads in other.leads.items():
            self.leads.setdefault(key, lead_time.Leads()).merge(leads)
        for key, counts in other.counts.items():
            self.counts.setdefault(key, confusion.Counts()).merge(counts)
        for group, exposure in other.exposures.items():
            self.exposures.setdefault(group, fairness.Exposure()).merge(exposure)
        for name in ("unusable", "unwatched", "closed", "closed_warned", "after_closing", "first_inadequate"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for signal, (rises, own) in other.by_own_record.items():
            before = self.by_own_record.get(signal, [0, 0])
            self.by_own_record[signal] = [before[0] + rises, before[1] + own]

    def kinds(self) -> tuple[str, ...]:
        """Kinds of event that happened at all; `any` where there were several."""
        there = [kind for kind in outcomes.KINDS if self.leads and self._events(kind)]
        return (*there, outcomes.ANY) if len(there) > 1 else tuple(there)

    def events(self) -> dict[str, int]:
        """How many events of each kind there were that could be warned of."""
        return {kind: self._events(kind) for kind in outcomes.KINDS}

    def lead_times(self) -> Iterator[lead_time.LeadTime]:
        """Of every kind of event that happened, under every warning."""
        for kind, signal in product(self.kinds(), self.signals):
            yield self.leads[signal.id, kind].result(signal, kind)

    def confusions(self) -> Iterator[confusion.Confusion]:
        """The same, looked at from the landmarks; none where the time is shorter than the horizon."""
        for kind, signal in product(self.kinds(), self.signals):
            found = self.counts[signal.id, kind].result(signal, kind)
            if found.base_rate.whole:
                yield found

    def _events(self, kind: str) -> int:
        return self.leads[self.signals[0].id, kind].events
