"""Which of CQC's key questions a theme belongs to (domain.md §3.3; HER-Q5: many to many)."""

from collections.abc import Iterable
from itertools import combinations

from shared.events.vocabulary import ABUSE_TYPES, KEY_QUESTIONS

_LETTERS = dict(zip("SECRW", KEY_QUESTIONS, strict=True))
_TABLE = {
    "q.care_planning": "ERC", "q.dignity": "C", "q.choice_control": "CRS", "q.consent_mca": "ES",
    "q.lived_experience": "RC", "q.nutrition_hydration": "ES", "q.skin_pressure": "SE", "q.falls_moving": "S",
    "q.medicines": "S", "q.ipc": "S", "q.eol": "RC", "q.health_access": "E", "q.safeguarding_system": "SW",
    "q.whistleblow_culture": "WS", "q.staffing_levels": "SW", "q.recruitment": "SW", "q.training_supervision": "EW",
    "q.leadership": "W", "q.governance": "W", "q.records_info": "WS", "q.complaints": "RW", "q.environment": "SE",
    "q.homecare_delivery": "SR", "q.transport_transfer": "ES", "q.communication": "RC", "q.equality": "RC",
    "q.contract_compliance": "W", "q.engagement": "W",
}  # fmt: skip
KEY_QUESTIONS_OF: dict[str, frozenset[str]] = {
    **{theme: frozenset(_LETTERS[letter] for letter in letters) for theme, letters in _TABLE.items()},
    **dict.fromkeys(ABUSE_TYPES, frozenset({"safe"})),
}
"""What is not classified belongs to none."""

_CHOICES = [frozenset(some) for size in range(len(KEY_QUESTIONS) + 1) for some in combinations(KEY_QUESTIONS, size)]


def questions(themes: Iterable[str]) -> frozenset[str]:
    """Every key question that one of these themes belongs to."""
    return frozenset().union(*(KEY_QUESTIONS_OF.get(theme, frozenset()) for theme in themes))


def fewest(sets: Iterable[frozenset[str]]) -> int:
    """The fewest key questions into which all of these fit: one concern of three questions is still one matter."""
    distinct = {each for each in sets if each}
    return next(len(choice) for choice in _CHOICES if all(choice & each for each in distinct))
