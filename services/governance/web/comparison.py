"""What changed between two moments, in the words and the order of a page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from services.governance.web import words

Change = Mapping[str, Any]
FIRST: Final = ("status", "due", "open_actions")
"""What is said of a plan, a task or a visit that only one of the moments has."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale at both moments."""

    name: str
    order: Sequence[str]
    confirmed: tuple[str | None, str | None]
    indicated: tuple[tuple[str | None, str | None], tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed: in words, before and after, with its events."""

    what: str
    was: str
    now: str
    by: Sequence[Change]


def address(given: Mapping[str, str]) -> str:
    """The query of a comparison's own address."""
    said = {name: value for name, value in given.items() if value}
    return f"?{urlencode(said)}" if said else ""


def stood(both: Sequence[Change], scales: Mapping[str, Any]) -> list[Scale]:
    """Every scale of the policy, and any other that either moment has."""
    names = dict.fromkeys([*scales, *(name for one in both for part in one.values() for name in part)])
    return [_scale(name, both, scales[name].order if name in scales else ()) for name in names]


def _scale(name: str, both: Sequence[Change], order: Sequence[str]) -> Scale:
    levels = [(one["levels"].get(name) or {}).get("level") for one in both]
    spans = [one["indicated"].get(name) or {} for one in both]
    low_high = [(each.get("min"), each.get("max")) for each in spans]
    return Scale(name, order, (levels[0], levels[1]), (low_high[0], low_high[1]))


def lists(found: Change) -> list[tuple[str, list[Line]]]:
    """Sanctions, processes and clocks: what began, ended or moved."""
    named = (("Sanctions", "sanctions", _sanction), ("Large scale processes", "processes", _process),
             ("What is due", "clocks", _clock))  # fmt: skip
    return [
        (title, [Line(say(one["is"] or one["was"]), *_both(one), one["by"]) for one in found[key]])
        for title, key, say in named
    ]


def _both(one: Change) -> tuple[str, str]:
    return _side(one["was"]), _side(one["is"])


def _side(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "none"
    said = [words.plain(one["status"])] if one.get("status") else []
    said += [f"since {words.day(one['since'])}"] if one.get("since") else []
    due = words.last_day(one) if "kind" in one and one.get("due") else one.get("review_by") or one.get("remedy_by")
    return ", ".join(said + ([f"due {words.day(due)}"] if due else [])) or "in place"


def _sanction(one: Change) -> str:
    return words.plain(one.get("kind") or one["type"])


def _process(one: Change) -> str:
    return f"Large scale process {one['lsi_id']}"


def _clock(one: Change) -> str:
    return words.plain(one["kind"])


def matters(found: Mapping[str, Iterable[Change]]) -> list[tuple[str, list[Line]]]:
    """Plans, tasks, visits and whatever else was worked on, by kind: what of each is different."""
    return [(words.plain(kind), [_matter(one) for one in changes]) for kind, changes in found.items()]


def _matter(one: Change) -> Line:
    was, now = one["was"], one["is"]
    names = FIRST if was is None or now is None else [name for name in (was | now) if was.get(name) != now.get(name)]
    return Line(_called(one["of"], now or was or {}), _said(was, names), _said(now, names), one["by"])


def _called(name: str, one: Mapping[str, Any]) -> str:
    """What it is, rather than its number: a task's kind, a visit's purpose."""
    said = next((one[key] for key in ("task", "purpose", "question_set", "contract") if one.get(key)), None)
    return words.plain(str(said)) if said else name


def _said(one: Mapping[str, Any] | None, names: Iterable[str]) -> str:
    if one is None:
        return "not there"
    said = [f"{words.plain(name)}: {_value(one[name])}" for name in names if one.get(name) is not None]
    return "; ".join(said) or "there"


def _value(value: Any) -> str:
    return str(len(value)) if isinstance(value, list | dict) else words.value(value)
