"""Scores, weighted scores and the weighing of evidence by severity, confidence and age (read by risk)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.section import Section


class Part(Section):
    """One indicator of a weighted score."""

    when: str
    """CEL: whether its weight counts."""
    weight: float = Field(gt=0, le=100)
    means: str
    ours: str | None = None


class Score(Section):
    """A named value, worked out before the criteria and usable like a fact by what comes after it.

    Either one CEL expression; or a weighted sum of parts, of which those that are not known leave room. A weighted
    score `matrix` gives three facts: `matrix.at_least` (weights of the parts that are met), `matrix.at_most` (and of
    those that are unknown), and `matrix` itself, known only where both are the same. Nothing unknown counts as nought.
    """

    expr: str | None = None
    parts: tuple[Part, ...] = ()
    means: str
    says: str | None = None
    ours: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.expr is None) == (not self.parts):
            raise ValueError("give either one expression (`expr`) or the parts of a weighted sum (`parts`)")
        return self

    @property
    def largest(self) -> float:
        """The most that a weighted score can be."""
        return sum(part.weight for part in self.parts)


Severity = Literal["S1", "S2", "S3", "S4"]
Confidence = Literal["unverified", "corroborated", "upheld", "not_upheld", "withdrawn"]


class Weighing(Section):
    """How much one concern weighs: severity × confidence × what is left of it with age (domain.md §3.4)."""

    severity: dict[Severity, float]
    confidence: dict[Confidence, float]
    half_life_days: dict[Severity, int]
    """After so many days half of its weight is left."""
    ours: str
