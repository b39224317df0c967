"""What an officer's assessment amounts to, from its first answer to its final rating, folded from its steps. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from services.governance.domain.kind import Kind
from shared.events import Data
from shared.events import quality_assessments as published


@dataclass(frozen=True, slots=True)
class Answer:
    """What counts for one question."""

    answer: str
    evidenced: bool
    by: frozenset[str | None]
    """Who answered it, ever: none of them reviews a dispute about it."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessment with one set of questions (CAL-4, OXF-14, HER-7, SAL-4)."""

    begun: published.AssessmentBegun
    status: Literal["begun", "draft", "final", "abandoned"] = "begun"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    draft: published.AssessmentDraftShared | None = None
    accepted: bool | None = None
    """What the provider said of the draft; None: nothing."""
    disputes: Mapping[str, str | None] = field(default_factory=dict)
    """Question → stands or changed; None: nobody has reviewed it yet."""
    result: published.AssessmentCompleted | None = None

    @property
    def given(self) -> dict[str, str]:
        """The answers as they are scored."""
        return {name: one.answer for name, one in self.answers.items()}

    @property
    def open_disputes(self) -> list[str]:
        """Those that a second officer has to look at."""
        return sorted(name for name, outcome in self.disputes.items() if outcome is None)


def take(made: Assessment | None, step: Data) -> Assessment:
    """The assessment after a step."""
    if isinstance(step, published.AssessmentBegun):
        return Assessment(step)
    assert made is not None  # noqa: S101 - it is begun first
    return replace(made, **_changes(made, step))


def _changes(made: Assessment, step: Data) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    match step:
        case published.AssessmentAnswered():
            before = made.answers.get(step.question)
            by = (before.by if before else frozenset()) | {step.actor}
            evidenced = step.evidence is not None or bool(step.references)
            # What the provider accepted is another thing now: its days are its own again.
            accepted = made.accepted if before and before.answer == step.answer else None
            changes = {
                "answers": {**made.answers, step.question: Answer(step.answer, evidenced, by)}, "accepted": accepted,
            }  # fmt: skip
        case published.AssessmentDraftShared():
            changes = {"status": "draft", "draft": step}
        case published.AssessmentCommented():
            changes = {"accepted": step.accepted}
        case published.AssessmentDisputed():
            changes = {"disputes": {**made.disputes, step.question: None}}
        case published.AssessmentDisputeReviewed():
            now = replace(made.answers[step.question], answer=step.answer)
            changes = {
                "disputes": {**made.disputes, step.question: step.outcome},
                "answers": {**made.answers, step.question: now},
            }
        case published.AssessmentCompleted():
            changes = {"status": "final", "result": step}
        case published.AssessmentAbandoned():
            changes = {"status": "abandoned"}
    return changes


def unfit(made: Assessment, step: Data) -> str | None:
    """Why this step is not possible as the assessment stands, or None."""
    if made.status in ("final", "abandoned"):
        return f"the assessment is {made.status}"
    return UNFIT[type(step)](made, step)


def document(made: Assessment) -> dict[str, Any]:
    """As it is shown. No score before the draft was shared: whoever assesses does not know it."""
    begun, draft, result = made.begun, made.draft, made.result
    return {
        "assessment_id": begun.assessment_id,
        "question_set": begun.question_set,
        "version": begun.version,
        "service_type": begun.service_type,
        "visit_id": begun.visit_id,
        "baseline_id": begun.baseline_id,
        "status": made.status,
        "answers": {name: {"answer": one.answer, "evidenced": one.evidenced} for name, one in made.answers.items()},
        "draft": draft and draft.model_dump(mode="json", include={"overall", "percent", "standards", "shared_on"}),
        "comments_due": draft and draft.comments_due.isoformat(),
        "accepted": made.accepted,
        "disputes": dict(made.disputes),
        "overall": result and result.overall,
        "percent": result and result.percent,
        "standards": [{"standard": one.standard, "rating": one.rating} for one in result.standards] if result else [],
        "final_on": result.final_on.isoformat() if result and result.final_on else None,
        "repeat_due": result.repeat_due.isoformat() if result and result.repeat_due else None,
        "since_baseline": result and result.since_baseline,
    }


def _answering(made: Assessment, step: published.AssessmentAnswered) -> str | None:
    if step.question in made.open_disputes:
        return f"the answer to {step.question} is disputed: a second officer reviews it"
    return f"the dispute about {step.question} was decided" if step.question in made.disputes else None


def _sharing(made: Assessment, _: Data) -> str | None:
    return None if made.status == "begun" else "the draft was shared"


def _commenting(made: Assessment, _: Data) -> str | None:
    return None if made.status == "draft" else "the provider has not seen a draft"


def _disputing(made: Assessment, step: published.AssessmentDisputed) -> str | None:
    if made.status != "draft":
        return "the provider has not seen a draft"
    if step.question not in made.answers:
        return f"{step.question} was not answered"
    return f"{step.question} is, or was, disputed" if step.question in made.disputes else None


def _reviewing(made: Assessment, step: published.AssessmentDisputeReviewed) -> str | None:
    if step.question not in made.open_disputes:
        return f"nobody disputes {step.question}"
    if step.actor in made.answers[step.question].by | {made.begun.actor}:
        return "a second officer reviews a dispute, who had no part in the answer"
    if (step.outcome == "stands") != (step.answer == made.answers[step.question].answer):
        return "an answer that stands is the same, one that is changed another"
    return None


def _completing(made: Assessment, step: published.AssessmentCompleted) -> str | None:
    if made.draft is None:
        return "the provider sees a draft first"
    if made.open_disputes:
        return f"a second officer has to review first: {', '.join(made.open_disputes)}"
    if not made.accepted and step.final_on is not None and step.final_on <= made.draft.comments_due:
        return f"the provider has until {made.draft.comments_due.isoformat()} to say what is not right"
    return None


UNFIT: Mapping[type[Data], Callable[[Assessment, Any], str | None]] = {
    published.AssessmentAnswered: _answering,
    published.AssessmentDraftShared: _sharing,
    published.AssessmentCommented: _commenting,
    published.AssessmentDisputed: _disputing,
    published.AssessmentDisputeReviewed: _reviewing,
    published.AssessmentCompleted: _completing,
    published.AssessmentAbandoned: lambda _made, _step: None,
}
KIND = Kind(
    name="assessment",
    key="assessment_id",
    first=published.AssessmentBegun,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda made: made.status in ("begun", "draft"),
    due=lambda made: made.draft.comments_due if made.draft else None,
)
