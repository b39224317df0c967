"""Visits and other contact (HER-18, HER-21 to HER-24): what the officers saw."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import PROFESSIONALS, Data, Sealed, published

Purpose = Literal["annual", "focused", "unannounced", "welfare", "follow_up", "joint", "good_practice", "contract"]


@published("visit.planned", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=PROFESSIONALS,
           no_fact="a plan is no contact yet: `contact.within_minimum` counts what took place")  # fmt: skip
class VisitPlanned(Data):
    """A visit is to take place (HER-21, CAL-20)."""

    visit_id: words.Reference
    purpose: Purpose
    mode: Literal["in_person", "virtual", "desktop"] = "in_person"
    announced: bool | None = None
    planned_for: date
    lead_organisation: Literal["council", "nhs"] | None = None
    participants: tuple[words.Role, ...] = Field((), max_length=20)
    """Roles, never names."""
    focus: words.Themes = ()


@published("visit.cancelled", topic="ledger", writers=("intake",), readers=("risk", "governance"),
           senders=PROFESSIONALS,
           no_fact="a visit that did not take place is no contact")  # fmt: skip
class VisitCancelled(Data):
    """A planned visit will not take place."""

    visit_id: words.Reference
    because: Literal["provider_asked", "staffing", "outbreak", "superseded", "closed", "weather", "other"]
    rebooked_for: date | None = None


@published(
    "visit.completed", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=PROFESSIONALS
)
class VisitCompleted(Attached):
    """A visit took place. `immediate_risk` asks for people at once (A1)."""

    visit_id: words.Reference
    purpose: Purpose
    mode: Literal["in_person", "virtual", "desktop"] = "in_person"
    announced: bool | None = None
    lead_organisation: Literal["council", "nhs"] | None = None
    methods: tuple[str, ...] = ()
    themes: tuple[words.Theme, ...] = ()
    findings: Sealed | None = None
    immediate_risk: bool = False


@published(
    "contact.recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"), senders=PROFESSIONALS
)
class ContactRecorded(Data):
    """The commissioner was in contact with the provider about quality (HER-18: at least annually)."""

    contact_id: words.Reference
    kind: Literal["meeting", "call", "email", "forum", "desktop_review", "other"]
    on: date | None = None
    """The London day; else that of the event's time."""
    organisation: str | None = Field(None, max_length=60)
