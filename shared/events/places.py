"""Texts of a place: whole, with their digest, never compacted (architecture §3)."""

from datetime import date
from typing import Any

from pydantic import Field

from shared.events.registry import Data, Sealed, published


@published(
    "policy.adopted", topic="places", writers=("governance",), readers=("intake", "risk", "governance", "notify"),
    classification="official",
)  # fmt: skip
class PolicyAdopted(Data):
    """A council adopted a policy pack (domain.md §3.6 `decision.policy.adopted`). Its subject is the place."""

    pack: str
    """The pack's name."""
    version: str
    digest: str
    text: dict[str, Any]
    """The pack, whole."""
    effective_from: date
    endorsed_by: tuple[str, ...] = ()
    review_by: date | None = None
    rationale: Sealed | None = Field(None)
    actor: str | None = None
    """Who adopted it, by a keyed pseudonym."""


@published(
    "policy.shadowed", topic="places", writers=("governance",), readers=("risk", "governance"),
    classification="official",
)  # fmt: skip
class PolicyShadowed(Data):
    """A draft is judged beside the policy in force, to see who would move: nobody is told by it (domain.md §4.2, 9)."""

    pack: str
    version: str
    digest: str
    text: dict[str, Any]
    """The pack, whole."""
    rationale: Sealed | None = Field(None)
    actor: str | None = None


@published("policy.shadow_ended", topic="places", writers=("governance",), readers=("governance",),
           classification="official")  # fmt: skip
class PolicyShadowEnded(Data):
    """The draft is judged no longer: it was adopted, or given up."""

    digest: str
    actor: str | None = None


class PeerRate(Data):
    """What a peer group had over the counted days."""

    events: int = Field(ge=0)
    exposure: float = Field(ge=0)
    """Bed-days of care homes, hours of care of others."""
    peers: int = Field(ge=0)
    """How many services it counts."""


@published(
    "baseline.published", topic="places", writers=("governance",), readers=("risk", "governance"),
    classification="official",
)  # fmt: skip
class BaselinePublished(Data):
    """What the peers of each service had, by measure, service type and size band (AMB-3). Its subject is the place."""

    digest: str
    """SHA-256 of the rates, in canonical JSON."""
    first_day: date
    last_day: date
    """The London days that were counted, both included."""
    rates: dict[str, PeerRate]
    """By `measure|service type|size band`; the band `all` is every size."""
    services: int = Field(ge=0)
    """Services of the place whose size and kind are known."""
    left_out: int = Field(ge=0)
    """Services that are not counted, because their size or kind is not recorded."""
    actor: str | None = None
    """Who asked for it, by a keyed pseudonym; None: a year had passed."""
