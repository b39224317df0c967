"""May this role have this notice, how much of it, and when (pure; domain.md §4.4, SAL-20)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.notify.notice import TITLES, URGENT, Notice

SAFEGUARDING = frozenset({"safeguarding", "icb_safeguarding", "director"})
"""Roles that may read what is restricted to safeguarding."""
PROVIDERS_OWN = frozenset({"A10", "A11", "reminder"})
"""What a provider is told of itself: limits and returns, never a concern or who raised it."""
OUTSIDE = {
    "cqc": "cqc", "icb_quality": "icb", "icb_safeguarding": "icb", "nhs_quality": "nhs", "provider": "provider",
    "placing_authorities": "placing_authorities", "host_authority": "host_authority",
}  # fmt: skip
"""Kinds of organisation outside the council, as markings name their audiences. All other roles are the council's."""
SMALL = 5
"""Fewer people than this are not counted out in a summary: somebody could be known by it. Services are not people."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What a fact's sender asked for (architecture §4)."""

    audiences: tuple[str, ...] | None
    not_to_provider: bool
    embargo_until: datetime | None


def bound(notice: Notice, markings: Iterable[Marking]) -> Notice:
    """The notice under the markings of its evidence: the narrowest audience, the latest embargo."""
    for one in markings:
        both = notice.audiences
        if one.audiences is not None:
            both = one.audiences if both is None else tuple(name for name in both if name in one.audiences)
        ends = [end for end in (notice.embargo_until, one.embargo_until) if end is not None]
        notice = replace(
            notice,
            audiences=both,
            not_to_provider=notice.not_to_provider or one.not_to_provider,
            embargo_until=max(ends, default=None),
        )
    return notice


def is_meant(role: str, audiences: Collection[str]) -> bool:
    """Whether these words name a role, or the organisation that it belongs to."""
    return role in audiences or OUTSIDE.get(role, "council") in audiences


def withheld(notice: Notice, role: str, shared: Collection[str] = ()) -> Literal["not_shared", "audience"] | None:
    """Why a role may not have it at all. `shared`: to whom a decision shares it.

    A marking never keeps immediate risk or abuse from safeguarding: the duty to act is the law's (Care Act s42).
    """
    if role == "provider" and (notice.alert not in PROVIDERS_OWN or notice.not_to_provider):
        return "not_shared"
    if notice.audiences is None or is_meant(role, (*notice.audiences, *shared)):
        return None
    return None if notice.alert in ("A1", "A2") and role == "safeguarding" else "audience"


def not_before(notice: Notice, role: str) -> datetime | None:
    """The end of an embargo that this role waits for. What is urgent goes to the council's own roles at once."""
    return None if notice.alert in URGENT and role not in OUTSIDE else notice.embargo_until


def share(notice: Notice, role: str) -> Literal["whole", "title_only"]:
    """Restricted matter goes whole to safeguarding's roles; others who must act learn that it is there, not what."""
    if role == "placing_authorities":
        return "title_only"
    if notice.classification == "restricted-safeguarding" and role not in SAFEGUARDING:
        return "title_only"
    return "whole"


def summary_for(notice: Notice, role: str) -> str:
    """The sentence that this role may read. Ask `withheld` first whether it may have the notice at all."""
    if share(notice, role) == "whole" or notice.alert not in TITLES:
        return notice.summary
    return f"{TITLES[notice.alert]}. The record says more to those who may read it."


def counted(people: int) -> str:
    """A number of people in a summary."""
    return str(people) if people == 0 or people >= SMALL else f"fewer than {SMALL}"
