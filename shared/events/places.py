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
