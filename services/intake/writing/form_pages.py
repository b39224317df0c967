"""A form's pages as HTML: questions with labels, hints and errors beside them, in the components of GOV.UK."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from services.intake.writing.questions import NONE, Answers, Form, Page, Posted, Question, spoken, text
from shared.web import look

TEMPLATES = Path(__file__).parent / "templates"
SERVICE = "Care quality"
FOOT = "This form is not an emergency service."
COMPONENTS = {"text": "input", "number": "input"}
"""The component of a kind of question; else of its own name."""


def page(name: str, status: int = 200, **words: Any) -> HTMLResponse:
    """One of our pages."""
    return look.page(TEMPLATES, name, status, service=SERVICE, foot=FOOT, **words)


def message(title: str, *says: str, status: int = 200, link: tuple[str, str] | None = None) -> HTMLResponse:
    """A page that only says something."""
    return page("message.html", status, title=title, says=says, link=link)


def question(
    form: Form,
    at: Page,
    answers: Answers,
    *,
    token: str,
    back: str,
    errors: Mapping[str, str] | None = None,
    posted: Posted | None = None,
    is_change: bool = False,
) -> HTMLResponse:
    """One page of a form, with what has been answered, or what was sent and what is wrong with it."""
    wrong = errors or {}
    return page(
        "question.html",
        422 if wrong else 200,
        title=at.title,
        kind=form.kind,
        at=at,
        back=back,
        token=token,
        is_change=is_change,
        fields=fields(at, answers, wrong, posted),
        errors=summary(at, wrong),
    )


def fields(at: Page, answers: Answers, errors: Mapping[str, str], posted: Posted | None = None) -> list[dict[str, Any]]:
    """The components of a page's questions."""
    return [_field(each, answers, errors, posted, is_heading=at.is_one_question) for each in at.questions]


def summary(at: Page, errors: Mapping[str, str]) -> list[dict[str, str]]:
    """What is wrong, each with a link to where."""
    return [{"text": words, "href": f"#{_first_id(at, name)}"} for name, words in errors.items()]


def answered(
    form: Form, answers: Answers, *, token: str, says: Sequence[str], known: Sequence[Any] = ()
) -> HTMLResponse:
    """Check your answers: every answer with a way to change it."""
    rows = [
        {
            "key": {"text": each.label},
            "value": {"html": _lines(spoken(each, answers))},
            "actions": {
                "items": [
                    {
                        "href": f"/{form.kind}/questions/{at.name}?change=1",
                        "text": "Change",
                        "visuallyHiddenText": each.label.lower(),
                    }
                ]
            },
        }
        for at in form.asked(answers)
        for each in at.questions
    ]
    return page(
        "answers.html", title="Check your answers", kind=form.kind, rows=rows, token=token, says=says, known=known
    )


def _field(
    asked: Question, answers: Answers, errors: Mapping[str, str], posted: Posted | None, *, is_heading: bool
) -> dict[str, Any]:
    given: dict[str, Any] = {"name": asked.name, "id": asked.name, "idPrefix": asked.name}
    if asked.hint:
        given["hint"] = {"text": asked.hint}
    if asked.name in errors:
        given["errorMessage"] = {"text": errors[asked.name]}
    size = "l" if is_heading else "m" if asked.kind in ("radios", "checkboxes", "date") else "s"
    head = {"text": asked.label, "isPageHeading": is_heading}
    if asked.kind in ("radios", "checkboxes", "date"):
        given["fieldset"] = {"legend": head | {"classes": f"govuk-fieldset__legend--{size}"}}
    else:
        given["label"] = head | {"classes": f"govuk-label--{size}"}
    own = {"radios": _choice, "checkboxes": _choice, "date": _date, "textarea": _words}.get(asked.kind, _line)
    component = COMPONENTS.get(asked.kind, asked.kind)
    return {"component": component, "params": given | own(asked, answers, posted)}


def _choice(asked: Question, answers: Answers, _: Posted | None) -> dict[str, Any]:
    value = answers.get(asked.name, "")
    given = [value] if isinstance(value, str) else value
    items: list[dict[str, Any]] = []
    for option in asked.options:
        if option.value == NONE and len(asked.options) > 1:
            items.append({"divider": "or"})
        item: dict[str, Any] = {"value": option.value, "text": option.text, "checked": option.value in given}
        items.append(item | {"hint": {"text": option.hint}} if option.hint else item)
    return {"items": items}


def _date(asked: Question, answers: Answers, posted: Posted | None) -> dict[str, Any]:
    known = dict(zip(("year", "month", "day"), text(answers, asked.name).split("-"), strict=False))
    items = []
    for part, width in (("day", 2), ("month", 2), ("year", 4)):
        value = (
            "".join((posted or {}).get(f"{asked.name}-{part}", ())[:1]) if posted else known.get(part, "").lstrip("0")
        )
        items.append({"name": part, "value": value[:10], "classes": f"govuk-input--width-{width}"})
    return {"namePrefix": asked.name, "items": items}


def _words(asked: Question, answers: Answers, _: Posted | None) -> dict[str, Any]:
    return {"value": text(answers, asked.name), "rows": 8, "spellcheck": True}


def _line(asked: Question, answers: Answers, _: Posted | None) -> dict[str, Any]:
    own: dict[str, Any] = {"value": text(answers, asked.name)}
    if asked.kind == "number":
        return own | {"classes": "govuk-input--width-5", "inputmode": "numeric" if asked.whole else "decimal"}
    if asked.email:
        own |= {"type": "email", "spellcheck": False}
    return own | {"classes": "govuk-input--width-20", "autocomplete": asked.autocomplete or "off"}


def _lines(words: str) -> Markup:
    """Somebody's words with their line breaks, and nothing else of theirs as markup."""
    return Markup("<br>").join(words.split("\n"))


def _first_id(at: Page, name: str) -> str:
    """The id of the first thing to fill in: of a date that is its day."""
    return next((f"{name}-day" if each.kind == "date" else name for each in at.questions if each.name == name), name)
