"""The forms of a visit: plan it, agree who leads, ask around, record what was seen, feed back. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from services.governance.asking import Unknown
from services.governance.monitoring import visit_orders
from services.governance.web import steps, words
from services.governance.web.form import Choices, Form, said
from services.governance.web.form_page import Asked
from services.governance.web.officers import wording
from shared.events import vocabulary

STEPS: Final = steps.of(visit_orders.AnyStep)
TITLES: Final[Mapping[str, str]] = {
    "finding": "Record a finding",
    "asked": "Ask others what they know",
    "answered": "Record an answer",
    "lead_agreed": "Say who leads",
    "completed": "Record that it took place",
    "feedback_given": "Record feedback to the provider",
    "moved": "Move it to another day",
    "cancelled": "Cancel it",
}
SAYS: Final[Mapping[str, str]] = {
    "finding": "One thing that was seen. Somebody at immediate risk is told about at once; ring as well.",
    "asked": "They have seven days, if you give no other day.",
    "completed": "Findings that were recorded before count with it.",
    "lead_agreed": "It is agreed once both organisations say the same.",
}
LABELS: Final[Mapping[str, str]] = {
    "purpose": "What kind of visit", "mode": "How", "announced": "Is it announced?", "planned_for": "On which day",
    "commissioners": "Who goes", "lead": "Who leads", "participants": "Roles that take part",
    "focus": "What it looks at",
    "although": "Why, although another visit is within two weeks", "ordered_by": "Decision that ordered it",
    "because": "Why", "sources": "Who is asked", "due_on": "To answer by", "consultation_id": "Who answered",
    "answer": "What it said", "evidence": "What shows it: ids of events on the record", "comment": "Comment",
    "nature": "What it is", "theme": "About what", "key_questions": "CQC’s key questions", "detail": "What was seen",
    "visited_on": "On which day it took place", "methods": "What was done there",
    "immediate_risk": "Is anybody at immediate risk?", "summary": "Summary", "given_on": "Given on",
    "how": "How it was given", "to_role": "To whom", "plan_id": "Improvement plan that follows",
}  # fmt: skip
HINTS: Final[Mapping[str, str]] = {
    "although": "Only where another visit is planned near that day. Visits that wait for no timetable need no reason.",
    "visited_on": "Leave it empty if it was today.",
    "commissioners": "Your own organisation, where nobody is named.",
    "detail": "Name nobody.",
    "summary": "Name nobody.",
    "immediate_risk": "People are asked for at once.",
}
WHO: Final[Choices] = (("council", "The council"), ("nhs", "The NHS"))
MODES: Final[Choices] = (("in_person", "In person"), ("virtual", "By video or telephone"), ("desktop", "From the desk"))
PURPOSES: Final[Choices] = (
    ("annual", "Annual"), ("focused", "Focused"), ("unannounced", "Unannounced"), ("welfare", "Welfare"),
    ("follow_up", "Follow-up"), ("joint", "Joint, council and NHS"), ("good_practice", "Good practice"),
    ("contract", "Contract"),
)  # fmt: skip
NATURES: Final[Choices] = (
    ("strength", "A strength"), ("gap", "A gap"), ("immediate_risk", "▲ Somebody is at immediate risk"),
)  # fmt: skip
ANSWERS: Final[Choices] = (
    ("information_given", "It gave information"), ("nothing_to_report", "It has nothing to report"),
    ("cannot_say", "It cannot say"),
)  # fmt: skip
ONLY: Final[Mapping[str, Sequence[str]]] = {
    "finding": ("nature", "theme", "key_questions", "detail"),
    "completed": ("visited_on", "methods", "mode", "announced", "immediate_risk", "summary"),
}
"""Findings are recorded one by one; their codes are ours."""
CHOICES: Final[Mapping[str, Choices]] = {
    "purpose": PURPOSES, "mode": MODES, "commissioners": WHO, "lead": WHO, "participants": wording.roles(),
    "sources": [
        (one, wording.source(one)) for one in get_args(vocabulary.PublisherKind)
    ],
    "nature": NATURES, "answer": ANSWERS, "to_role": [(one, wording.role(one)) for one in wording.PROVIDERS],
    "focus": said(vocabulary.THEMES), "theme": said(vocabulary.THEMES),
    "key_questions": [(one, words.plain(one)) for one in vocabulary.KEY_QUESTIONS],
}  # fmt: skip


def new(provider_id: str, name: str, orders: Choices) -> Asked:
    """Plan one. `orders`: decisions that asked for a visit and wait for one."""
    only = ["purpose", "planned_for", "mode", "announced", "commissioners", "lead", "participants", "focus"]
    only += ["ordered_by", "although"] if orders else ["although"]
    form = Form(visit_orders.NewVisit, labels=LABELS, hints=HINTS, choices={**CHOICES, "ordered_by": orders}, only=only)
    return Asked("Plan a visit", form, f"/providers/{provider_id}", "Plan it", about=name)


def offered(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The steps that this visit may take: name, title."""
    waits = any(one["answer"] is None for one in found["consultations"])
    names = {
        "planned": ["finding", "completed", "asked", *(["answered"] if waits else []),
                    *(["lead_agreed"] if found["joint"] else []), "moved", "cancelled"],
        "completed": ["feedback_given", "finding", "completed", *(["answered"] if waits else [])],
    }.get(found["status"], [])  # fmt: skip
    return [(name, TITLES[name]) for name in names]


def title(found: Mapping[str, Any]) -> str:
    """What kind of visit it is."""
    return f"{words.plain(found['purpose'])} visit"


def step(found: Mapping[str, Any], service: str, plans: Choices, name: str) -> Asked:
    """One step of a visit to `service`. `plans`: its open improvement plans. Raises Unknown."""
    if (asked := STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    open_ones = [one for one in found["consultations"] if one["answer"] is None]
    choices = {
        **CHOICES, "plan_id": plans,
        "consultation_id": [(one["consultation_id"], wording.source(one["asked"])) for one in open_ones],
    }  # fmt: skip
    given = {"type": name} | ({"finding_id": "ours"} if name == "finding" else {})
    only = ONLY.get(name, ())
    if name == "feedback_given":
        only = ("given_on", "how", "to_role", *(("plan_id",) if plans else ()), "summary")
    form = Form(asked.model, given=given, labels=LABELS, hints=HINTS, choices=choices, only=only)
    says = (SAYS[name],) if name in SAYS else ()
    about = f"{service}: {title(found)}, {words.day(found['visited_on'] or found['planned_for'])}"
    return Asked(TITLES[name], form, f"/visits/{found['visit_id']}", says=says, about=about)
