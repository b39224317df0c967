"""The words and choices of a provider's own pages. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from services.governance import plan_orders
from services.governance.monitoring import assessment_orders
from services.governance.monitoring.question_set import QuestionSet
from services.governance.own import orders, shown
from services.governance.web import words
from services.governance.web.form import Choices, Form
from services.governance.web.records import choices
from services.governance.web.written import Written

NAMES: Final = {
    "RT-PMR": "Provider monitoring return", "RT-SDP": "Service development plan", "RT-RISK": "Risk self-assessment",
    "RT-PERF": "Performance return", "RT-ASSUR": "Insurance, accounts and social value",
    "RT-BASE": "Baseline information", "RT-CT": "Capacity Tracker",
}  # fmt: skip
"""Returns by the names that their forms bear."""
RETURNS: Final = {
    "received": ("✓ Received", "calm"), "received_late": ("Received after its day", "watch"),
    "waived": ("Need not be made", "calm"), "overdue": ("▲ Not received: overdue", "act"), "owed": ("Owed", "watch"),
}  # fmt: skip
ANSWERS: Final = {
    "fully": "Fully met", "mostly": "Mostly met", "partly": "Partly met", "not": "Not met",
    "not_applicable": "Does not apply",
}  # fmt: skip
GROUNDS: Final = (
    ("factual_accuracy", "A fact is wrong"), ("wrong_standard", "It was measured by the wrong standard"),
    ("duplicated_evidence", "The same evidence was counted twice"), ("process", "The procedure was not followed"),
    ("other", "Something else"),
)  # fmt: skip
OUTCOMES: Final = {
    "upheld": "You were right", "part_upheld": "You were right in part", "not_upheld": "What was recorded stands",
    "withdrawn": "You took it back",
}  # fmt: skip
DISPUTES: Final = {None: "Disputed: a second officer will look at it", "stands": "Disputed: it stands",
                   "changed": "Disputed: changed"}  # fmt: skip
TOLD: Final = {"A10": "A limit was reached", "A11": "A return is missing", "reminder": "A reminder"}
SIGNED: Final = Form(
    orders.Signed, given={"type": "signed_off"}, labels={"signed_on": "Signed on", "signed_by_role": "Your role"},
    choices={"signed_by_role": choices.PROVIDERS_ROLES},
)  # fmt: skip
SUBMITTED: Final = Form(
    plan_orders.Submitted, given={"type": "submitted_for_signoff"},
    labels={"statement": "What you want to say with it"},
    hints={"statement": "No names of people who use the service."},
)  # fmt: skip


MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def period(given: str) -> str:
    """When a period begins: `2026-03` → March 2026, a day in words, a year as it is."""
    found = MONTH.fullmatch(given)
    return f"{date(int(found[1]), int(found[2]), 1):%B %Y}" if found else str(words.value(given))


def questions(asked: QuestionSet, service_type: str, answered: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """What was asked and answered, by standard: (its name, its questions with id, words and answer)."""
    found: dict[str, list[Any]] = {}
    for standard, one in asked.asked(service_type):
        if one.id in answered:
            given = answered[one.id]["answer"]
            found.setdefault(standard.name, []).append((one.id, one.says or one.asks, ANSWERS[given]))
    return list(found.items())


def options(rows: Sequence[tuple[str, list[Any]]], without: Mapping[str, Any]) -> Choices:
    """Its questions to choose from, those that are disputed left out."""
    return [(name, f"{text} ({answer})") for _, ones in rows for name, text, answer in ones if name not in without]


def commented() -> Form:
    """The provider's word on a draft, as a whole: an answer that it does not agree with is disputed by itself."""
    return Form(
        assessment_orders.Commented,
        given={"type": "commented"},
        only=("accepted", "comment"),
        labels={"accepted": "Do you accept the draft?", "comment": "Your comment"},
        hints={"accepted": "If you accept it, it can be concluded before your days are over.",
               "comment": "Say what is not right in the facts. No names of people who use the service."},
    )  # fmt: skip


def disputed(rows: Sequence[tuple[str, list[Any]]], known: Mapping[str, Any]) -> Form:
    """The provider does not agree with an answer: one of those that it has not disputed yet."""
    return Form(
        assessment_orders.Disputed,
        given={"type": "disputed"},
        labels={"question": "Which answer you dispute", "grounds": "Why, and what evidence you have"},
        hints={"grounds": "A second officer, who answered none of it, will look at it. No names of people."},
        choices={"question": options(rows, known)},
    )


def challenged(event_id: str) -> Form:
    """A challenge to what is recorded."""
    return Form(
        orders.NewChallenge,
        given={"event_id": event_id},
        labels={"grounds": "What is not right", "statement": "Why, and what evidence you have"},
        hints={"statement": "No names of people who use the service."},
        choices={"grounds": GROUNDS},
    )


def for_provider(written: Sequence[Written]) -> list[Written]:
    """What was written of its plan, without officers' notes."""
    own = {words.plain(name) for name in shown.PLAN_TEXTS}
    kept = (replace(one, texts=[each for each in one.texts if each[0] in own]) for one in written)
    return [one for one in kept if one.texts]


def recorded(one: Mapping[str, Any]) -> str:
    """One thing that stands on the record, in words."""
    says = one["says"]
    more = [words.level(says["level"])] if "level" in says else []
    more += [words.plain(says["overall"])] if "overall" in says else []
    more += [NAMES.get(says["return_type"], says["return_type"])] if "return_type" in says else []
    return words.plain(one["what"]) + (f": {', '.join(more)}" if more else "")
