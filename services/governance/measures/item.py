"""One thing that a measure looks at, and what many of them amount to. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from services.governance.measures.asked import Asked
    from services.governance.measures.record import Place

Outcome = Literal["yes", "no", "unknown", "not_due"]
"""not_due: it is not owed yet, or no more; it is in no denominator."""
Unit = Literal["percent", "count", "days", "hours", "fields", "minutes"]


@dataclass(frozen=True, slots=True)
class Item:
    """A service, a contract, an action, a decision…: whatever the measure counts."""

    provider_id: str
    """The place itself, of what is about no provider."""
    outcome: Outcome
    why: str
    """Plain English, without personal data."""
    about: str = ""
    """Its reference: the contract's, the plan's, the decision's."""
    value: float | None = None
    """In the measure's unit."""
    body: str | None = None
    """The body that decided, or that owes it."""
    count: int = 1
    """How many of this kind stand behind it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: what it is called, how it is counted, and what it rests on."""

    code: str
    name: str
    unit: Unit
    basis: str
    """The clauses that ask for it."""
    numerator: str
    """What counts as yes, in plain words."""
    denominator: str
    unknown: str
    """What is not known, and so never counted as good."""
    nothing: str
    """Why nothing is known where nothing is on the record."""
    items: "Callable[[Place, Asked], Iterable[Item]]"
    ours: str = ""
    """What is our reading."""
    by_body: bool = False
    """Whether it can be asked for one body."""
    zero: bool = False
    """A count of what we keep ourselves: none on the record means none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the items of a measure amount to."""

    numerator: int
    denominator: int
    unknown: int
    not_due: int
    value: float | None
    """In the measure's unit: the share of the numerator, its number, or the median. None: not known."""
    not_known_because: str | None


def figure(measure: Measure, items: Iterable[Item]) -> Figure:
    """Count. What is unknown stands in the denominator and never in the numerator."""
    counts = {"yes": 0, "no": 0, "unknown": 0, "not_due": 0}
    values: list[float] = []
    for item in items:
        counts[item.outcome] += item.count
        if item.value is not None and item.outcome in ("yes", "no"):
            values.append(item.value)
    known = counts["yes"] + counts["no"]
    denominator = known + counts["unknown"]
    value = _value(measure, counts["yes"], denominator, known, values)
    because = measure.nothing if value is None else None
    return Figure(counts["yes"], denominator, counts["unknown"], counts["not_due"], value, because)


def _value(measure: Measure, yes: int, denominator: int, known: int, values: list[float]) -> float | None:
    if measure.unit == "count":
        return float(yes) if known or measure.zero else None
    if measure.unit == "percent":
        return round(100 * yes / denominator, 1) if known else None
    return round(median(values), 1) if values else None
