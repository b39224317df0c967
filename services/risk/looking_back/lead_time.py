"""How long before an event a warning had stood, without a break, at the end of the day before it. Pure.

A warning that came with the event itself is no warning: its lead is nothing, and how often the very record of the event
had made it is counted (label leakage, measured).
"""

from collections import Counter
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from services.risk.looking_back.intervals import Share, Sums
from services.risk.looking_back.lives import Life
from services.risk.looking_back.outcomes import Spell
from services.risk.looking_back.signals import Signal
from services.risk.remembered.items import Day

BINS = ((30, "1 to 30 days"), (90, "31 to 90"), (180, "91 to 180"), (365, "181 to 365"), (730, "1 to 2 years"))
LONGEST = "over 2 years"


class Bin(BaseModel):
    """How many events had a lead of this length."""

    model_config = ConfigDict(frozen=True)

    lead: str
    events: int


class LeadTime(BaseModel):
    """One warning before one kind of event."""

    model_config = ConfigDict(frozen=True)

    outcome: str
    signal: str
    events: int
    warned: Share
    """Events before which the warning stood, of all events."""
    unknown: int
    """Of those not warned of: nothing sufficed for any level on the day before."""
    with_the_event: int
    """Of those not warned of: the warning came on the day of the event, from the event's own record."""
    median_days: float | None
    quartiles_days: tuple[float, float] | None
    longest_days: int | None
    bins: tuple[Bin, ...]


@dataclass(slots=True)
class Leads:
    """Of one warning and one kind of event; may be merged in any order."""

    events: int = 0
    unknown: int = 0
    with_the_event: int = 0
    warned: Sums = field(default_factory=Sums)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, life: Life, signal: Signal, kind: str) -> None:
        """One more provider's events."""
        leads = [
            _lead(life, signal, spell)
            for spell in life.happened.events(kind)
            if life.first < spell.start <= life.last + 1
        ]
        self.events += len(leads)
        self.warned.add(sum(isinstance(lead, int) for lead in leads), len(leads))
        for lead in leads:
            if isinstance(lead, int):
                self.days[lead] += 1
            else:
                self.unknown += "unknown" in lead
                self.with_the_event += "own record" in lead

    def merge(self, other: "Leads") -> None:
        """Those of others as well."""
        self.events += other.events
        self.unknown += other.unknown
        self.with_the_event += other.with_the_event
        self.warned.merge(other.warned)
        self.days += other.days

    def result(self, signal: Signal, kind: str) -> LeadTime:
        """What they come to."""
        ordered = sorted(self.days.elements())
        return LeadTime(
            outcome=kind,
            signal=signal.id,
            events=self.events,
            warned=self.warned.share(),
            unknown=self.unknown,
            with_the_event=self.with_the_event,
            median_days=_quantile(ordered, 2) if ordered else None,
            quartiles_days=(_quantile(ordered, 1), _quantile(ordered, 3)) if ordered else None,
            longest_days=ordered[-1] if ordered else None,
            bins=_bins(self.days),
        )


def _lead(life: Life, signal: Signal, spell: Spell) -> Day | frozenset[str]:
    """Days from when the warning began to stand until the event; or why there was none."""
    since = life.track.since(spell.start - 1, signal.holds)
    if since is not None:
        return spell.start - since
    before = life.track.on(spell.start - 1)
    own = any(
        move.day == spell.start and spell.record in move.records and signal.holds(move.after) for move in life.moves
    )
    why = {"unknown"} if before is None or before.low is None else set[str]()
    return frozenset(why | ({"own record"} if own else set[str]()))


def _quantile(ordered: list[int], quarters: int) -> float:
    """By linear interpolation between the two nearest."""
    place = (len(ordered) - 1) * quarters / 4
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (place - low), 1)


def _bins(days: Counter[int]) -> tuple[Bin, ...]:
    names = [name for _, name in BINS] + [LONGEST]
    found = Counter[str]()
    for lead, count in days.items():
        found[next((name for most, name in BINS if lead <= most), LONGEST)] += count
    return tuple(Bin(lead=name, events=found[name]) for name in names)
