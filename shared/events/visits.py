"""Visits and other contact (HER-18, HER-21 to HER-24): what the officers saw."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import PROFESSIONALS, Data, Sealed, published

WRITERS = ("intake", "governance")
"""Systems of the commissioners through the door; officers who plan and report here."""
Purpose = Literal["annual", "focused", "unannounced", "welfare", "follow_up", "joint", "good_practice", "contract"]


@published("visit.planned", topic="ledger", writers=WRITERS, readers=("risk", "governance"), senders=PROFESSIONALS,
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
    commissioners: tuple[Literal["council", "nhs"], ...] = Field((), max_length=2)
    """Who goes: both is a joint visit, whatever it is for (HER-24, SAL-14)."""
    ordered_by: words.Reference | None = None
    """The decision that asked for it (`visit.ordered`)."""
    although: Sealed | None = None
    """Why it is right so soon before or after another one (SAL-9)."""


@published("visit.cancelled", topic="ledger", writers=WRITERS, readers=("risk", "governance"),
           senders=PROFESSIONALS,
           no_fact="a visit that did not take place is no contact")  # fmt: skip
class VisitCancelled(Data):
    """A planned visit will not take place."""

    visit_id: words.Reference
    because: Literal["provider_asked", "staffing", "outbreak", "superseded", "closed", "weather", "other"]
    rebooked_for: date | None = None


@published("visit.completed", topic="ledger", writers=WRITERS, readers=("risk", "governance"), senders=PROFESSIONALS)
class VisitCompleted(Attached):
    """A visit took place. `immediate_risk` asks for people at once (A1)."""

    visit_id: words.Reference
    purpose: Purpose
    mode: Literal["in_person", "virtual", "desktop"] = "in_person"
    announced: bool | None = None
    lead_organisation: Literal["council", "nhs"] | None = None
    visited_on: date | None = None
    """The London day of it, which is that of the event's time."""
    methods: tuple[str, ...] = ()
    themes: tuple[words.Theme, ...] = ()
    key_questions: tuple[words.KeyQuestion, ...] = Field((), max_length=5)
    """About which something was found wanting."""
    findings: Sealed | None = None
    immediate_risk: bool = False


class Visit(Data):
    """What every further step of a visit names."""

    visit_id: words.Reference
    actor: str | None = None
    """Who took this step, by a keyed pseudonym."""


@published("visit.lead_agreed", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="who leads is between the commissioners; it says nothing of the service")  # fmt: skip
class VisitLeadAgreed(Visit):
    """One of the commissioners says who leads a joint visit; agreed when both say the same (HER-24, SAL-9)."""

    organisation: Literal["council", "nhs"]
    lead_organisation: Literal["council", "nhs"]


@published("visit.finding_recorded", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="the visit as completed carries what was found wanting, and any immediate risk")  # fmt: skip
class VisitFindingRecorded(Visit):
    """One thing that was seen, by theme and key question (HER-22, HER-Q5)."""

    finding_id: words.Word
    nature: Literal["strength", "gap", "immediate_risk"]
    theme: words.Theme
    key_questions: tuple[words.KeyQuestion, ...] = Field(min_length=1, max_length=5)
    detail: Sealed | None = None


@published("visit.feedback_given", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="that the provider was told what was seen; what was seen counts")  # fmt: skip
class VisitFeedbackGiven(Visit):
    """The provider was told what was seen and what is to improve (HER-22, SAL-14)."""

    given_on: date
    how: Literal["in_person", "call", "letter", "report", "meeting"]
    to_role: words.Role
    plan_id: words.Reference | None = None
    """The improvement plan that came of it (HER-26, CAL-22)."""
    summary: Sealed | None = None


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
