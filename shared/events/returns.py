"""Returns: what is asked of a provider, and its answers (domain.md §3.5). Late and missed are risk's to judge."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import COMMISSIONERS, PROVIDERS, Data, Sealed, published
from shared.events.return_bodies import Body, ReturnType

READERS = ("risk", "governance")


class Asked(Data):
    """Which return, for which period."""

    return_type: ReturnType
    period: str = Field(pattern=r"^[0-9]{4}(-[0-9]{2})?(-[0-9]{2})?$")
    """`2026-03` for a month (a quarter or half-year by its first), `2026` for a year, a date for what is asked once."""


@published("returns.submitted", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=PROVIDERS)
class ReturnSubmitted(Asked, Attached):
    """A provider answered what it was asked for a period (HER-L1.i, HER-M1)."""

    submitted_on: date | None = None
    """The London day of submission; else that of the event's time."""
    answered_by_reference: words.Reference | None = None
    """A document that the provider has already (OXF-22)."""
    body: Body | None = None
    """The answers, in the form of their return."""
    figures: dict[str, float] = Field(default_factory=dict)
    """Counts and percentages that the typed body has no field for."""
    safeguarding_alerts_raised: int | None = Field(None, ge=0)
    complaints: int | None = Field(None, ge=0)
    comments: Sealed | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if self.body is not None and self.body.kind != self.return_type:
            raise ValueError(f"the body is that of {self.body.kind}, the return is {self.return_type}")
        return self


@published("returns.schedule_set", topic="ledger", writers=("intake",), readers=("governance",), senders=COMMISSIONERS,
           no_fact="the policy says what is asked; this is what was agreed with one provider")  # fmt: skip
class ReturnScheduleSet(Data):
    """What this provider is to return from a day on."""

    return_type: ReturnType
    every_months: int | None = Field(None, ge=1, le=60)
    """None: on request."""
    due_day: int | None = Field(None, ge=1, le=31)
    grace_days: int = Field(0, ge=0, le=90)
    starts_on: date
    ends_on: date | None = None


@published("returns.requested", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS)
class ReturnRequested(Asked):
    """A return was asked of the provider (HER-20: annually or on request)."""

    due_on: date
    opens_on: date | None = None
    closes_on: date | None = None
    """The first and the last day of the period: `2026-04` may be a month, a quarter or a half-year."""
    asked_of: Literal["provider", "partners"] = "provider"
    """partners: the organisations that rate the provider for a meeting; it is not blamed for them."""
    provisional: bool = False
    """The due day counts working days beyond the known bank holidays: it may turn out later."""
    request_id: words.Reference | None = None
    known_already: tuple[words.Word, ...] = Field((), max_length=100)
    """Fields that are shown and not asked: another source has them (collect once)."""


@published("returns.reminded", topic="ledger", writers=("intake",), readers=("governance", "notify"),
           senders=COMMISSIONERS,
           no_fact="a reminder is ours; whether the return came is what counts")  # fmt: skip
class ReturnReminded(Asked):
    """The provider is reminded of a return before its due day: notify tells it."""

    due_on: date | None = None
    name: str | None = Field(None, max_length=300)
    """The service's name, for who is told."""
    reminder: int = Field(1, ge=1, le=100)


@published("returns.analysed", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS)
class ReturnAnalysed(Asked):
    """The quality team read a return and says what it means (HER-L1.h, HER-L2.g, CAL-24)."""

    outcome: Literal["no_additional_concerns", "additional_concerns"]
    contradicts_intelligence: bool = False
    """The provider's own picture does not fit with what others say (R17)."""
    themes: words.Themes = ()
    analysis: Sealed | None = None


@published("returns.waived", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS)
class ReturnWaived(Asked):
    """A return need not be made: it is neither late nor missed."""

    because: Literal["held_elsewhere", "service_suspended", "new_service", "emergency", "other"]
    reason: Sealed | None = None
