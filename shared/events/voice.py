"""What people say of a service: complaints, feedback, compliments (HER-M1, HER-3, OXF-13, OXF-15, LGA-14)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import ANYONE, PROFESSIONALS, Data, Sealed, SealedIdentity, published

READERS = ("risk", "governance")


@published("complaint.received", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class ComplaintReceived(Attached):
    """Somebody complained about the service."""

    complaint_id: words.Reference
    themes: tuple[words.Theme, ...] = Field(min_length=1, max_length=40)
    origin: Literal["complaints_team", "provider", "provider_return", "ombudsman", "other"]
    severity: words.Severity | None = None
    received_date: date | None = None
    """The London day; else that of the event's time."""
    description: Sealed | None = None
    complainant: SealedIdentity | None = None


@published("complaint.resolved", topic="ledger", writers=("intake",), readers=READERS, correction=True, senders=ANYONE)
class ComplaintResolved(Data):
    """What became of a complaint. It corrects the complaint: it applies at the complaint's own time."""

    complaint_id: words.Reference
    outcome: words.Outcome
    resolved_on: date | None = None
    findings: Sealed | None = None


@published("feedback.received", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class FeedbackReceived(Data):
    """People who know the service said how it is."""

    feedback_id: words.Reference | None = None
    voice: Literal["person", "family", "carer", "advocate", "staff", "visitor", "questionnaire", "other"]
    sentiment: words.Sentiment
    themes: words.Themes = ()
    method: Literal["form", "interview", "expert_by_experience", "questionnaire", "survey", "meeting", "phone", "other"]
    consent_to_share: bool
    count: int = Field(1, ge=1, le=10_000)
    """How many answered so: a questionnaire's counts come as one event for each sentiment."""
    comment: Sealed | None = None
    contact: SealedIdentity | None = None


@published("compliment.received", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class ComplimentReceived(Data):
    """Somebody praised the service."""

    themes: words.Themes = ()
    consent_to_share: bool
    count: int = Field(1, ge=1, le=10_000)
    comment: Sealed | None = None


@published("professional_feedback.received", topic="ledger", writers=("intake",), readers=READERS,
           senders=PROFESSIONALS)  # fmt: skip
class ProfessionalFeedbackReceived(Data):
    """A professional who knows the service said how it is (OXF-13, SAL-11)."""

    feedback_id: words.Reference | None = None
    role: words.Role
    """`gp`, `district_nurse`, `therapist`, `continuing_care`, `social_worker`."""
    sentiment: words.Sentiment
    themes: words.Themes = ()
    contact_date: date | None = None
    comment: Sealed | None = None
