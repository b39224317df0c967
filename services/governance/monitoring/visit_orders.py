"""What may be asked of a visit over HTTP, and the steps that it becomes."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.asking import Unfit
from services.governance.domain.visit import Visit, wanting
from services.governance.order import Code, Day, Text
from shared import calendar, identifiers
from shared.events import Sealed, partners, visits
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
Commissioner = Literal["council", "nhs"]
Mode = Literal["in_person", "virtual", "desktop"]
Method = Literal[
    "talk_to_people", "talk_to_families", "observe_care", "environment", "support_plans", "documents", "policies",
    "talk_to_staff", "share_a_meal", "experts_by_experience",
]  # fmt: skip
"""HER-22, SAL-14, OXF-15."""
ANSWER_DAYS = 7
"""Ours: so long has a source to answer before it is shown as late."""


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewVisit(Order):
    """`POST /v1/providers/{id}/visits`: a visit is planned (HER-21, CAL-20, OXF-17)."""

    purpose: visits.Purpose
    mode: Mode = "in_person"
    announced: bool | None = None
    planned_for: Day
    commissioners: tuple[Commissioner, ...] = Field((), max_length=2)
    """Who goes; your own organisation where nobody is named."""
    lead: Commissioner | None = None
    participants: tuple[words.Role, ...] = Field((), max_length=20)
    focus: words.Themes = ()
    ordered_by: Code | None = None
    although: Text | None = None
    """Why, where another visit is planned within two weeks (SAL-9)."""


class Moved(Order):
    """It takes place on another day."""

    type: Literal["moved"]
    planned_for: Day
    because: Literal["provider_asked", "staffing", "outbreak", "weather", "other"]


class Cancelled(Order):
    """It does not take place."""

    type: Literal["cancelled"]
    because: Literal["provider_asked", "staffing", "outbreak", "superseded", "closed", "weather", "other"]


class LeadAgreed(Order):
    """Your organisation says who leads a joint visit (HER-24, SAL-9)."""

    type: Literal["lead_agreed"]
    lead: Commissioner


class Asked(Order):
    """Sources are asked what they know (OXF-13)."""

    type: Literal["asked"]
    sources: tuple[words.PublisherKind, ...] = Field(min_length=1, max_length=20)
    due_on: Day | None = None


class Answered(Order):
    """One of them answered."""

    type: Literal["answered"]
    consultation_id: Code
    answer: Literal["nothing_to_report", "information_given", "cannot_say"]
    evidence: tuple[Code, ...] = Field((), max_length=50)
    comment: Text | None = None


class Finding(Order):
    """One thing that was seen: a strength, a gap, or somebody at immediate risk."""

    type: Literal["finding"] = "finding"
    finding_id: words.Word
    nature: Literal["strength", "gap", "immediate_risk"]
    theme: words.Theme
    key_questions: tuple[words.KeyQuestion, ...] = Field(min_length=1, max_length=5)
    detail: Text | None = None


class Completed(Order):
    """It took place."""

    type: Literal["completed"]
    visited_on: Day | None = None
    mode: Mode | None = None
    announced: bool | None = None
    methods: tuple[Method, ...] = Field(min_length=1, max_length=10)
    findings: tuple[Finding, ...] = Field((), max_length=100)
    immediate_risk: bool = False
    """Asks for people at once (A1)."""
    summary: Text | None = None


class Feedback(Order):
    """The provider was told what was seen (HER-22, SAL-14)."""

    type: Literal["feedback_given"]
    given_on: Day
    how: Literal["in_person", "call", "letter", "report", "meeting"]
    to_role: words.Role
    plan_id: Code | None = None
    summary: Text | None = None


AnyStep = Annotated[
    Moved | Cancelled | LeadAgreed | Asked | Answered | Finding | Completed | Feedback, Field(discriminator="type")
]


def planned(order: NewVisit, visit_id: str, own: Commissioner, seal: Seal) -> visits.VisitPlanned:
    """The first step. Raises Unfit for what contradicts itself."""
    if order.purpose == "unannounced" and order.announced:
        raise Unfit("/announced", "An unannounced visit is not announced.", "Leave it out, or give another purpose.")
    usual: tuple[Commissioner, ...] = ("council", "nhs") if order.purpose == "joint" else (own,)
    commissioners = tuple(dict.fromkeys(order.commissioners)) or usual
    if order.purpose == "joint" and len(commissioners) == 1:
        raise Unfit(
            "/commissioners", "Council and NHS both go to a joint visit.", "Leave it out, or name another kind."
        )
    if order.lead is not None and order.lead not in commissioners:
        raise Unfit("/lead", f"The {order.lead} does not go.", f"Give one of {', '.join(commissioners)}.")
    announced = False if order.purpose == "unannounced" else order.announced
    lead = order.lead if len(commissioners) > 1 else commissioners[0]
    return visits.VisitPlanned(
        visit_id=visit_id, purpose=order.purpose, mode=order.mode, announced=announced, planned_for=order.planned_for,
        lead_organisation=lead, participants=order.participants, focus=order.focus, commissioners=commissioners,
        ordered_by=order.ordered_by, although=seal(order.although),
    )  # fmt: skip


def asked(order: Asked, source: words.PublisherKind, visit_id: str, today: date) -> partners.ConsultationAsked:
    """One source is asked."""
    due = order.due_on or calendar.add_days(today, ANSWER_DAYS)
    name = identifiers.derived_id("consultation", visit_id, source, today.isoformat()).hex[:16]
    return partners.ConsultationAsked(
        consultation_id=f"consultation-{name}", asked=source, due_on=due, visit_id=visit_id
    )


def found(order: Finding, visit_id: str, actor: str, seal: Seal) -> visits.VisitFindingRecorded:
    """One finding. Raises Unfit for a theme that is none."""
    if order.theme not in words.THEMES:
        raise Unfit("/theme", f"{order.theme} is no theme.", "Give one of the vocabulary, such as q.medicines.")
    said = order.model_dump(exclude={"type", "detail"})
    return visits.VisitFindingRecorded(**said, visit_id=visit_id, actor=actor, detail=seal(order.detail))


def completed(order: Completed, state: Visit, day: date, seal: Seal) -> visits.VisitCompleted:
    """The visit as it took place, with everything that was found by then."""
    before = state.completed
    if before is not None and order.visited_on not in (None, before.visited_on):
        on = before.visited_on.isoformat() if before.visited_on else "another day"
        raise Unfit("/visited_on", f"It is on record as of {on}.", "Leave it out.")
    made = _whole(state, day, order.immediate_risk or bool(before and before.immediate_risk))
    return made.model_copy(
        update={
            "mode": order.mode or made.mode,
            "announced": made.announced if order.announced is None else order.announced,
            "methods": tuple(dict.fromkeys((*made.methods, *order.methods))),
            "findings": seal(order.summary) or made.findings,
        }
    )


def completed_again(state: Visit, day: date) -> visits.VisitCompleted | None:
    """What a finding adds to the visit as it was reported; None where it adds nothing that others judge by.

    Somebody at immediate risk waits for no report: the visit is said to take place at once (A1).
    """
    done, at_risk = state.completed, wanting(state)[2]
    if done is None:
        return _whole(state, day, at_risk) if at_risk else None
    made = _whole(state, done.visited_on or day, at_risk or done.immediate_risk)
    return None if made == done else made


def _whole(state: Visit, day: date, at_risk: bool) -> visits.VisitCompleted:
    plan, before, (themes, questions, found_risk) = state.planned, state.completed, wanting(state)
    if before is not None:
        changes = {"themes": themes, "key_questions": questions, "immediate_risk": at_risk or found_risk}
        return before.model_copy(update=changes)
    return visits.VisitCompleted(
        visit_id=plan.visit_id, purpose=plan.purpose, mode=plan.mode, announced=plan.announced,
        lead_organisation=state.lead or plan.lead_organisation, visited_on=day, themes=themes,
        key_questions=questions, immediate_risk=at_risk or found_risk,
    )  # fmt: skip
