"""What a form asks, as data, and what became of one page that was sent: answers, or errors beside them (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.intake import privacy

Answers = Mapping[str, str | list[str]]
"""By question; `""` or `[]` for one that was shown and left empty."""
Posted = Mapping[str, Sequence[str]]
Kind = Literal["radios", "checkboxes", "text", "textarea", "date", "number"]

NONE = "none"
"""The option that excludes every other one of its question."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked."""

    name: str
    label: str
    kind: Kind = "text"
    missing: str = ""
    """What to say when it is left empty; empty where it may be."""
    hint: str = ""
    options: tuple[Option, ...] = ()
    most: int = 200
    """Characters of a text; the largest number of a number."""
    email: bool = False
    """Whether it must look like an e-mail address."""
    autocomplete: str = ""
    is_personal: bool = False
    """Whether it asks who somebody is; else what looks like a person's number is refused."""
    whole: bool = False
    """Whether a number must be a whole one."""
    any_day: bool = False
    """Whether a day may lie ahead."""
    short: str = ""
    """How an error calls it, where its label is a whole question."""

    @property
    def called(self) -> str:
        """How an error calls it."""
        return self.short or self.label.removesuffix(" (optional)").removesuffix("?")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a form: one question, or a few that belong together."""

    name: str
    title: str
    questions: tuple[Question, ...] = ()
    says: tuple[str, ...] = ()
    """Paragraphs above the questions."""
    warns: str = ""
    link: tuple[str, str] | None = None
    """Where else to go: the words and the address."""
    is_end: bool = False
    """The form ends here, unsent: there is nothing to go on to."""
    asked: Callable[[Answers], bool] = lambda _: True

    @property
    def is_one_question(self) -> bool:
        """Then the question is the heading."""
        return len(self.questions) == 1


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form. Its pages come in this order, those that are asked."""

    kind: str
    title: str
    pages: tuple[Page, ...]

    def page(self, name: str) -> Page | None:
        """The page of this name."""
        return next((page for page in self.pages if page.name == name), None)

    def asked(self, answers: Answers) -> tuple[Page, ...]:
        """The pages that these answers lead through."""
        return tuple(page for page in self.pages if page.asked(answers))

    def after(self, name: str, answers: Answers) -> Page | None:
        """The page that follows; None after the last."""
        left = iter(self.asked(answers))
        return next(left, None) if any(page.name == name for page in left) else None

    def before(self, name: str, answers: Answers) -> Page | None:
        """The page before; None for the first."""
        names = [page.name for page in self.asked(answers)]
        at = names.index(name) if name in names else 0
        return self.page(names[at - 1]) if at else None

    def unanswered(self, answers: Answers) -> Page | None:
        """The first page that still has to be shown; None when all are answered."""
        for page in self.asked(answers):
            if page.is_end or any(question.name not in answers for question in page.questions):
                return page
        return None

    def kept(self, answers: Answers) -> dict[str, str | list[str]]:
        """Only what is asked: an answer given on a way since left does not count."""
        names = {question.name for page in self.asked(answers) for question in page.questions}
        return {name: value for name, value in answers.items() if name in names}


def read(page: Page, posted: Posted, today: date) -> tuple[dict[str, str | list[str]], dict[str, str]]:
    """The answers of one page as sent, and what is wrong with them by question. Wrong ones are kept, to be mended."""
    answers: dict[str, str | list[str]] = {}
    errors: dict[str, str] = {}
    for question in page.questions:
        answers[question.name], error = _read(question, posted, today)
        if error:
            errors[question.name] = error
    return answers, errors


def is_missing(page: Page, name: str, error: str) -> bool:
    """Whether the error of a question says only that it is not answered."""
    return any(each.name == name and each.missing == error for each in page.questions)


def text(answers: Answers, name: str) -> str:
    """One answer as a text; empty where there is none."""
    value = answers.get(name, "")
    return value if isinstance(value, str) else ", ".join(value)


def chosen(answers: Answers, name: str) -> list[str]:
    """What was ticked, without the answer that nothing applies."""
    value = answers.get(name, [])
    return [each for each in ([value] if isinstance(value, str) else value) if each and each != NONE]


def spoken(question: Question, answers: Answers) -> str:
    """An answer in the words of the form, for check your answers."""
    value = answers.get(question.name, "")
    if question.kind in ("radios", "checkboxes"):
        words = {option.value: option.text for option in question.options}
        given = [value] if isinstance(value, str) else value
        return ", ".join(words.get(each, each) for each in given if each) or "Not answered"
    if question.kind == "date" and value and isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    return text(answers, question.name) or "Not answered"


def _read(question: Question, posted: Posted, today: date) -> tuple[str | list[str], str]:
    if question.kind == "date":
        return _date(question, posted, today)
    sent = [value.replace("\r\n", "\n").strip() for value in posted.get(question.name, ())]
    if any("\0" in value for value in sent):
        return "", f"{question.called}: this holds a character that cannot be kept"
    if question.kind == "checkboxes":
        return _ticked(question, [value for value in sent if value])
    value = sent[0] if sent else ""
    return value, _wrong(question, value, today)


def _wrong(question: Question, value: str, today: date) -> str:
    if not value:
        return question.missing
    if question.kind == "radios":
        return "" if value in _values(question) else question.missing or "Select one of the answers"
    return _wrong_number(question, value) if question.kind == "number" else _wrong_text(question, value, today)


def _wrong_number(question: Question, value: str) -> str:
    if not (_WHOLE if question.whole else _NUMBER).fullmatch(value):
        return f"{question.called}: enter a {'whole ' if question.whole else ''}number, such as 12"
    return "" if float(value) <= question.most else f"{question.called}: enter a number up to {question.most:,}"


def _wrong_text(question: Question, value: str, today: date) -> str:
    if len(value) > question.most:
        return f"{question.called}: use {question.most:,} characters or fewer (you used {len(value):,})"
    if question.kind == "text" and not value.isprintable():
        return f"{question.called}: use one line of letters, numbers and signs"
    if question.email and not _EMAIL.fullmatch(value):
        return "Enter an e-mail address in the correct format, like name@example.com"
    if question.kind == "text" and not question.is_personal and any(privacy.faults(value, today.year)):
        return f"{question.called}: this looks like an NHS number or a date of birth. Please leave it out"
    return ""


def _ticked(question: Question, sent: list[str]) -> tuple[list[str], str]:
    known = [value for value in _values(question) if value in sent]
    if len(set(sent)) > len(known):
        return known, "Select answers from the list only"
    if not known:
        return known, question.missing
    if NONE in known and len(known) > 1:
        words = next(option.text for option in question.options if option.value == NONE)
        return known, f"Select what applies, or select “{words}”"
    return known, ""


def _date(question: Question, posted: Posted, today: date) -> tuple[str, str]:
    parts = ["".join(posted.get(f"{question.name}-{part}", ())[:1]).strip() for part in ("year", "month", "day")]
    if not any(parts):
        return "", question.missing
    if not all(part.isascii() and part.isdigit() for part in parts):
        return "", f"{question.called}: enter day, month and year as numbers"
    year, month, day = (int(part[:6]) for part in parts)
    try:
        told = date(year, month, day)
    except ValueError:
        return "", f"{question.called}: this must be a real date"
    if told > today and not question.any_day:
        return "", f"{question.called}: this must be today or in the past"
    if told.year < today.year - 100:
        return "", f"{question.called}: enter the year with four digits"
    return told.isoformat(), ""


def _values(question: Question) -> Iterator[str]:
    return (option.value for option in question.options)
