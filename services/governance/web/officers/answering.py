"""Answering a set of questions, one standard a page: what is asked, what was answered, what is sent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from services.governance.monitoring import assessment_orders
from services.governance.monitoring.question_set import Question, QuestionSet
from services.governance.order import Code, Text
from services.governance.web.form import Choices, Form

GIVEN: Final[Choices] = (
    ("fully", "Fully met"), ("mostly", "Mostly met"), ("partly", "Partly met"), ("not", "Not met"),
    ("not_applicable", "Does not apply here"),
)  # fmt: skip
Given = Mapping[str, Mapping[str, Any]]
"""Question → answer, and whether something shows it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One standard with the questions that are asked of this kind of service."""

    code: str
    name: str
    asked: tuple[Question, ...]

    def answered(self, given: Given) -> int:
        """How many of them have an answer."""
        return sum(one.id in given for one in self.asked)


def sections(questions: QuestionSet, service_type: str) -> list[Section]:
    """The pages of a set, in its order."""
    found: dict[str, tuple[str, list[Question]]] = {}
    for standard, question in questions.asked(service_type):
        found.setdefault(standard.code, (standard.name, []))[1].append(question)
    return [Section(code, name, tuple(asked)) for code, (name, asked) in found.items()]


def worded(question: Question) -> str:
    """What is asked: the council's own words, or ours."""
    return question.asks or question.says or question.id


def asked_of(questions: QuestionSet) -> dict[str, str]:
    """What each question of a set asks, by its id."""
    return {one.id: worded(one) for each in questions.standards for one in each.questions}


def form(section: Section, given: Given, evidence: Mapping[str, Choices], events_at: str) -> Form:
    """One standard as a form: for each question an answer, what shows it, and events that do.

    `evidence`: events to choose from, by question; `events_at`: the address below which each is looked at.
    """
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    choices: dict[str, Choices] = {}
    links: dict[str, Mapping[str, str]] = {}
    only: list[str] = []
    for number, one in enumerate(section.asked):
        answer, note, events = (f"a{number}_{name}" for name in ("answer", "evidence", "references"))
        labels |= {answer: worded(one), note: f"What shows it, question {number + 1}"}
        labels[events] = f"Events on the record that show it, question {number + 1}"
        choices[answer] = GIVEN
        only += [answer, note]
        if found := evidence.get(one.id):
            choices[events] = found
            links[events] = {id_: f"{events_at}/{id_}" for id_, _ in found}
            only.append(events)
        if (before := given.get(one.id)) is not None:
            hints[note] = (
                "Something is recorded already. Write again only to add to it." if before["evidenced"]
                else "Nothing is recorded yet."
            )  # fmt: skip
    needed = [name for name in only if not name.endswith("_references")]
    return Form(
        model(len(section.asked)), labels=labels, hints=hints, choices=choices, only=only, needed=needed, links=links
    )


@cache
def model(number: int) -> type[BaseModel]:
    """What a page of so many questions sends: nothing has to be answered at once."""
    fields: dict[str, Any] = {}
    for at in range(number):
        fields[f"a{at}_answer"] = (assessment_orders.Given | None, None)
        fields[f"a{at}_evidence"] = (Text | None, None)
        fields[f"a{at}_references"] = (tuple[Code, ...], Field((), max_length=50))
    return create_model(f"Answers{number}", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def known(section: Section, given: Given) -> dict[str, Sequence[str]]:
    """What was answered, as the page would have sent it. Texts are sealed: they are not shown again."""
    return {
        f"a{number}_answer": [given[one.id]["answer"]] for number, one in enumerate(section.asked) if one.id in given
    }


def changed(section: Section, given: Given, said: BaseModel) -> list[tuple[int, assessment_orders.Answer]]:
    """What is new in what was sent, with its number on the page: what stands already is not said again."""
    found = []
    for number, one in enumerate(section.asked):
        answer, note, events = (getattr(said, f"a{number}_{name}") for name in ("answer", "evidence", "references"))
        before = given.get(one.id, {}).get("answer")
        if answer is not None and (answer != before or note or events):
            order = assessment_orders.Answer(question=one.id, answer=answer, evidence=note, references=events)
            found.append((number, order))
    return found


def beside(path: str, numbers: Sequence[int]) -> str:
    """`/answers/0/evidence` of what was sent → the field of the page that it is about."""
    _, at, name, *_rest = [*path.strip("/").split("/"), "", "", ""]
    known_at = at.isdecimal() and int(at) < len(numbers) and name in ("answer", "evidence", "references")
    return f"/a{numbers[int(at)]}_{name}" if known_at else path
