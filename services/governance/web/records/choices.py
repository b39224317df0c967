"""The words and choices that officers' records offer, where an order takes a code that only people know. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from services.governance.web import words
from services.governance.web.form import Choices, said
from shared.events import vocabulary

PROVIDERS_ROLES: Final = said(
    ("registered_manager", "deputy_manager", "nominated_individual", "owner_or_director", "quality_lead")
)
COUNCILS_ROLES: Final = said(
    ("quality_officer", "team_manager", "contracts_officer", "panel_chair", "director", "safeguarding")
)
ROLES: Final = sorted([*PROVIDERS_ROLES, *COUNCILS_ROLES], key=lambda one: one[1])
"""Who does something, on either side: roles, never names."""
PRACTICE: Final = sorted(
    (f"gp.{code.removeprefix('q.')}", text)
    for code, text in said(vocabulary.QUALITY_THEMES - {vocabulary.UNCLASSIFIED})
)
SCOPES: Final = (
    ("forum", "The provider forum"), ("place", "All services of this place"), ("public", "Everybody"),
)  # fmt: skip
AUTHORITY: Final = "The code of the council’s area: a letter and eight digits, such as E08000004."


def signs(codes: Iterable[str]) -> Choices:
    """Market signs and the like, without the letter before them."""
    return sorted(((code, words.plain(code.partition(".")[2] or code)) for code in codes), key=lambda one: one[1])


def actions(plan: Mapping[str, Any]) -> Choices:
    """The open actions of a plan: what each is about and when it is due."""
    return [(one["action_id"], action(one)) for one in plan["actions"] if one["outcome"] is None]


def action(one: Mapping[str, Any]) -> str:
    """One action in words."""
    about = ", ".join(words.value(theme).lower() for theme in one["themes"])
    return f"{one['action_id']}{f': {about}' if about else ''}, due {words.day(one['due'])}"


def late(plan: Mapping[str, Any], today: date) -> list[str]:
    """The open actions whose day has passed."""
    ones = (one for one in plan["actions"] if one["outcome"] is None)
    return [one["action_id"] for one in ones if date.fromisoformat(one["due"]) < today]
