"""May this role have this notice, and how much of it (pure; domain.md §4.4, SAL-20)."""

from typing import Literal

from services.notify.notice import TITLES, Notice

Share = Literal["whole", "title_only", "not_shared"]

SAFEGUARDING = frozenset({"safeguarding", "icb_safeguarding", "director"})
"""Roles that may read what is restricted to safeguarding."""
PROVIDERS_OWN = frozenset({"A10", "A11"})
"""What a provider is told of itself: limits and returns, never a concern or who raised it."""


def share(notice: Notice, role: str) -> Share:
    """Restricted matter goes whole to safeguarding's roles; others who must act learn that it is there, not what."""
    if role == "provider":
        return "whole" if notice.alert in PROVIDERS_OWN else "not_shared"
    if role == "placing_authorities":
        return "title_only"
    if notice.classification == "restricted-safeguarding" and role not in SAFEGUARDING:
        return "title_only"
    return "whole"


def summary_for(notice: Notice, role: str) -> str:
    """The sentence that this role may read. Ask `share` first whether it may have the notice at all."""
    if share(notice, role) == "whole" or notice.alert not in TITLES:
        return notice.summary
    return f"{TITLES[notice.alert]}. The record says more to those who may read it."
