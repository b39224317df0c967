"""What the Care Quality Commission published: ratings and enforcement (HER-14, HER-L1.a, HER-L2.a-b, HER-L3.a-b)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import OFFICIALS, Data, Sealed, published


@published(
    "cqc_rating.published", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=OFFICIALS,
    classification="official",
)  # fmt: skip
class CqcRatingPublished(Data):
    """A rating was published. Key questions that the source does not give are absent, never assumed."""

    location_id: words.AliasValue | None = None
    overall: words.Rating
    safe: words.Rating | None = None
    effective: words.Rating | None = None
    caring: words.Rating | None = None
    responsive: words.Rating | None = None
    well_led: words.Rating | None = None
    report_date: date
    """The day of publication: the event's time is the start of it, unless its sender knows better."""
    inspection_date: date | None = None
    """Who knows it may send it as the event's time: a late report then counts from when it was so (`as_of`)."""
    service_group: str = Field("location", max_length=120)
    """`location` for the whole, else CQC's service or population group."""
    inherited: bool = False
    """The rating belongs to a predecessor's registration."""
    as_published: str | None = Field(None, max_length=120)
    """CQC's own word for the overall rating."""
    report_link_id: str | None = Field(None, max_length=300)


@published(
    "cqc_enforcement.recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"),
    senders=OFFICIALS, classification="official",
)  # fmt: skip
class CqcEnforcementRecorded(Data):
    """CQC took, changed or ended an action. The newest status of an action (`enforcement_id`) counts."""

    enforcement_id: words.Reference
    action: Literal[
        "requirement_notice", "warning_notice", "conditions", "notice_of_proposal", "notice_of_decision", "suspension",
        "cancellation", "urgent_s30", "urgent_s31", "special_measures", "prosecution",
    ]  # fmt: skip
    status: Literal["active", "complied", "withdrawn", "expired", "under_appeal"] = "active"
    regulations: tuple[str, ...] = ()
    served_date: date
    compliance_date: date | None = None


@published(
    "cqc_commentary.published", topic="ledger", writers=("intake",), readers=("governance",), senders=OFFICIALS,
    classification="official",
    no_fact="words beside a rating: the rating is the fact, and a level must not move because more was written of it",
)  # fmt: skip
class CqcCommentaryPublished(Data):
    """CQC wrote of an assessment, as a whole or of one key question: context on the history, of no weight by itself."""

    location_id: words.AliasValue | None = None
    assessment_id: words.Reference
    level: Literal["overall", "key_question", "evidence", "people_experience"]
    key_question: words.KeyQuestion | None = None
    quality_statement: str | None = Field(None, max_length=200)
    rating: str | None = Field(None, max_length=120)
    """CQC's own word for what the text is about; no rating of ours."""
    score: str | None = Field(None, max_length=120)
    service_group: str | None = Field(None, max_length=120)
    published_on: date
    assessed_on: date | None = None
    text: Sealed
