"""The whole of one policy: all its sections in one model."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from shared.policies import assessing, collating, deciding, gathering, placing, referring, scoring, telling
from shared.policies.correcting import Correcting
from shared.policies.section import Section


class Pack(Section):
    """One version of one council's policy."""

    pack: str = Field(pattern=r"^[a-z0-9-]{3,60}$")
    """Its name, which is also its file's."""
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    title: str
    source: str
    """The published document that it renders."""
    review_date: date | None = None
    """When the document itself wanted to be looked at again."""
    illustrative: str | None = None
    """Why its criteria are ours: the council publishes none. None: they are the council's own."""
    scales: dict[str, assessing.Scale] = Field(min_length=1)
    weighing: scoring.Weighing | None = None
    """How much one concern weighs. None: nothing is weighed."""
    scores: dict[str, scoring.Score] = Field(default_factory=dict)
    criteria: tuple[assessing.Criterion, ...] = Field(min_length=1)
    rule: dict[str, assessing.ScaleRule]
    """By scale."""
    expected: assessing.Peer
    returns: dict[str, gathering.ReturnSchedule] = Field(default_factory=dict)
    """By return type (domain.md §3.5)."""
    minimum_contact: gathering.MinimumContact
    partner_ratings: collating.PartnerRatings | None = None
    out_of_area: placing.OutOfArea | None = None
    clocks: deciding.Clocks
    bodies: dict[str, deciding.Body]
    authority: deciding.Authority
    convene: tuple[deciding.Convene, ...] = ()
    referrals: tuple[referring.Referral, ...] = ()
    responses: dict[str, tuple[deciding.Response, ...]]
    """By confirmed level of the primary scale; of another scale as `scale:level`."""
    follows: dict[str, tuple[deciding.Follow, ...]] = Field(default_factory=dict)
    """By decision type, what it sets going once it is in effect."""
    reports: tuple[referring.Report, ...] = ()
    sharing: referring.Sharing | None = None
    correcting: Correcting | None = None
    """What is owed when something is challenged, or falls. None: no limit runs."""
    alerts: dict[str, telling.AlertRule]
    """By alert code A1..A19 (domain.md §3.7)."""

    @property
    def primary(self) -> str:
        """The name of the scale that §5.1's `indicated` and `confirmed` stand on."""
        return next(name for name, scale in self.scales.items() if scale.primary)

    def meets_providers(self, body: str) -> bool:
        """Whether a body meets one provider at a time (rulings 32): a provider sits in it, and it decides no level.

        Its cadence then holds for a provider, as the responses of its level ask for it, and not for the place.
        """
        decides = {name for rule in self.authority.decisions.get("level.confirmed", ()) for name in rule.bodies}
        return body not in decides and any(one.organisation == "provider" for one in self.bodies[body].members)

    @model_validator(mode="after")
    def _one_primary_scale(self) -> Self:
        if sum(scale.primary for scale in self.scales.values()) != 1:
            raise ValueError("exactly one scale must be primary")
        return self
