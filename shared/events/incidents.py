"""Incidents, deaths and the notices that a provider owes to CQC (OXF-21, LGA-2, SAL-27c): counts, never names."""

from datetime import date
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import ANYONE, Data, Sealed, published

READERS = ("risk", "governance")
IncidentKind = Literal[
    "fall", "medication_error", "pressure_ulcer", "missed_visit", "infection_outbreak", "missing_person", "police",
    "fire", "utilities", "death_unexpected", "serious_injury", "near_miss", "other",
]  # fmt: skip


@published("incident.reported", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class IncidentReported(Attached):
    """Something happened, or so many of a kind in a period."""

    incident_id: words.Reference
    kind: IncidentKind
    severity: words.Severity | None = None
    count: int = Field(1, ge=1, le=10_000)
    period: words.Period | None = None
    """The month that a count is of; unsaid, it is one event at its time."""
    category: Literal["2", "3", "4", "unstageable", "deep_tissue"] | None = None
    """Of a pressure ulcer."""
    themes: words.Themes = ()
    sg_ref: words.Reference | None = None
    """The safeguarding concern that it became."""
    description: Sealed | None = None

    @model_validator(mode="after")
    def _of_an_ulcer(self) -> Self:
        if self.category is not None and self.kind != "pressure_ulcer":
            raise ValueError("a category is that of a pressure ulcer")
        return self


@published("death.recorded", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE,
           classification="restricted-safeguarding")  # fmt: skip
class DeathRecorded(Data):
    """Somebody who used the service died, or so many in a period (LGA-2: mortality)."""

    death_id: words.Reference
    """The sender's reference; never a person's."""
    expected: Literal["expected", "unexpected", "unknown"]
    sg_linked: bool | None = None
    count: int = Field(1, ge=0, le=10_000)
    """0 with a period: none died."""
    period: words.Period | None = None

    @model_validator(mode="after")
    def _none_only_of_a_period(self) -> Self:
        if self.count == 0 and self.period is None:
            raise ValueError("a count of 0 is that of a period")
        return self


@published("statutory_notification.copied", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class StatutoryNotificationCopied(Data):
    """The provider told CQC, and us that it did (OXF-21; A13 matches it with what we know)."""

    notification_id: words.Reference
    regulation: Literal["12", "14", "15", "16", "17", "18", "20", "21", "22", "22A"]
    """Of the Care Quality Commission (Registration) Regulations 2009."""
    sub_paragraph: str | None = Field(None, pattern=r"^[0-9a-z()]{1,12}$")
    """`2e`: any allegation of abuse."""
    about: date
    """The day of what is notified."""
    sent_to_cqc_at: AwareDatetime | None = None
    sg_ref: words.Reference | None = None
    incident_id: words.Reference | None = None
