"""Scales, criteria and the rule that turns criteria into a range (read by risk). Scores: `scoring.py`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.section import Section

Identifier = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"


class Code(Section):
    """One step of a scale."""

    code: str
    name: str
    response: str | None = None
    """What the council says it does at this level."""


class Scale(Section):
    """An ordered scale, best first."""

    primary: bool = False
    codes: tuple[Code, ...] = Field(min_length=2)

    @property
    def order(self) -> tuple[str, ...]:
        """The codes, best first."""
        return tuple(code.code for code in self.codes)


class Strength(Section):
    """decisive: alone indicates the level. supporting: needs company (`rule.supporting_needed`)."""

    value: Literal["decisive", "supporting"]
    decisive_when: str | None = None
    """CEL: what makes a supporting criterion decisive."""
    ours: str | None = None


class Overlap(Section):
    """The same item stands in two levels: it gives a range; the upper level with one more criterion of that alone."""

    with_: str = Field(alias="with")
    """The criterion of the level below."""
    when: str | None = None
    """CEL: what makes it the same item. None: always."""
    upper: Literal["met", "unknown"] = "met"
    """Outcome of *this* criterion for which the pair stands in both levels."""
    ours: str | None = None


class Criterion(Section):
    """One published criterion of one level."""

    id: str
    scale: str | None = None
    """None: the primary scale."""
    level: str
    says: str | None = None
    """The seed's own text, to the letter."""
    means: str | None = None
    """Our words, where the seed has none for it (`ours` says why it is there)."""
    when: str
    """CEL over the facts of `shared/policies/catalogue.py` and the pack's scores."""
    strength: Strength
    ours: str | None = None
    """Where `when` is our reading of words that leave a choice: the AMB number or the reason."""
    overlaps: tuple[Overlap, ...] = ()
    suspected_when: str | None = None
    """CEL: while this holds and the criterion is not known, the lowest level is not indicated without this one."""
    clears_when: str
    """Plain English: what would make it no longer met."""

    @property
    def words(self) -> str:
        """What it says, in the council's words or else in ours."""
        return self.says or self.means or ""

    @model_validator(mode="after")
    def _owned(self) -> Self:
        if self.says is None and (self.means is None or self.ours is None):
            raise ValueError("say it in the council's words (`says`), or in ours (`means`) with the reason (`ours`)")
        return self


class Need(Section):
    """Positive evidence that the lowest level rests on. Absence is never good news."""

    id: str
    when: str
    means: str
    answered_by: tuple[str, ...] = ()
    """Criteria that are the other side of this need: met by silence alone, they do not show how bad it is."""
    ours: str | None = None


class Lowest(Section):
    """The best level, and what it needs."""

    level: str
    needs: tuple[Need, ...] = Field(min_length=1)
    ours: str


class SupportingNeeded(Section):
    """How many supporting criteria at a level indicate it."""

    value: int = Field(ge=1)
    ours: str


class ScaleRule(Section):
    """How the criteria of one scale become a range."""

    supporting_needed: SupportingNeeded
    lowest: Lowest


class Peer(Section):
    """What is expected for a service of its size and nature: an exact Poisson tail against a peer group's rate."""

    peer: tuple[Literal["service_type", "size_band"], ...] = Field(min_length=1)
    outside: float = Field(gt=0, lt=0.5)
    far_outside: float = Field(gt=0, lt=0.5)
    at_least: int = Field(ge=1)
    """Fewer observed than this is never outside: a floor against the noise of very small services."""
    days: int = Field(ge=1, le=400)
    minimum_peers: int = Field(ge=2)
    """A smaller peer group gives way to the wider one."""
    ours: str

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.far_outside > self.outside:
            raise ValueError("far_outside must not be likelier than outside")
        return self
