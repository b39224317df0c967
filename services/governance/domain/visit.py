"""What a visit amounts to, from the day it was planned to the feedback, folded from its published steps. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from services.governance.domain.kind import Kind
from shared import calendar
from shared.events import Data, partners, visits

FEEDBACK_WORKING_DAYS = 10
"""Ours: the seeds want feedback to the provider (HER-22, SAL-14), and name no limit."""
BOTH = frozenset({"council", "nhs"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen."""

    nature: str
    theme: str
    key_questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consultation:
    """A source that was asked what it knows before the visit (OXF-13)."""

    asked: str
    due_on: date | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit (HER-21 to HER-24, CAL-20 to CAL-23, SAL-9, SAL-14, OXF-13 to OXF-17)."""

    planned: visits.VisitPlanned
    planned_for: date
    status: Literal["planned", "cancelled", "completed", "closed"] = "planned"
    leads: Mapping[str, str] = field(default_factory=dict)
    """Organisation → who leads, as it says."""
    consultations: Mapping[str, Consultation] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    completed: visits.VisitCompleted | None = None
    because: str | None = None
    """Why it was cancelled, or moved last."""
    feedback: visits.VisitFeedbackGiven | None = None

    @property
    def joint(self) -> bool:
        """Both commissioners go."""
        return self.planned.purpose == "joint" or set(self.planned.commissioners) == BOTH

    @property
    def lead(self) -> str | None:
        """Who leads: for a joint visit once both say the same."""
        if not self.joint:
            return self.planned.lead_organisation or next(iter(self.planned.commissioners), None)
        said = set(self.leads.values())
        return said.pop() if set(self.leads) == BOTH and len(said) == 1 else None


def take(visit: Visit | None, step: Data) -> Visit:
    """The visit after a step. The first step plans it."""
    if isinstance(step, visits.VisitPlanned):
        return Visit(step, step.planned_for)
    assert visit is not None  # noqa: S101 - it is planned first
    return replace(visit, **_changes(visit, step))


def _changes(visit: Visit, step: Data) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    match step:
        case visits.VisitCancelled(rebooked_for=None):
            changes = {"status": "cancelled", "because": step.because}
        case visits.VisitCancelled(rebooked_for=date() as day):
            changes = {"planned_for": day, "because": step.because}
        case visits.VisitLeadAgreed():
            changes = {"leads": {**visit.leads, step.organisation: step.lead_organisation}}
        case visits.VisitFindingRecorded():
            found = Finding(step.nature, step.theme, step.key_questions)
            changes = {"findings": {**visit.findings, step.finding_id: found}}
        case visits.VisitCompleted():
            changes = {"status": "completed", "completed": step}
        case visits.VisitFeedbackGiven():
            changes = {"status": "closed", "feedback": step}
        case partners.ConsultationAsked():
            asked = Consultation(step.asked, step.due_on)
            changes = {"consultations": {**visit.consultations, step.consultation_id: asked}}
        case partners.ConsultationAnswered() if step.consultation_id in visit.consultations:
            answered = replace(visit.consultations[step.consultation_id], answer=step.answer)
            changes = {"consultations": {**visit.consultations, step.consultation_id: answered}}
    return changes


def unfit(visit: Visit, step: Data) -> str | None:
    """Why this step is not possible as the visit stands, or None."""
    if visit.status in ("cancelled", "closed"):
        over = "the visit was cancelled" if visit.status == "cancelled" else "the visit is over and fed back"
        return f"{over}: raise a concern" if isinstance(step, visits.VisitFindingRecorded) else over
    return UNFIT[type(step)](visit, step)


def wanting(visit: Visit) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What was found wanting: themes, key questions, and whether anybody is at immediate risk."""
    found = [one for one in visit.findings.values() if one.nature != "strength"]
    themes = sorted({one.theme for one in found})
    questions = sorted({question for one in found for question in one.key_questions})
    return tuple(themes), tuple(questions), any(one.nature == "immediate_risk" for one in found)


def feedback_due(visit: Visit) -> date | None:
    """By when the provider is told what was seen."""
    day = visit.completed.visited_on if visit.completed else None
    return None if day is None else calendar.working_days_after(day, FEEDBACK_WORKING_DAYS)


def next_due(visit: Visit) -> date | None:
    """The day it is planned for; once it took place, that of the feedback."""
    return visit.planned_for if visit.status == "planned" else feedback_due(visit)


def document(visit: Visit) -> dict[str, Any]:
    """As it is shown."""
    planned, done, told = visit.planned, visit.completed, visit.feedback
    return {
        "visit_id": planned.visit_id,
        "purpose": planned.purpose,
        "mode": done.mode if done else planned.mode,
        "announced": done.announced if done else planned.announced,
        "status": visit.status,
        "planned_for": visit.planned_for.isoformat(),
        "because": visit.because,
        "commissioners": list(planned.commissioners),
        "joint": visit.joint,
        "lead": visit.lead,
        "lead_said": dict(visit.leads),
        "participants": list(planned.participants),
        "focus": list(planned.focus),
        "ordered_by": planned.ordered_by,
        "consultations": [_consulted(name, one) for name, one in visit.consultations.items()],
        "visited_on": done.visited_on.isoformat() if done and done.visited_on else None,
        "methods": list(done.methods) if done else [],
        "findings": [_found(name, one) for name, one in visit.findings.items()],
        "themes": list(done.themes) if done else [],
        "key_questions": list(done.key_questions) if done else [],
        "immediate_risk": bool(done and done.immediate_risk),
        "feedback_due": _day(feedback_due(visit)),
        "feedback_given_on": told.given_on.isoformat() if told else None,
        "plan_id": told.plan_id if told else None,
    }


def _consulted(name: str, one: Consultation) -> dict[str, Any]:
    return {"consultation_id": name, "asked": one.asked, "due_on": _day(one.due_on), "answer": one.answer}


def _found(name: str, one: Finding) -> dict[str, Any]:
    return {"finding_id": name, "nature": one.nature, "theme": one.theme, "key_questions": list(one.key_questions)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _cancelling(visit: Visit, _: Data) -> str | None:
    return None if visit.status == "planned" else "it took place"


def _leading(visit: Visit, _: Data) -> str | None:
    return None if visit.joint else "one organisation goes by itself: nobody else leads"


def _asking(visit: Visit, step: partners.ConsultationAsked) -> str | None:
    if visit.status != "planned":
        return "it took place: ask before the next one"
    open_ones = {one.asked for one in visit.consultations.values() if one.answer is None}
    return f"{step.asked} was asked and has not answered yet" if step.asked in open_ones else None


def _answering(visit: Visit, step: partners.ConsultationAnswered) -> str | None:
    one = visit.consultations.get(step.consultation_id)
    if one is None:
        return f"nobody was asked as {step.consultation_id}"
    return None if one.answer is None else f"{one.asked} has answered"


def _finding(visit: Visit, step: visits.VisitFindingRecorded) -> str | None:
    return f"there is a finding {step.finding_id} already" if step.finding_id in visit.findings else None


def _feeding_back(visit: Visit, step: visits.VisitFeedbackGiven) -> str | None:
    if visit.status != "completed" or visit.completed is None:
        return "it has not taken place"
    day = visit.completed.visited_on
    return "it had not taken place then" if day is not None and step.given_on < day else None


UNFIT: Mapping[type[Data], Callable[[Visit, Any], str | None]] = {
    visits.VisitCancelled: _cancelling,
    visits.VisitLeadAgreed: _leading,
    visits.VisitFindingRecorded: _finding,
    visits.VisitCompleted: lambda _visit, _step: None,  # said again where more was found
    visits.VisitFeedbackGiven: _feeding_back,
    partners.ConsultationAsked: _asking,
    partners.ConsultationAnswered: _answering,
}
KIND = Kind(
    name="visit",
    key="visit_id",
    first=visits.VisitPlanned,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda visit: visit.status in ("planned", "completed"),
    due=next_due,
)
