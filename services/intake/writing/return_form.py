"""The form of one provider's return: what is known is shown, what is not is asked (OXF-22, collect once) (pure)."""

from collections.abc import Mapping
from typing import Any

from services.intake.writing import return_fields
from services.intake.writing.questions import Answers, Form, Option, Page, Question, text
from services.intake.writing.return_fields import Field, Section

KIND = "returns"
HOW, DOCUMENT = "how", "document"
_HOW = (
    Option("form", "I fill in this form"),
    Option("document", "A document that we have already says it", "You name the document, and need not copy it out"),
)
_COMMENTS = "Anything that the figures do not show? (optional)"


def _by_document(answers: Answers) -> bool:
    return text(answers, HOW) == "document"


def _by_form(answers: Answers) -> bool:
    return text(answers, HOW) == "form"


def form(bound: Mapping[str, Any]) -> Form:
    """The form for what is bound: a return type, a service type, what is known already."""
    title, sections = return_fields.RETURNS[bound["return_type"]]
    known = bound.get("known", {})
    asked = (
        _page(section, left)
        for section in sections
        if (left := [field for field in section.fields if is_asked(field, bound) and field.name not in known])
    )
    named = Question(
        DOCUMENT,
        "Which document?",
        missing="Enter the name and date of the document, or where it is",
        short="The document",
    )
    comments = Question(
        "comments", _COMMENTS, "textarea", most=5_000, hint="Please leave out names of people.", short="Your comments"
    )
    return Form(
        KIND,
        title,
        (
            Page("how", "How do you want to answer?", (Question(HOW, "How do you want to answer?", "radios", "Select how you want to answer", options=_HOW),)),  # noqa: E501
            Page("document", "Which document?", (named,), asked=_by_document),
            *asked,
            Page("comments", _COMMENTS, (comments,)),
        ),
    )  # fmt: skip


def is_asked(field: Field, bound: Mapping[str, Any]) -> bool:
    """Whether a field is asked of this kind of service."""
    return field.of is None or bound["service_type"] in field.of


def _page(section: Section, left: list[Field]) -> Page:
    return Page(section.name, section.title, tuple(_question(field) for field in left), asked=_by_form)


def _question(field: Field) -> Question:
    optional = "" if field.is_needed else " (optional)"
    missing = f"{field.label}: enter what you have; 0 if none" if field.is_needed else ""
    if field.kind == "choice":
        missing = f"{field.label}: select one" if field.is_needed else ""
        return Question(field.name, field.label + optional, "radios", missing, options=field.options)
    if field.kind == "date":
        return Question(field.name, field.label + optional, "date", missing, any_day=True)
    if field.kind == "text":
        return Question(field.name, field.label + optional, "text", missing, most=100)
    most = {"percent": 100, "number": 100_000, "count": 1_000_000}[field.kind]
    return Question(field.name, field.label + optional, "number", missing, most=most, whole=field.kind == "count")
