"""What a field must not hold: what says who somebody is, days that nobody lives (pure; architecture §1.10, §9)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from services.intake.faults import Fault

EARLIEST, LATEST = 1900, 2199
"""Years. 9999-12-31 stands for "never" in many systems: whoever reckons a day after it finds none."""
MOST = 2**53
"""The whole numbers below it are the same in every JSON. Not-a-number and infinity are not below it either."""
GROWN = 16
"""Years: a date that lies so far before the event, in a field of words, is taken for somebody's birth."""

_NHS = re.compile(r"(?<![0-9A-Za-z])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![0-9A-Za-z])")
_LOCATION = re.compile(r"\b1-\d{6,12}\b")
"""CQC's own ids have ten digits too."""
_BIRTH = re.compile(r"\b(d\.?o\.?b|date of birth|born)\b", re.IGNORECASE)
_DATES = (
    re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?P<year>(?:19|20)\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})[/.-]\d{1,2}[/.-]\d{1,2}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9} (?P<year>(?:19|20)\d{2})(?!\d)"),
)
_PERSON_FIX = "Send counts, codes and references of your own; what is about a person goes into a free-text field."


def faults(value: object, year: int, *at: str | int) -> Iterator[Fault]:
    """Everything in the data of an event of that year that it may not hold. `value` is without its free texts."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _words(str(name), year, (*at, name))
            yield from faults(each, year, *at, name)
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from faults(each, year, *at, number)
    elif isinstance(value, str):
        yield from _words(value, year, at)
    elif isinstance(value, date | datetime):
        if value.year < EARLIEST:
            yield too_early(*at)
        elif value.year > LATEST:
            yield Fault(at, f"lies after {LATEST}", fix="Leave it out where there is no such day.")
    elif isinstance(value, int | float) and not abs(value) < MOST:
        yield Fault(at, "is no number that can be kept", fix=f"Send a number below {MOST}.")


def too_early(*at: str | int) -> Fault:
    """A time that nothing we keep can have."""
    return Fault(at, f"lies before {EARLIEST}", fix="Write the year with four digits, as it is.")


def is_nhs_number(digits: str) -> bool:
    """Ten digits whose last is the check digit of the others (modulus 11)."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9])


def _words(text: str, year: int, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if "\0" in text:
        yield Fault(at, "holds a NUL character", fix="Remove it.")
    plain = _LOCATION.sub("", text)
    if any(is_nhs_number("".join(found)) for found in _NHS.findall(plain)):
        yield Fault(at, "looks like an NHS number, and this field may not hold one", "nhs_number", fix=_PERSON_FIX)
    if _BIRTH.search(plain) or any(
        int(found["year"]) <= year - GROWN for pattern in _DATES for found in pattern.finditer(plain)
    ):
        yield Fault(at, "looks like a date of birth, and this field may not hold one", "birth_date", fix=_PERSON_FIX)
