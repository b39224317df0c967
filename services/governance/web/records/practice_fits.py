"""What may be done with an example of good practice, and what each step's form offers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.governance.domain.practice import Practice, reaches
from services.governance.monitoring import practice_orders
from services.governance.web import steps
from services.governance.web.form import Form
from services.governance.web.records import choices
from services.governance.web.steps import Step

TITLES: Final = {
    "consent_asked": "Ask the provider for its permission",
    "consent_given": "Record that it gives permission",
    "consent_refused": "Record that it would rather not",
    "consent_withdrawn": "Record that it takes it back",
    "shared": "Record that others heard of it",
}
CONSENTS: Final = {
    "not_asked": "Not asked yet", "asked": "Asked, no answer yet", "given": "Given",
    "refused": "It would rather not", "withdrawn": "Taken back",
}  # fmt: skip
REACH: Final = dict(choices.SCOPES) | {"none": "Nobody"}
STEPS: Final[Mapping[str, Step]] = {
    name: replace(one, title=TITLES[name]) for name, one in steps.of(practice_orders.AnyStep).items()
}
LABELS: Final = {
    "scope": "How far it may go", "answered_on": "Answered on", "by_role": "Who spoke for the provider",
    "asked_on": "Asked on", "due": "Answer wanted by", "note": "Note", "withdrawn_on": "Taken back on",
    "reason": "Why", "audience": "Who heard of it", "shared_on": "Shared on", "detail": "How it was shared",
}  # fmt: skip
NEW: Final = Form(
    practice_orders.NewPractice,
    labels={"themes": "What it is about", "description": "What others can learn from", **{
        f"consent.{name}": f"Permission given at once: {LABELS[name][:1].lower()}{LABELS[name][1:]}"
        for name in ("scope", "answered_on", "by_role")
    }},
    hints={"description": "No names of people.",
           "consent.scope": "Leave this and the next two blank if it was not asked."},
    choices={"themes": choices.PRACTICE, "consent.scope": choices.SCOPES, "consent.by_role": choices.PROVIDERS_ROLES},
)  # fmt: skip


def fitting(made: Practice) -> Sequence[Step]:
    """The steps that are possible now; nothing is shared without permission."""
    fits = {
        "consent_asked": made.consent not in ("asked", "given"),
        "consent_given": made.consent != "given",
        "consent_refused": made.consent in ("not_asked", "asked"),
        "consent_withdrawn": made.consent == "given",
        "shared": any(reaches(made, scope) for scope, _ in choices.SCOPES),
    }
    return [one for name, one in STEPS.items() if fits[name]]


def form(name: str, made: Practice) -> Form:
    """One step's form."""
    offered = {
        "by_role": choices.PROVIDERS_ROLES,
        "scope": choices.SCOPES,
        "audience": [one for one in choices.SCOPES if reaches(made, one[0])],
    }
    hints = {"due": "Two weeks, if you leave it blank.", "detail": "No names of people."}
    return Form(STEPS[name].model, given={"type": name}, labels=LABELS, choices=offered, hints=hints)
