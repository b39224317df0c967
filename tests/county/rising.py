"""K11, themes that rise, from the simulation's own ledger by docs/measures.md: exact, in fractions, no logarithms."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import comb

from tests.county.book import CARE_HOMES, Home

NEWER, OLDER = 91, 364
FEWEST, ACROSS, CHANCE = 5, 3, Fraction(1, 100)


def risen(homes: list[Home], last: date) -> tuple[float | None, int, int, int]:
    """Each theme that rises in a sector, or in the whole place where no sector says so; of all that came in."""
    sectors = [[home for home in homes if (home.kind in CARE_HOMES) is is_care] for is_care in (True, False)]
    told = [theme for sector in sectors for theme in rising(sector, last)]
    told += [theme for theme in rising(homes, last) if theme not in told]
    quiet = set(counted(homes, last)) - set(told)
    return float(len(told)), len(told), len(told) + len(quiet), 0


def rising(homes: list[Home], last: date) -> Iterator[str]:
    """Those of which there is more than chance lets be, and in three services more than before."""
    newer, older = (sum(days(home, last)[n] for home in homes) for n in (0, 1))
    for theme, found in counted(homes, last).items():
        recent, before = (sum(one[n] for one in found.values()) for n in (0, 1))
        more = [id_ for id_, (new, old) in found.items() if is_more(new, old, days(known(homes, id_), last))]
        if recent >= FEWEST and len(more) >= ACROSS and older and chance(recent, before, newer, older) < CHANCE:
            yield theme


def chance(recent: int, before: int, newer: int, older: int) -> Fraction:
    """Of so many or more in the newer time, had nothing changed."""
    share, every = Fraction(newer, newer + older), recent + before
    return sum(
        (comb(every, count) * share**count * (1 - share) ** (every - count) for count in range(recent, every + 1)),
        Fraction(),
    )


def counted(homes: list[Home], last: date) -> dict[str, dict[str, list[int]]]:
    """Theme → home → how often in the newer time and in the older."""
    turn, found = last - timedelta(days=NEWER - 1), dict[str, dict[str, list[int]]]()
    for home in homes:
        for (day, theme), number in Counter(home.themes).items():
            if home.since <= day <= last and day >= turn - timedelta(days=OLDER):
                found.setdefault(theme, {}).setdefault(home.id, [0, 0])[day < turn] += number
    return found


def days(home: Home, last: date) -> tuple[int, int]:
    """Days on which it was known, in the newer time and in the older."""
    turn = last - timedelta(days=NEWER - 1)
    newer = (last - max(turn, home.since)).days + 1
    return newer, max(0, (turn - max(turn - timedelta(days=OLDER), home.since)).days)


def is_more(new: int, old: int, known_for: tuple[int, int]) -> bool:
    newer, older = known_for
    return new * older > old * newer if older else new > 0


def known(homes: list[Home], id_: str) -> Home:
    return next(home for home in homes if home.id == id_)
