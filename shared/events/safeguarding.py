"""Safeguarding: counts, types and references of individual concerns. Never names: this is not the section 42 record."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import ANYONE, PROFESSIONALS, Data, Sealed, published


@published(
    "safeguarding_concern.received", topic="ledger", writers=("intake",), readers=("risk", "governance"),
    senders=ANYONE, classification="restricted-safeguarding",
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


@published(
    "safeguarding_enquiry.concluded", topic="ledger", writers=("intake",), readers=("risk", "governance"),
    correction=True, senders=PROFESSIONALS, classification="restricted-safeguarding",
)  # fmt: skip
class SafeguardingEnquiryConcluded(Data):
    """An enquiry ended. It corrects the concern of its reference: it applies at that one's time (SAL-17, SAL-18)."""

    sg_ref: words.Reference
    conclusion: Literal[
        "substantiated", "partly_substantiated", "not_substantiated", "inconclusive", "ceased_at_request"
    ]
    risk_outcome: Literal["remained", "reduced", "removed"] | None = None
    provider_learning: words.Themes = ()
    concluded_on: date | None = None
    learning: Sealed | None = None
