"""Sharing markings: to whom a fact may go, not to its provider, not before (pure; SAL-20, domain.md §3.1)."""

import re
from collections.abc import Mapping
from typing import Any

from services.intake.faults import Fault

ATTRIBUTES = ("audiences", "nottoprovider", "embargountil")
"""In the envelope: CloudEvents extension attributes, so without capitals or strokes."""
NAMES = {"audiences": "audiences", "not_to_provider": "nottoprovider", "embargo_until": "embargountil"}
"""As `sharing` has them in the data."""
_WORDS = re.compile(r"[a-z][a-z0-9_-]{0,59}( [a-z][a-z0-9_-]{0,59}){0,19}")


def gathered(attributes: Mapping[str, str | None], data: Any, wrong: list[Fault]) -> tuple[dict[str, str], Any]:
    """The markings, and the data without them. Those of the data (`sharing`) may say the same again, no other."""
    marks = {name: value for name in ATTRIBUTES if (value := attributes.get(name)) is not None}
    if not isinstance(data, dict) or "sharing" not in data:
        return _checked(marks, wrong), data
    inside, rest = data["sharing"], {name: value for name, value in data.items() if name != "sharing"}
    if not isinstance(inside, dict) or not inside.keys() <= NAMES.keys():
        wrong.append(Fault(("data", "sharing"), f"holds {', '.join(NAMES)}, and nothing else", "dict_type"))
        return {}, rest
    for name, value in inside.items():
        if value is None:
            continue
        written = _written(value)
        if marks.setdefault(NAMES[name], written) != written:
            wrong.append(Fault(("data", "sharing", name), "says other than the envelope", fix="Say it once."))
    return _checked(marks, wrong), rest


def _written(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _checked(marks: dict[str, str], wrong: list[Fault]) -> dict[str, str]:
    if "audiences" in marks:
        marks["audiences"] = " ".join(marks["audiences"].replace(",", " ").split())
        if not _WORDS.fullmatch(marks["audiences"]):
            fix = "Name kinds of organisation, at most 20, with blanks between: council icb."
            wrong.append(Fault(("audiences",), "names no audiences", fix=fix))
    if marks.get("nottoprovider", "true") not in ("true", "false"):
        wrong.append(Fault(("nottoprovider",), "Input should be a valid boolean", "bool_parsing"))
    return marks
