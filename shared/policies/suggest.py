"""The nearest name to one that nobody knows."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache

from pydantic_core import ErrorDetails

from shared.policies.section import Section

NEAR = 0.6


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing where no known name is near."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=NEAR)
    return f"; did you mean {found[0]}?" if found else ""


def instead(error: ErrorDetails) -> str:
    """What was probably meant where pydantic refused a name or a value."""
    if error["type"] == "extra_forbidden" and error["loc"]:
        return nearest(str(error["loc"][-1]), _fields())
    if error["type"] == "literal_error":
        return nearest(str(error["input"]), re.findall(r"'([^']+)'", error["msg"]))
    return ""


@cache
def _fields() -> frozenset[str]:
    """Every name that a part of a policy may have."""
    return frozenset(field.alias or name for part in _parts(Section) for name, field in part.model_fields.items())


def _parts(of: type[Section]) -> Iterator[type[Section]]:
    for part in of.__subclasses__():
        yield part
        yield from _parts(part)
