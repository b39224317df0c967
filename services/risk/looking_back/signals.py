"""What counts as a warning: a level is indicated for certain (`at_least`), or lies in the range (`perhaps`). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.risk.looking_back.replay import Standing

Way = Literal["at_least", "perhaps"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A place on the scale that has been reached, in one of two ways."""

    id: str
    way: Way
    level: str
    step: int
    """The level's place on the scale, best first."""

    def holds(self, standing: Standing | None) -> bool:
        """Whether it stands. What is unknown, or not yet watched, never does."""
        if standing is None or standing.low is None or standing.high is None:
            return False
        return (standing.low if self.way == "at_least" else standing.high) >= self.step

    @property
    def words(self) -> str:
        """In plain English."""
        return f"level {self.level} or above" + (" is indicated" if self.way == "at_least" else " is within the range")


def signals(order: Sequence[str]) -> tuple[Signal, ...]:
    """Every signal of a scale, the lowest level excepted, worst last."""
    ways: tuple[Way, ...] = ("perhaps", "at_least")
    return tuple(Signal(f"{way}_{level}", way, level, step) for step, level in enumerate(order) if step for way in ways)
