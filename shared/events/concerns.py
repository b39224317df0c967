"""Quality concerns: raised by anyone who sees the service, and what became of them (HER-14, SAL-16, SAL-17)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import ANYONE, PROFESSIONALS, Data, Sealed, SealedIdentity, published


@published(
    "quality_concern.raised", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=ANYONE
)
class QualityConcernRaised(Attached):
    """Somebody is worried about the quality of a service."""

    concern_id: words.Reference
    themes: tuple[words.Theme, ...] = Field(min_length=1, max_length=40)
    severity: words.Severity
    people_affected_band: words.PeopleBand = "unknown"
    confidence: words.Confidence | None = None
    """How sure the sender is; unsaid, `unverified`."""
    description: Sealed | None = None
    immediate_action: Sealed | None = None
    reporter: SealedIdentity | None = None
    """Who raised it and how to reach them, where they said so."""
    channel: Literal["inbox", "form", "forum", "log", "group", "visit", "phone", "api"] | None = None
    reporter_type: str | None = Field(None, max_length=60)
    """The reporter's role (`district_nurse`, `family`), never a name."""
    anonymous: bool = False


class Concerning(Data):
    """Names a concern: the publisher that raised it, and its own reference there."""

    concern_id: words.Reference
    raised_by: words.Publisher | None = None
    """The publisher that raised it; unsaid, the sender of this."""


@published(
    "concern.outcome_recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"), correction=True,
    senders=PROFESSIONALS,
)  # fmt: skip
class ConcernOutcomeRecorded(Concerning):
    """What a concern turned out to be. It corrects the concern: it applies at the concern's own time."""

    outcome: Literal["upheld", "part_upheld", "not_upheld", "inconclusive", "withdrawn", "passed_to_safeguarding"]
    closed_on: date | None = None
    rationale: Sealed | None = None


@published(
    "concern.regraded", topic="ledger", writers=("intake",), readers=("risk", "governance"), correction=True,
    senders=PROFESSIONALS,
)  # fmt: skip
class ConcernRegraded(Concerning):
    """A concern is graded anew, with a reason; the reporter's own grade stays in the log (domain.md §3.4)."""

    severity: words.Severity
    confidence: words.Confidence | None = None
    reason: Sealed


@published(
    "concern.routed", topic="ledger", writers=("intake",), readers=("governance",), senders=PROFESSIONALS,
    no_fact="where a concern is being handled says nothing new about the provider (SAL 3.3.3)",
)  # fmt: skip
class ConcernRouted(Concerning):
    """Where a single concern is handled first (rulings 28, 30): the newest step for each destination counts."""

    destination: Literal["with_provider", "safeguarding", "quality"]
    step: Literal["sent", "accepted", "declined", "completed"] = "sent"
    their_reference: words.Reference | None = None
    """The receiver's own reference."""
    reason: Sealed | None = None


@published(
    "whistleblowing.received", topic="ledger", writers=("intake",), readers=("risk", "governance"),
    senders=PROFESSIONALS,
    classification="restricted-safeguarding",
)  # fmt: skip
class WhistleblowingReceived(Attached):
    """A worker disclosed something about the service. Who it was is kept apart (HER-Q3, SAL-L3.k)."""

    disclosure_id: words.Reference
    themes: tuple[words.Theme, ...] = Field(min_length=1, max_length=40)
    severity: words.Severity
    protect_identity: Literal[True] = True
    received_by: Literal["council", "cqc", "icb"] | None = None
    disclosure: Sealed | None = None
    identity: SealedIdentity | None = None
