"""Quality assessments by officers: PAMMS, question sets, the ICB's own tool (SAL-4, CAL-4, OXF-14)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import COMMISSIONERS, Data, Sealed, published

READERS = ("governance",)
NO_FACT = "a step on the way: what counts is the result, `assessment.completed`"


class Standard(Data):
    """One standard, as rated."""

    standard: words.Word
    rating: words.QualityRating
    themes: words.Themes = ()
    """What was found wanting there."""


@published(
    "assessment.completed",
    topic="ledger",
    writers=("intake", "governance"),
    readers=("risk", "governance"),
    senders=COMMISSIONERS,
)
class AssessmentCompleted(Attached):
    """An officer rated the service with a tool. The newest of each tool counts."""

    assessment_id: words.Reference
    tool: Literal["pamms", "question_set", "icb_qaf", "quality_monitoring_framework", "other"]
    version: str | None = Field(None, max_length=60)
    overall: words.QualityRating
    as_published: str | None = Field(None, max_length=60)
    """The tool's own word, where it is another (`Outstanding`: AMB-9)."""
    standards: tuple[Standard, ...] = Field((), max_length=100)
    draft_on: date | None = None
    """The provider saw the draft: its days for factual accuracy run from here."""
    final_on: date | None = None
    """The day that counts; else that of the event's time."""
    disputes: int = Field(0, ge=0, le=1000)
    """Findings that the provider challenged."""
    repeat_due: date | None = None
    percent: words.Percent | None = None
    """What it scored, out of everything that applies to this service."""
    baseline_id: words.Reference | None = None
    """The first assessment of this service with the same questions."""
    since_baseline: Literal["improved", "same", "worse"] | None = None
    """An improvement on the baseline is expected (SAL-4, 2.4)."""
    summary: Sealed | None = None


class Step(Data):
    """What every step towards a result names."""

    assessment_id: words.Reference
    actor: str | None = None
    """Who took this step, by a keyed pseudonym."""


class Scored(Data):
    """What one standard scored; without a rating where nothing of it applies."""

    standard: words.Word
    rating: words.QualityRating | None = None
    percent: words.Percent | None = None


@published("assessment.begun", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentBegun(Step):
    """An officer begins to assess a service with a set of questions."""

    question_set: words.Word
    version: str = Field(max_length=60)
    service_type: words.ServiceType
    visit_id: words.Reference | None = None
    baseline_id: words.Reference | None = None


@published("assessment.answered", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentAnswered(Step):
    """One question is answered, with its evidence; the newest answer counts."""

    question: words.Word
    answer: Literal["fully", "mostly", "partly", "not", "not_applicable"]
    evidence: Sealed | None = None
    references: tuple[words.Reference, ...] = Field((), max_length=50)
    """Ids of events that show it."""


@published("assessment.draft_shared", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentDraftShared(Step):
    """The draft goes to the provider, and the score is seen for the first time: days for factual accuracy run."""

    shared_on: date
    comments_due: date
    overall: words.QualityRating
    percent: words.Percent
    standards: tuple[Scored, ...] = Field(max_length=100)


@published("assessment.commented", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentCommented(Step):
    """What the provider says of the draft: that it is right, or what in it is not."""

    accepted: bool
    questions: tuple[words.Word, ...] = Field((), max_length=200)
    comment: Sealed | None = None


@published("assessment.disputed", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentDisputed(Step):
    """The provider does not agree with the answer to a question."""

    question: words.Word
    grounds: Sealed


@published("assessment.dispute_reviewed", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentDisputeReviewed(Step):
    """A second officer looked at the evidence: the answer stands, or it is another."""

    question: words.Word
    outcome: Literal["stands", "changed"]
    answer: Literal["fully", "mostly", "partly", "not", "not_applicable"]
    """What counts from now on."""
    reason: Sealed


@published("assessment.abandoned", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class AssessmentAbandoned(Step):
    """It ends without a result."""

    because: Literal["service_closed", "superseded", "begun_in_error", "other"]
    reason: Sealed | None = None
