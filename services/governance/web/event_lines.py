"""What an event says, as lines that people read: codes, days and levels in words, without what machines need. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.governance.web import words

Known = Mapping[str, str]
"""Codes of the place's policy by the names that it gives them: bodies, returns."""
FEW: Final = 6
"""So many lines of an event stand in a list."""
MACHINE: Final = (
    "digest", "delivery_id", "alert_id", "decision_id", "task_id", "cause", "unknown", "computed_from", "attempt",
    "body kind", "partition", "offset", "how",
)  # fmt: skip
"""What ends a line's name that means nothing to people."""
LEFT_OUT: Final = re.compile(r"(scales|computed_from|expected|trigger)\b.*")
REFERENCE: Final = re.compile(r"[a-z]+(_[a-z]+)*_(id|ref|reference)")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONSTANT: Final = re.compile(r"[A-Z]{2,}(_[A-Z]+)+")
SPOKEN: Final[Mapping[str, Callable[[str], str]]] = {
    "alert": words.alert, "summary": words.spoken, "level": words.level, "min": words.level, "max": words.level,
}  # fmt: skip
"""Fields whose values have words of their own."""
USUAL: Final = "Level"
"""The scale that most policies have alone: nobody needs to be told of it."""


def lines(data: Mapping[str, Any], known: Known | None = None, path: Sequence[str] = ()) -> list[tuple[str, str]]:
    """An event's data as lines: a name and a plain value each; sealed texts are left to those who open them."""
    found: list[tuple[str, str]] = []
    for name, value in data.items():
        here = (*path, name)
        if isinstance(value, dict):
            found += [] if "ciphertext" in value else lines(value, known, here)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            found.append((" ".join(here), f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"))
        elif value not in (None, "", []):
            found.append((" ".join(here), _plain(name, value, known or {})))
    return found


def brief(data: Mapping[str, Any], known: Known | None = None) -> list[tuple[str, str]]:
    """The first few lines that mean something to people: no digests, no ids of machines."""
    if isinstance(data.get("indicated"), dict):
        return _judged(data)
    return [
        (label(name), value)
        for name, value in lines(data, known)
        if not name.endswith(MACHINE) and not LEFT_OUT.fullmatch(name) and not _ID.search(value) and value != USUAL
    ][:FEW]


def label(name: str) -> str:
    """A line's name in words."""
    return (
        "Reference"
        if REFERENCE.fullmatch(name)
        else words.plain(name.removeprefix("body ").removeprefix("decision ").removeprefix("aliases "))
    )


def _judged(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What risk says: the level, and the criteria that are met."""
    met = [each["id"] for each in data.get("criteria", ()) if each["outcome"] == "met"]
    said = [("Indicated", words.span(data["indicated"].get("min"), data["indicated"].get("max")))]
    return said + ([("Criteria met", ", ".join(met[:FEW]) + (" …" if len(met) > FEW else ""))] if met else [])


def _plain(name: str, value: Any, known: Known) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_plain(name, each, known) for each in value)
    said = str(value)
    if said in known:
        return known[said]
    if name in SPOKEN:
        return SPOKEN[name](said)
    return words.plain(said.lower()) if _CONSTANT.fullmatch(said) else words.value(said)
