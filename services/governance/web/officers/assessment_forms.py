"""The forms of an assessment: begin, share the draft, hear the provider, review a dispute, conclude. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.governance.asking import Unknown
from services.governance.monitoring import assessment_orders, scoring
from services.governance.monitoring.question_set import QuestionSet
from services.governance.web import steps
from services.governance.web.form import Choices, Form
from services.governance.web.form_page import Asked
from services.governance.web.officers import answering, wording
from shared import calendar

STEPS: Final = {name: one for name, one in steps.of(assessment_orders.AnyStep).items() if name != "answered"}
"""Answers have pages of their own."""
TITLES: Final[Mapping[str, str]] = {
    "draft_shared": "Share the draft with the provider",
    "commented": "Record what the provider says of the facts",
    "disputed": "Record that the provider disputes an answer",
    "dispute_reviewed": "Review a dispute as a second officer",
    "completed": "Give the final rating",
    "abandoned": "Abandon it",
}
SAYS: Final[Mapping[str, str]] = {
    "draft_shared": "From now on the rating is seen, and the provider’s days to say what is not right begin.",
    "dispute_reviewed": "You may not have had a part in the answer. Give the answer that counts from now on.",
    "completed": "Each question that was not met becomes an action of an improvement plan.",
    "abandoned": "It ends without a rating.",
}
LABELS: Final[Mapping[str, str]] = {
    "question_set": "Which questions", "visit_id": "At which visit", "accepted": "Does the provider accept the facts?",
    "questions": "Which answers it speaks of", "comment": "What it says", "question": "Which question",
    "grounds": "Why it does not agree", "answer": "The answer that counts", "reason": "Why",
    "actions": "Actions", "actions.question": "Question", "actions.due": "Due", "actions.owner_role": "Who owns it",
    "actions.issue": "What is to be done", "summary": "Summary", "because": "Why it ends",
}  # fmt: skip
PLAN_MONTHS: Final = 3
"""As the plan that follows has them, where nothing else is said (OXF-8)."""


def new(provider_id: str, name: str, sets: Mapping[str, QuestionSet], service_type: str, visits: Choices) -> Asked:
    """Begin one."""
    fitting = [(key, one.title) for key, one in sets.items() if one.is_for(service_type)]
    only = ("question_set", "visit_id") if visits else ("question_set",)
    choices = {"question_set": fitting, "visit_id": visits}
    form = Form(assessment_orders.NewAssessment, labels=LABELS, choices=choices, only=only)
    says = ("You answer one standard a page. You see no score before the draft is shared.",)
    return Asked("Begin an assessment", form, f"/providers/{provider_id}", "Begin", says, name)


def offered(found: Mapping[str, Any], missing: int) -> list[tuple[str, str]]:
    """The steps that this assessment may take: name, title. `missing`: how many questions have no answer."""
    disputes = [name for name, outcome in found["disputes"].items() if outcome is None]
    names = {
        "begun": ["abandoned"] if missing else ["draft_shared", "abandoned"],
        "draft": ["commented", "disputed", *(["dispute_reviewed"] if disputes else ["completed"]), "abandoned"],
    }.get(found["status"], [])
    return [(name, TITLES[name]) for name in names]


def step(found: Mapping[str, Any], service: str, questions: QuestionSet, name: str) -> Asked:
    """One step of an assessment of `service`. Raises Unknown."""
    if (asked := STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    disputes = found["disputes"]
    which = {
        "disputed": [one for one in found["answers"] if one not in disputes],
        "dispute_reviewed": [one for one, outcome in disputes.items() if outcome is None],
    }.get(name, list(found["answers"]))
    choices: dict[str, Choices] = {
        "question": _worded(questions, which), "questions": _worded(questions, which), "answer": answering.GIVEN,
        "actions.question": _worded(questions, [one.id for one in issues(found, questions)]),
        "actions.owner_role": wording.roles(wording.PROVIDERS),
    }  # fmt: skip
    form = Form(asked.model, given={"type": name}, labels=LABELS, choices=choices)
    says = (SAYS[name],) if name in SAYS else ()
    about = f"{service}: {questions.title}"
    return Asked(TITLES[name], form, f"/assessments/{found['assessment_id']}", says=says, about=about)


def issues(found: Mapping[str, Any], questions: QuestionSet) -> list[Any]:
    """The questions that ask for an action."""
    given = {name: one["answer"] for name, one in found["answers"].items()}
    return scoring.issues(questions, found["service_type"], given)


def suggested(found: Mapping[str, Any], questions: QuestionSet, today: date) -> dict[str, Any]:
    """What the final rating begins with: an action for each issue."""
    due = calendar.add_months(today, PLAN_MONTHS)
    return {"actions": [{"question": one.id, "due": due} for one in issues(found, questions)]}


def _worded(questions: QuestionSet, ids: list[str]) -> Choices:
    said = answering.asked_of(questions)
    return [(name, said.get(name, name)) for name in ids]
