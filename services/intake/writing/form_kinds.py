"""What differs between the forms, and the way through them: which draft is held, which page comes next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from services.intake.writing import concern_form, finding, questions, return_form, service_choice, voice_form
from services.intake.writing.drafts import Draft, Kind
from services.intake.writing.form_desk import Desk
from services.intake.writing.questions import NONE, Answers, Form, Option
from shared.web.refusal import Refusal

_NOT_LISTED = Option(NONE, "It is not in this list, or I do not know its name")


@dataclass(frozen=True, slots=True)
class Shown:
    """What differs between the forms beside their questions."""

    kind: Kind
    letter: str
    """With which its references begin."""
    form: Callable[[Draft], Form]
    thanks: str
    sending: tuple[str, ...]
    next: tuple[str, ...]
    has_status: bool = False


CONCERN = Shown(
    "concern",
    "C",
    lambda _: concern_form.FORM,
    "We have your concern",
    (
        "When you send it, the council’s quality team gets it. If you told us of abuse, neglect or serious harm, the"
        " safeguarding team is told at once.",
        "By sending it you say that it is true as far as you know.",
    ),
    (
        "A person looks at what you told us. They may speak to the service first, or ask the safeguarding team.",
        "If you said that we may contact you, somebody may ask you more.",
        "If somebody is in danger, do not wait for us: call 999.",
    ),
    has_status=True,
)
FEEDBACK = Shown(
    "feedback",
    "F",
    lambda _: voice_form.FORM,
    "Thank you",
    ("When you send it, the people who check on care in your area can read it.",),
    ("We read everything. It helps us to see what is good and what must get better.",),
)
RETURNS = Shown(
    "returns",
    "R",
    lambda draft: return_form.form(draft.bound),
    "We have your return",
    ("By sending it you declare that it is true and complete as far as you know.",),
    ("The council’s quality team reads it. Nothing of it is asked of you again for this period.",),
)


async def held(request: Request, here: Desk, kind: Kind) -> tuple[Draft, str]:
    """The draft that the browser holds, and its code. Raises Refusal where it holds none."""
    held = await here.held(request, kind)
    if held is None:
        raise Refusal(
            404,
            "We cannot find your answers",
            "Start again, or come back to saved answers with your code. Answers that are not sent are deleted after"
            " 28 days.",
        )
    return held


async def filled(here: Desk, draft: Draft, form: Form, answers: Answers) -> Form:
    """The form with the services that fit what was looked for."""
    at = form.page("service")
    if at is None or form.kind not in ("concern", "feedback"):
        return form
    async with here.parts.pool.connection() as connection, connection.cursor() as cursor:
        looked_for = questions.text(answers, service_choice.LOOKED_FOR)
        found = await finding.options(cursor, looked_for, draft.places)
    asked = replace(at.questions[0], options=(*found, _NOT_LISTED))
    return replace(form, pages=tuple(replace(at, questions=(asked,)) if page is at else page for page in form.pages))


def next_page(form: Form, answers: Answers) -> str:
    """Where to go on: the first page without an answer, or check your answers."""
    missing = form.unanswered(answers)
    return f"/{form.kind}/questions/{missing.name}" if missing else f"/{form.kind}/answers"


def known_rows(bound: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """What is known already and therefore not asked, with where it comes from."""
    known: dict[str, dict[str, str]] = bound.get("known", {})
    return [
        {"key": {"text": each["label"]}, "value": {"text": f"{each['value']} ({each['source']})"}}
        for each in known.values()
    ]
