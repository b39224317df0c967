"""Returns that providers submit (domain.md §3.5). Late and missed are judged by risk, never written here."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, published

ReturnType = Literal[
    "RT-PMR", "RT-SDP", "RT-RISK", "RT-PERF", "RT-ASSUR", "RT-BASE", "RT-CT", "RT-MDRA", "RT-FEED", "RT-OOA"
]


@published("returns.submitted", topic="ledger", writers=("intake",), readers=("risk", "governance"), from_partners=True)
class ReturnSubmitted(Data):
    """A provider answered what it was asked for a period (HER-L1.i, HER-M1)."""

    return_type: ReturnType
    period: str = Field(pattern=r"^\d{4}(-\d{2})?(-\d{2})?$")
    """`2026-03` for a month, `2026` for a year, a date for what is asked once."""
    submitted_on: date | None = None
    """The London day of submission; else that of the event's time."""
    answered_by_reference: words.Reference | None = None
    """A document that the provider has already (OXF-22)."""
    figures: dict[str, float] = Field(default_factory=dict)
    """Counts and percentages by the field names of domain.md §3.5."""
    safeguarding_alerts_raised: int | None = Field(None, ge=0)
    complaints: int | None = Field(None, ge=0)
