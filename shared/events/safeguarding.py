"""Safeguarding: counts, types and references of individual concerns. Never names: this is not the section 42 record."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, published


@published(
    "safeguarding_concern.received", topic="ledger", writers=("intake",), readers=("risk", "governance"),
    from_partners=True, classification="restricted-safeguarding",
)  # fmt: skip
class SafeguardingConcernReceived(Data):
    """The safeguarding team received a concern about an adult at this service (HER-14, CAL-15)."""

    sg_ref: words.Reference
    """The safeguarding team's own reference: one concern counts once, whoever reports it."""
    abuse_types: tuple[words.AbuseType, ...] = Field(min_length=1, max_length=10)
    sac_location: Literal[
        "own_home", "care_home_nursing", "care_home_residential", "hospital", "community_service", "other"
    ] | None = None  # fmt: skip
    source_of_risk: Literal["service_provider", "other_known", "other_unknown"] | None = None
    s42_decision: Literal["pending", "yes", "other", "no"] = "pending"
    received_date: date | None = None
