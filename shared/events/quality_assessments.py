"""Quality assessments by officers: PAMMS, question sets, the ICB's own tool (SAL-4, CAL-4, OXF-14)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import COMMISSIONERS, Data, Sealed, published


class Standard(Data):
    """One standard, as rated."""

    standard: words.Word
    rating: words.QualityRating
    themes: words.Themes = ()
    """What was found wanting there."""


@published(
    "assessment.completed", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=COMMISSIONERS
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
    summary: Sealed | None = None
