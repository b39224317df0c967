"""Which policies a reader may read: those that come with the product, and those their places have adopted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from services.governance.asking import Unknown
from services.governance.parts import Parts
from services.governance.policy_book import Adoption, PolicyBook
from services.governance.web import words
from shared import calendar, policy
from shared.policies.pack import Pack
from shared.security import Principal

DIGEST: Final = 64
CODE: Final = r"^[a-z0-9-]{3,64}$"
"""How an address names a policy: a shipped pack by its name, an adopted one by its digest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one place's policy on a day."""

    place: str
    in_force: Adoption | None
    book: PolicyBook
    today: date

    @property
    def is_overdue(self) -> bool:
        """Whether its day to be looked at again is past."""
        return (
            self.in_force is not None and self.in_force.review_by is not None and self.today > self.in_force.review_by
        )


def standing(made: Parts, place: str, today: date) -> Standing:
    """Blocks."""
    book = made.store.book(place)
    return Standing(place, book.in_force(today), book, today)


def choices(made: Parts, principal: Principal) -> Mapping[str, str]:
    """Code → what it is called: what may be read and compared. Blocks."""
    found = {name: f"{words.plain(name)} (comes with the product)" for name in policy.shipped()}
    for place in sorted(principal.places):
        book, called = made.store.book(place), words.place(place)
        for one in book.adoptions:
            when = words.day(calendar.london_date(one.at))
            found[one.digest] = f"{words.plain(one.pack)}, version {one.version}, adopted at {called} on {when}"
        if book.shadow is not None and drafts(principal):
            found[book.shadow.digest] = f"{words.plain(book.shadow.pack)}, the draft judged beside at {called}"
    return found


def drafts(principal: Principal) -> bool:
    """Whether this reader may read a draft: whoever may judge one."""
    return principal.has("director") and principal.organisation == "council"


def pack(made: Parts, principal: Principal, code: str) -> Pack:
    """The policy of a code. Raises Unknown for one that is not theirs to read. Blocks."""
    if code not in choices(made, principal):
        raise Unknown(f"no policy of yours has the name {code}")
    return made.packs.pack(code) if len(code) == DIGEST else _shipped(code)


@cache
def _shipped(name: str) -> Pack:
    """What comes with the product does not change while it runs, and takes a while to read."""
    return policy.load(name)
