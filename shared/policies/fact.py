"""What one fact of the catalogue says of itself, and how the lists of facts are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FactType = Literal["bool", "int", "double", "string"]

COUNT_KNOWN = "once one is counted; else only where such a fact was heard from this place inside the window"
ALWAYS = "always"
DAY = "once a day is closed"
REGISTERED = "once the service is registered"
ONCE = "once it was recorded"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `fed_by`: the kinds of event that feed it; `known`: when it is known, in words for policy authors."""

    name: str
    type: FactType
    unit: str
    means: str
    fed_by: tuple[str, ...]
    known: str


Told = tuple[str, str, str]
"""Name (after the prefix), unit, meaning."""


def counts(prefix: str, what: str, fed_by: tuple[str, ...], windows: Iterable[int] = (90, 365)) -> tuple[Fact, ...]:
    """A count of the last so many days, for each window."""
    return tuple(
        Fact(f"{prefix}.days_{n}", "int", what, f"{what} of the last {n} days", fed_by, COUNT_KNOWN) for n in windows
    )


def expected(prefix: str, what: str, fed_by: tuple[str, ...]) -> tuple[Fact, ...]:
    """How a count compares with the peers'."""
    known = "once a baseline of its peers is in force, its exposure is recorded and its count is known"
    means = "than expected for a service of its size and nature (the pack's `expected`)"
    return (
        Fact(f"{prefix}.outside_expected", "bool", "", f"more {what} {means}", fed_by, known),
        Fact(f"{prefix}.far_outside_expected", "bool", "", f"far more {what} {means}", fed_by, known),
    )


def whole(prefix: str, fed_by: tuple[str, ...], known: str, told: Iterable[Told]) -> tuple[Fact, ...]:
    """Whole numbers that are known alike."""
    return tuple(Fact(f"{prefix}.{name}", "int", unit, means, fed_by, known) for name, unit, means in told)


def yes_no(prefix: str, fed_by: tuple[str, ...], known: str, told: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """Truths that are known alike."""
    return tuple(Fact(f"{prefix}.{name}", "bool", "", means, fed_by, known) for name, means in told)


def texts(prefix: str, fed_by: tuple[str, ...], known: str, told: Iterable[Told]) -> tuple[Fact, ...]:
    """Codes that are known alike."""
    return tuple(Fact(f"{prefix}.{name}", "string", unit, means, fed_by, known) for name, unit, means in told)
