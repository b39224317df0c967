"""What officers read about their work: kinds of what is owed, reasons, states and choices, in words. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from services.governance.web import words
from services.governance.web.form import Choices

KINDS: Final[Mapping[str, str]] = {
    "task": "Task",
    "plan_action": "Action of an improvement plan",
    "plan_sign_off": "Sign-off of an improvement plan",
    "contract": "Contract",
    "visit": "Visit",
    "visit_feedback": "Feedback after a visit",
    "placement": "Placement to look at",
    "practice_consent": "Consent to share good practice",
    "consent": "Consent to a decision",
    "continuity_review": "Continuity plan to look at again",
    "level_review": "Level to look at again",
    "contact": "Contact with the service",
    "return": "Return of the provider",
    "waiver": "Missed return",
    "partner_rating": "Ratings of partners",
    "host_assurance": "Assurance of the host authority",
    "consultation": "Answer before a visit",
}
"""What may be owed, by its kind."""
PAGES: Final[Mapping[str, str]] = {
    "task": "/tasks/{}", "plan_action": "/plans/{}", "plan_sign_off": "/plans/{}", "contract": "/contracts/{}",
    "visit": "/visits/{}", "visit_feedback": "/visits/{}", "consultation": "/visits/{}", "placement": "/placements/{}",
    "practice_consent": "/practices/{}", "consent": "/decisions/{}",
}  # fmt: skip
"""Kind of what is owed → the page where it is done; of every other kind on the service's own page."""
COMMISSIONERS: Final = (
    "quality-officer", "contracts-officer", "team-manager", "panel-chair", "safeguarding", "icb-quality", "director",
)  # fmt: skip
PROVIDERS: Final = ("registered_manager", "deputy_manager", "nominated_individual", "regional_manager")
ROLE_WORDS: Final[Mapping[str, str]] = {"icb-quality": "ICB quality lead", "safeguarding": "Safeguarding lead"}
SOURCES: Final[Mapping[str, str]] = {"gp": "GP", "nhs_trust": "NHS trust", "other_la": "Another authority"}
TASKS: Final[Mapping[str, str]] = {
    "factual_accuracy": "Hear what the provider says of a draft assessment",
    "convene_meeting": "Ask the body to meet",
}
"""Tasks whose code says too little."""
ORGANISATIONS: Final[Mapping[str, str]] = {"council": "The council", "nhs": "The NHS", "icb": "The ICB"}
RATINGS: Final = {"excellent": "calm", "good": "calm", "requires_improvement": "watch", "poor": "act"}
RAGS: Final = {"green": "calm", "amber": "watch", "red": "act"}
"""Tones, so that a shape stands beside each colour."""


def role(code: str | None) -> str:
    """`quality-officer` → Quality officer."""
    return ROLE_WORDS.get(code or "", words.plain(code))


def source(code: str | None) -> str:
    """A kind of body that knows something: `fire_rescue` → Fire rescue."""
    return SOURCES.get(code or "", words.plain(code))


def roles(*more: Iterable[str]) -> Choices:
    """Roles of the commissioners, and others, to choose from."""
    found = dict.fromkeys([*COMMISSIONERS, *(code for each in more for code in each)])
    return [(code, role(code)) for code in found]


def reason(one: Mapping[str, Any]) -> str:
    """Why something of the list of what is owed is owed."""
    said, item = source(one["reason"]), one["item"] or ""
    known = {
        "task": TASKS.get(one["reason"], said),
        "plan_action": f"Action {item}, from {said.lower() or 'a plan'}",
        "plan_sign_off": "Submitted: both sign that it is done"
        if one["reason"] == "submitted"
        else "Every action is closed: hand it in, then both sign",
        "contract": "A review, a document or its end",
        "visit": f"{said} visit",
        "placement": "People placed there are to be looked at",
        "visit_feedback": f"Tell the provider what the {said.lower()} visit found",
        "contact": "The least contact that the policy asks for",
        "level_review": "The policy asks to look at the level again",
        "continuity_review": "The plan is missing" if one["reason"] == "missing" else "The plan is held",
        "practice_consent": "The provider has not said whether it may be shared",
        "return": f"{one['reason']} is awaited",
        "waiver": f"Chase {one['reason']}, or waive it",
        "partner_rating": "Partners’ ratings of the month are awaited",
        "host_assurance": "The host’s assurance is awaited",
        "consultation": f"{said} was asked before a visit",
    }
    return known.get(one["kind"], said)


def address(one: Mapping[str, Any]) -> str:
    """The page where something that is owed is done."""
    at, about = PAGES.get(one["kind"]), one.get("provider_id")
    return at.format(quote(one["id"], safe="")) if at and one["id"] != about else f"/providers/{about}"


def whose(one: Mapping[str, Any], bodies: Mapping[str, str]) -> str:
    """Who owes it, as far as anybody is named. `bodies`: their names under the policies in force."""
    said = [role(one["role"])] if one.get("role") else []
    said += [f"officer {one['officer']}"] if one.get("officer") else []
    said += [bodies.get(one["body"], words.plain(one["body"].lower()))] if one.get("body") else []
    waits = [
        SOURCES.get(each, ORGANISATIONS.get(each, words.plain(each)).lower().replace("icb", "ICB"))
        for each in one["waits_for"]
    ]
    said += [f"waits for {' and '.join(waits)}"] if waits else []
    return ", ".join(said)
