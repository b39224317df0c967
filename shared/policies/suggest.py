"""The nearest name to one that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing where no known name is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=NEAR)
    return f"; did you mean {found[0]}?" if found else ""
