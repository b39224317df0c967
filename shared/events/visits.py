"""Visits and other contact (HER-18, HER-21 to HER-24): what the officers saw."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published


@published("visit.completed", topic="ledger", writers=("intake",), readers=("risk", "governance"), from_partners=True)
class VisitCompleted(Data):
    """A visit took place. `immediate_risk` asks for people at once (A1)."""

    visit_id: words.Reference
    purpose: Literal[
        "annual", "focused", "unannounced", "welfare", "follow_up", "joint", "good_practice", "contract"
    ]  # fmt: skip
    mode: Literal["in_person", "virtual", "desktop"] = "in_person"
    announced: bool | None = None
    lead_organisation: Literal["council", "nhs"] | None = None
    methods: tuple[str, ...] = ()
    themes: tuple[words.Theme, ...] = ()
    findings: Sealed | None = None
    immediate_risk: bool = False


@published("contact.recorded", topic="ledger", writers=("intake",), readers=("risk", "governance"), from_partners=True)
class ContactRecorded(Data):
    """The commissioner was in contact with the provider about quality (HER-18: at least annually)."""

    contact_id: words.Reference
    kind: Literal["meeting", "call", "email", "forum", "desktop_review", "other"]
    on: date | None = None
    """The London day; else that of the event's time."""
    organisation: str | None = Field(None, max_length=60)
