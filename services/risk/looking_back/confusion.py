"""Warnings against what followed: at a landmark each provider is warned of or not, and within the horizon it happens or
not. Pure.

Landmarks lie one horizon apart, counted back from the end, so that every window is whole and none overlaps. At each
stand the providers that are open, rated, and not already where the event would bring them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from services.risk.looking_back.intervals import DIGITS, Share, Sums
from services.risk.looking_back.lives import Life, Span
from services.risk.looking_back.outcomes import ANY, CLOSURE
from services.risk.looking_back.replay import Standing
from services.risk.looking_back.signals import Signal
from services.risk.remembered.items import Day


class Cells(BaseModel):
    """Provider-landmarks."""

    model_config = ConfigDict(frozen=True)

    warned_and_happened: int
    warned_and_not: int
    not_warned_and_happened: int
    not_warned_and_not: int
    unknown_and_happened: int
    """Within not_warned: nothing sufficed for any level."""
    unknown_and_not: int


class Confusion(BaseModel):
    """One warning against one kind of event."""

    model_config = ConfigDict(frozen=True)

    outcome: str
    signal: str
    cells: Cells
    base_rate: Share
    """How often it happens at all: what a warning has to beat."""
    precision: Share
    """Of those warned of, to how many it happened."""
    recall: Share
    """Of those to whom it happened, how many had been warned of."""
    false_alarms: Share
    """Of those to whom it did not happen, how many had been warned of."""
    times_base_rate: float | None
    """Precision over base rate: 1 is no better than chance."""
    seen_if_warned: Share
    """Of those warned of, how many CQC rated again within the horizon. Whoever is not looked at is not found out."""
    seen_if_not: Share
    precision_if_seen: Share
    """Precision among those that were looked at, and the same of those not warned of."""
    missed_if_seen: Share
    closed_within: Share
    """How many closed within the horizon: to them nothing else could happen any more."""


@dataclass(frozen=True, slots=True)
class Look:
    """One provider at one landmark."""

    standing: Standing | None
    happened: bool
    seen: bool
    closed: bool


Asks = Callable[[Look, bool], bool]
SHARES: dict[str, tuple[Asks, Asks]] = {
    "base_rate": (lambda look, _: look.happened, lambda *_: True),
    "precision": (lambda look, _: look.happened, lambda _, warned: warned),
    "recall": (lambda _, warned: warned, lambda look, _: look.happened),
    "false_alarms": (lambda _, warned: warned, lambda look, _: not look.happened),
    "seen_if_warned": (lambda look, _: look.seen, lambda _, warned: warned),
    "seen_if_not": (lambda look, _: look.seen, lambda _, warned: not warned),
    "precision_if_seen": (lambda look, _: look.happened, lambda look, warned: warned and look.seen),
    "missed_if_seen": (lambda look, _: look.happened, lambda look, warned: not warned and look.seen),
    "closed_within": (lambda look, _: look.closed, lambda *_: True),
}
"""What is counted, of whom: each is asked of a look, and of whether it was warned of."""


@dataclass(slots=True)
class Counts:
    """Of one warning and one kind of event; may be merged in any order."""

    cells: list[int] = field(default_factory=lambda: [0] * 6)
    sums: dict[str, Sums] = field(default_factory=lambda: {name: Sums() for name in SHARES})

    def add(self, looks: Sequence[Look], signal: Signal) -> None:
        """One more provider, as `looks` gives it."""
        warned = [signal.holds(look.standing) for look in looks]
        for look, yes in zip(looks, warned, strict=True):
            self.cells[(0 if yes else 2) + (0 if look.happened else 1)] += 1
            if look.standing is None or look.standing.low is None:
                self.cells[4 if look.happened else 5] += 1
        both = list(zip(looks, warned, strict=True))
        for name, (part, whole) in SHARES.items():
            of = [part(look, yes) for look, yes in both if whole(look, yes)]
            self.sums[name].add(sum(of), len(of))

    def merge(self, other: "Counts") -> None:
        """Those of others as well."""
        self.cells = [ours + theirs for ours, theirs in zip(self.cells, other.cells, strict=True)]
        for name, sums in self.sums.items():
            sums.merge(other.sums[name])

    def result(self, signal: Signal, kind: str) -> Confusion:
        """What they come to."""
        shares = {name: sums.share() for name, sums in self.sums.items()}
        base, precision = shares["base_rate"].value, shares["precision"].value
        return Confusion(
            outcome=kind,
            signal=signal.id,
            cells=Cells(**dict(zip(Cells.model_fields, self.cells, strict=True))),
            times_base_rate=round(precision / base, DIGITS) if base and precision is not None else None,
            **shares,
        )


def landmarks(span: Span, horizon: int) -> list[Day]:
    """The days on which is looked, oldest first; none where the time is shorter than the horizon."""
    return list(range(span.last - horizon, span.first - 1, -horizon))[::-1]


def _at_risk(life: Life, kind: str, day: Day) -> bool:
    if not life.first <= day <= life.last or life.happened.lasts(kind, day):
        return False
    # Only what is rated can be rated down: a first rating is no downgrade.
    return kind in (CLOSURE,) or life.happened.rating_known(day)


def looks(life: Life, kind: str, marks: Sequence[Day], horizon: int) -> list[Look]:
    """A provider at every landmark at which it stands for this kind of event."""
    return [_look(life, kind, day, day + horizon) for day in marks if _at_risk(life, kind, day)]


def _look(life: Life, kind: str, day: Day, until: Day) -> Look:
    what = life.happened
    return Look(
        standing=life.track.on(day),
        happened=any(day < spell.start <= until for spell in what.events(kind)),
        seen=any(day < rated <= until for rated in what.rated),
        closed=kind not in (CLOSURE, ANY) and what.closed is not None and day < what.closed <= until,
    )
