"""Quality concerns: raised by anyone who sees the service, and what became of them (HER-14, SAL-16, SAL-17)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published


@published(
    "quality_concern.raised", topic="ledger", writers=("intake",), readers=("risk", "governance"), from_partners=True
)
class QualityConcernRaised(Data):
    """Somebody is worried about the quality of a service."""

    concern_id: words.Reference
    themes: tuple[words.Theme, ...] = Field(min_length=1, max_length=40)
    severity: words.Severity
    people_affected_band: words.PeopleBand = "unknown"
    description: Sealed | None = None
    immediate_action: Sealed | None = None
    channel: Literal["inbox", "form", "forum", "log", "group", "visit", "phone", "api"] | None = None
    reporter_type: str | None = Field(None, max_length=60)
    """The reporter's role (`district_nurse`, `family`), never a name."""
    anonymous: bool = False


@published(
    "concern.outcome_recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"), correction=True,
    from_partners=True,
)  # fmt: skip
class ConcernOutcomeRecorded(Data):
    """What a concern turned out to be. It corrects the concern: it applies at the concern's own time."""

    concern_id: words.Reference
    outcome: Literal["upheld", "part_upheld", "not_upheld", "inconclusive", "withdrawn", "passed_to_safeguarding"]
    closed_on: date | None = None
    rationale: Sealed | None = None
