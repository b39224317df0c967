"""What may be asked of an assessment over HTTP, and the steps that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.asking import Unfit
from services.governance.domain.quality_assessment import Assessment
from services.governance.matter import NotFitting
from services.governance.monitoring import scoring
from services.governance.monitoring.question_set import QuestionSet
from services.governance.order import Code, Day, Text
from shared import calendar
from shared.events import Sealed
from shared.events import quality_assessments as published
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
Given = Literal["fully", "mostly", "partly", "not", "not_applicable"]


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewAssessment(Order):
    """`POST /v1/providers/{id}/assessments`: an officer begins."""

    question_set: words.Word
    visit_id: Code | None = None
    service_type: words.ServiceType | None = None
    """That of the register, where nothing else is said."""


class Answer(Order):
    """The answer to one question, with what shows it."""

    question: words.Word
    answer: Given
    evidence: Text | None = None
    references: tuple[Code, ...] = Field((), max_length=50)
    """Ids of events on the record."""


class Answered(Order):
    """Some answers; the newest of each question counts."""

    type: Literal["answered"]
    answers: tuple[Answer, ...] = Field(min_length=1, max_length=200)


class Shared(Order):
    """The draft goes to the provider; from now on the score is seen."""

    type: Literal["draft_shared"]


class Commented(Order):
    """What the provider says of the facts in it."""

    type: Literal["commented"]
    accepted: bool
    questions: tuple[words.Word, ...] = Field((), max_length=200)
    comment: Text | None = None


class Disputed(Order):
    """The provider does not agree with an answer."""

    type: Literal["disputed"]
    question: words.Word
    grounds: Text


class Reviewed(Order):
    """A second officer has looked at the evidence; the answer that counts."""

    type: Literal["dispute_reviewed"]
    question: words.Word
    answer: Given
    reason: Text


class Action(Order):
    """What is to be done about a question that was not met."""

    question: words.Word
    due: Day
    owner_role: words.Role | None = None
    issue: Text | None = None


class Completed(Order):
    """The final rating. Each issue becomes an action of an improvement plan; say here what you want to say of it."""

    type: Literal["completed"]
    actions: tuple[Action, ...] = Field((), max_length=200)
    summary: Text | None = None


class Abandoned(Order):
    """It ends without a result."""

    type: Literal["abandoned"]
    because: Literal["service_closed", "superseded", "begun_in_error", "other"]
    reason: Text | None = None


AnyStep = Annotated[
    Answered | Shared | Commented | Disputed | Reviewed | Completed | Abandoned, Field(discriminator="type")
]


@dataclass(frozen=True, slots=True)
class Scene:
    """Against what a step is taken."""

    questions: QuestionSet
    baseline: Assessment | None
    actor: str
    today: date


def answered(order: Answer, number: int, state: Assessment, scene: Scene, seal: Seal) -> published.AssessmentAnswered:
    """One answer. Raises Unfit for a question that is not asked here, or an answer that nothing shows."""
    questions = scene.questions
    path, asked = f"/answers/{number}", {one.id for _, one in questions.asked(state.begun.service_type)}
    if order.question not in asked:
        fix = f"Look at GET /v1/question-sets/{questions.name}?service_type={state.begun.service_type}."
        raise Unfit(f"{path}/question", f"{order.question} is not asked of this kind of service.", fix)
    if order.answer != "not_applicable" and order.evidence is None and not order.references:
        raise Unfit(f"{path}/evidence", "Nothing shows this answer.", "Say what was seen, or name events.")
    return published.AssessmentAnswered(
        assessment_id=state.begun.assessment_id, actor=scene.actor, question=order.question, answer=order.answer,
        evidence=seal(order.evidence), references=order.references,
    )  # fmt: skip


def shared(state: Assessment, scene: Scene) -> published.AssessmentDraftShared:
    """The draft with its scores. Raises NotFitting while a question is open."""
    questions, today = scene.questions, scene.today
    if open_ones := scoring.missing(questions, state.begun.service_type, state.given):
        raise NotFitting(f"not answered yet: {', '.join(open_ones)}")
    result = scoring.score(questions, state.begun.service_type, state.given)
    if result.overall is None or result.percent is None:
        raise NotFitting("nothing that was asked applies: abandon it")
    return published.AssessmentDraftShared(
        assessment_id=state.begun.assessment_id, actor=scene.actor, shared_on=today, overall=result.overall,
        comments_due=calendar.add_days(today, questions.comment_days), percent=result.percent,
        standards=result.standards,
    )  # fmt: skip


def reviewed(order: Reviewed, state: Assessment, actor: str, seal: Seal) -> published.AssessmentDisputeReviewed:
    """What the second officer found."""
    before, reason = state.answers.get(order.question), seal(order.reason)
    assert reason is not None  # noqa: S101 - a text is sealed
    return published.AssessmentDisputeReviewed(
        assessment_id=state.begun.assessment_id, actor=actor, question=order.question, answer=order.answer,
        outcome="stands" if before is not None and before.answer == order.answer else "changed", reason=reason,
    )  # fmt: skip


def completed(order: Completed, state: Assessment, scene: Scene, seal: Seal) -> published.AssessmentCompleted:
    """The final result, against the baseline where there is one. Raises NotFitting."""
    questions, baseline, today = scene.questions, scene.baseline, scene.today
    kind, given = state.begun.service_type, state.given
    result = scoring.score(questions, kind, given)
    if result.overall is None:
        raise NotFitting("nothing that was asked applies: abandon it")
    first = baseline.result if baseline else None
    standards = tuple(
        {
            "standard": one.standard,
            "rating": one.rating,
            "themes": scoring.wanting(questions, one.standard, kind, given),
        }
        for one in result.standards
        if one.rating is not None
    )
    return published.AssessmentCompleted.model_validate(
        {
            "assessment_id": state.begun.assessment_id,
            "tool": questions.tool,
            "version": f"{questions.name} {questions.version}",
            "overall": result.overall,
            "percent": result.percent,
            "standards": standards,
            "draft_on": state.draft.shared_on if state.draft else None,
            "final_on": today,
            "disputes": len(state.disputes),
            "repeat_due": calendar.add_months(today, getattr(questions.repeat_months, result.overall)),
            "baseline_id": first.assessment_id if first else None,
            "since_baseline": scoring.compared(result.overall, result.percent, first.overall, first.percent)
            if first
            else None,
            "summary": seal(order.summary),
        }
    )


def ended(order: Abandoned, state: Assessment, actor: str, seal: Seal) -> published.AssessmentAbandoned:
    """It ends without a result."""
    return published.AssessmentAbandoned(
        assessment_id=state.begun.assessment_id, actor=actor, because=order.because, reason=seal(order.reason)
    )
