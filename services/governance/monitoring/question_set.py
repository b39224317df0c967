"""A set of questions as data: standards, questions, weights, bands. Checked whole when it is read. Pure."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.events import vocabulary as words
from shared.policies.section import Clause, Section

RATINGS: tuple[words.QualityRating, ...] = ("poor", "requires_improvement", "good", "excellent")
"""From the worst to the best."""


class Question(Section):
    """One question of a standard."""

    id: words.Word
    asks: str | None = None
    """In our own words; where the council has its own, they stand in `says` instead."""
    says: str | None = None
    themes: tuple[words.Theme, ...] = Field(min_length=1)
    key_questions: tuple[words.KeyQuestion, ...] = Field(min_length=1)
    """CQC's: one measure may belong to several (HER-Q5)."""
    weight: int = Field(1, ge=1, le=10)
    critical: bool = False
    """Not met at all, it limits its standard and the whole, however good the rest is."""
    service_types: tuple[words.ServiceType, ...] = ()
    """Asked of these alone. Empty: of all that the set is for."""

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if (self.asks is None) == (self.says is None):
            raise ValueError("word the question once: `asks` in our words, or `says` in the council's")
        if unknown := sorted(set(self.themes) - words.QUALITY_THEMES):
            raise ValueError(f"no such theme: {', '.join(unknown)}")
        return self


class Standard(Clause):
    """One standard, area or aim."""

    code: words.Word
    name: str
    weight: int = Field(1, ge=1, le=10)
    questions: tuple[Question, ...] = Field(min_length=1)


class Bands(Section):
    """From how many percent a rating begins; below the last it is poor."""

    excellent: int = Field(ge=1, le=100)
    good: int = Field(ge=1, le=100)
    requires_improvement: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.excellent > self.good > self.requires_improvement:
            raise ValueError("excellent begins above good, and good above requires_improvement")
        return self


class Repeat(Section):
    """So many months after the final rating it is assessed again."""

    excellent: int = Field(ge=1, le=36)
    good: int = Field(ge=1, le=36)
    requires_improvement: int = Field(ge=1, le=36)
    poor: int = Field(ge=1, le=36)


class QuestionSet(Clause):
    """One version of one set."""

    name: words.Word
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    title: str
    source: str
    """The document whose standards these are."""
    tool: Literal["pamms", "question_set", "quality_monitoring_framework", "other"]
    """As which tool a policy reads the result."""
    service_types: tuple[words.ServiceType, ...] = ()
    """For these services. Empty: for all."""
    bands: Bands
    limit: words.QualityRating = "requires_improvement"
    """The best that there can be with a poor standard, or with a critical question that is not met."""
    comment_days: int = Field(14, ge=1, le=60)
    """The provider's days for factual accuracy."""
    repeat_months: Repeat
    standards: tuple[Standard, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        codes = [one.code for one in self.standards]
        ids = [question.id for one in self.standards for question in one.questions]
        for named, what in ((codes, "standard"), (ids, "question")):
            if twice := sorted({name for name in named if named.count(name) > 1}):
                raise ValueError(f"{what} {twice[0]} is there twice")
        for service_type in self.service_types:
            if not any(True for _ in self.asked(service_type)):
                raise ValueError(f"nothing is asked of {service_type}")
        return self

    def asked(self, service_type: str) -> Iterator[tuple[Standard, Question]]:
        """The questions for a kind of service, each with its standard."""
        for standard in self.standards:
            for question in standard.questions:
                if not question.service_types or service_type in question.service_types:
                    yield standard, question

    def is_for(self, service_type: str) -> bool:
        """Whether it is meant for a kind of service."""
        return not self.service_types or service_type in self.service_types
