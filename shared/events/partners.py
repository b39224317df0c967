"""How partners see a provider: engagement, their own ratings, consultation, good practice (CAL-6, CAL-23, OXF-14)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import COMMISSIONERS, PROFESSIONALS, Data, Sealed, published

READERS = ("risk", "governance")
WRITERS = ("intake", "governance")
"""Systems elsewhere, through the door; officers, who work here."""
PERMISSION = "whether good practice may be shared says nothing of the care"


@published("engagement.recorded", topic="ledger", writers=WRITERS, readers=READERS, senders=COMMISSIONERS)
class EngagementRecorded(Data):
    """How the provider works with its commissioners (HER-L1.g, HER-L3.e, SAL-L1.e to L3.f)."""

    engagement_id: words.Reference
    willing: Literal["yes", "reluctant", "refuses"] | None = None
    forum_attended: bool | None = None
    """Whether it came to a provider forum that it was asked to; None: this is about no forum."""
    response_days: int | None = Field(None, ge=0, le=3650)
    relationship: Literal["established", "developing", "none"] | None = None
    personnel_changes: bool | None = None
    notes: Sealed | None = None


@published("partner_rating.submitted", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class PartnerRatingSubmitted(Data):
    """A partner's own rating for the multi-disciplinary risk assessment of one month (CAL-6, CAL-7)."""

    partner: words.PublisherKind
    """In whose name: the newest of each partner and period counts."""
    period: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    rating: words.Rag
    reasons: words.Themes = ()
    evidence: tuple[words.Reference, ...] = Field((), max_length=50)
    comment: Sealed | None = None


@published("good_practice.identified", topic="ledger", writers=WRITERS, readers=("governance",),
           senders=PROFESSIONALS,
           no_fact="good practice is shared (A17); it never offsets a concern")  # fmt: skip
class GoodPracticeIdentified(Data):
    """Something that others can learn from (CAL-23, HER-3)."""

    practice_id: words.Reference
    themes: tuple[words.PracticeTheme, ...] = Field(min_length=1, max_length=40)
    provider_consent: bool
    """Shared only with it."""
    shared_scope: Literal["none", "forum", "place", "public"] = "none"
    description: Sealed | None = None


class PracticeStep(Data):
    """What became of an example of good practice."""

    practice_id: words.Reference
    actor: str | None = None
    """Who recorded this step, by a keyed pseudonym."""


@published("good_practice.consent_asked", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact=PERMISSION)  # fmt: skip
class GoodPracticeConsentAsked(PracticeStep):
    """The provider is asked whether others may hear of it (CAL-23)."""

    asked_on: date
    due: date | None = None
    """By when its answer is awaited."""
    note: Sealed | None = None


@published("good_practice.consent_answered", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact=PERMISSION)  # fmt: skip
class GoodPracticeConsentAnswered(PracticeStep):
    """Its answer, and how far its permission goes; a later answer takes the place of an earlier one."""

    given: bool
    scope: Literal["none", "forum", "place", "public"]
    answered_on: date
    by_role: words.Role


@published("good_practice.consent_withdrawn", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact=PERMISSION)  # fmt: skip
class GoodPracticeConsentWithdrawn(PracticeStep):
    """The provider takes its permission back: nothing more is shared."""

    withdrawn_on: date
    by_role: words.Role
    reason: Sealed | None = None


@published("good_practice.shared", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="that others heard of good practice says nothing of the care")  # fmt: skip
class GoodPracticeShared(PracticeStep):
    """Others heard of it: never further than the permission goes (CAL-23)."""

    audience: Literal["forum", "place", "public"]
    shared_on: date
    detail: Sealed | None = None


@published("consultation.asked", topic="ledger", writers=("intake", "governance"), readers=("governance",),
           senders=COMMISSIONERS,
           no_fact="that a partner was asked is shown before a visit; it says nothing about the provider")  # fmt: skip
class ConsultationAsked(Data):
    """A partner was asked what it knows before a visit or review (OXF-13, OXF-14)."""

    consultation_id: words.Reference
    asked: words.PublisherKind
    due_on: date | None = None
    visit_id: words.Reference | None = None


@published("consultation.answered", topic="ledger", writers=("intake", "governance"), readers=("governance",),
           senders=PROFESSIONALS,
           no_fact="what the partner knows comes as facts of their own; this says that it answered")  # fmt: skip
class ConsultationAnswered(Data):
    """The partner answered; asked and not answered is shown."""

    consultation_id: words.Reference
    answered_by: words.PublisherKind
    answer: Literal["nothing_to_report", "information_given", "cannot_say"]
    visit_id: words.Reference | None = None
    evidence: tuple[words.Reference, ...] = Field((), max_length=50)
    comment: Sealed | None = None
