"""One entry of a policy in plain English: its words, our reading, and every value that it holds. Pure.

Values are read from the policy's own models, so that whatever an entry says is on the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.governance.web import words
from shared.policies.deciding import Member
from shared.policies.pack import Pack
from shared.policies.section import Limit, Section

APART: Final = frozenset({"id", "says", "ours", "name", "means", "task", "code"})
"""Fields that stand as the entry's own words, not among its values."""
CONDITIONS: Final = frozenset({"when", "suspected_when", "decisive_when"})
LEVELS: Final = frozenset({"at", "to", "level", "levels", "indicated", "confirmed"})
LABELS: Final[Mapping[str, str]] = {
    "at": "About a provider at", "to": "May set", "kinds": "Of the kind", "bodies": "In", "roles": "By the role",
    "organisations": "Of", "all_of": "All must agree", "needs": "First on record", "every": "How often",
    "aliases": "Also called", "remind_after": "Both leads are told after", "ratify_within": "Agreed afterwards within",
    "acts": "What", "approvers": "Second person", "waits": "Waits for the second person", "sustained": "For at least",
    "acknowledge_within": "Answered within", "ladder": "If nobody answers, then",
    "quiet": "Waits for quiet hours to end",
    "switch": "Switched", "basis": "Rests on", "to_if_joint": "On a joint service also", "after": "Not before",
    "after_if_worse": "Where the facts are worse, not before", "hold_days": "Days until it ends", "unless": "Unless",
    "closed_by": "Ended by", "due": "Within", "how": "How", "role": "Owed by", "outside": "May go outside",
    "system": "Shared freely among", "opened_by": "Opened by", "by": "By", "on": "Asked for by",
    "raised_by": "Raised by",
    "answer_within": "Answered within", "review_within": "Looked at again within", "months": "Months",
    "over_months": "Over its limit after months", "gap_days": "Shorter gaps do not restart it (days)",
    "only_starts": "Only starts a discussion", "counts": "What counts", "mid_term": "By the middle of the contract",
    "asked_of": "Asked of", "due_day": "Due on day of the month after", "grace_days": "Missed so many days later",
    "remind_days": "Reminded days before", "cut_off": "In before the meeting of",
}  # fmt: skip
SWITCHES: Final = {"fixed": "On, and no policy may switch it off", "on": "On", "off": "Off"}
ROLE: Final = re.compile(r"[a-z]+(-[a-z]+)+")
HOW: Final = {
    "standing": "Goes on while the level holds", "task": "To be done", "consider": "To be considered, and answered",
    "may": "May be done; never raised by itself",
}  # fmt: skip
YES_ALONE: Final = frozenset({"only_starts", "quiet", "mid_term"})
"""What is worth a line only where it is so."""
UNITS: Final = ("minutes", "hours", "days", "working_days", "months")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a policy says."""

    title: str
    clause: str = ""
    says: str | None = None
    """The council's own words, to the letter."""
    ours: str | None = None
    """Where the reading, or the whole, is ours: why."""
    tag: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    """As the software judges it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    heading: str
    entries: tuple[Entry, ...] = ()
    intro: tuple[str, ...] = ()


def entry(pack: Pack, one: Section, title: str, *, tag: str = "", without: Sequence[str] = (), **labels: str) -> Entry:
    """An entry of the policy, with every value that it holds. `labels`: other words for its fields."""
    known = {name: getattr(one, name) for name in type(one).model_fields}
    facts = tuple(
        (labels.get(name) or LABELS.get(name, words.plain(name)), said)
        for name, value in known.items()
        if name not in APART
        and name not in CONDITIONS
        and name not in without
        and (said := value_of(pack, name, value))
    )
    conditions = tuple((words.plain(name), str(known[name])) for name in CONDITIONS if known.get(name))
    return Entry(title, known.get("id") or "", known.get("says"), known.get("ours"), tag, facts, conditions)


def value_of(pack: Pack, name: str, value: Any) -> str:
    """One value in words; empty for what is not given."""
    match value:
        case None | "" | () | []:
            said = ""
        case bool():
            said = "Yes" if value else "" if name in YES_ALONE else "No"
        case Limit():
            said = length(value)
        case date():
            said = words.day(value)
        case Mapping():
            said = "; ".join(f"{words.plain(str(key))}: {value_of(pack, name, each)}" for key, each in value.items())
        case tuple() | list():
            between = " · " if any(isinstance(each, Section) for each in value) else ", "
            said = between.join(filter(None, (value_of(pack, name, each) for each in value)))
        case Member():
            said = f"{words.value(value.organisation)} ({value_of(pack, 'roles', value.roles)})"
        case Section():
            said = "; ".join(_within(pack, value))
        case str():
            said = _code(pack, name, value)
        case _:
            said = f"{value:g}"
    return said


def length(limit: Limit) -> str:
    """`5 working days`; no time at all is `at once`."""
    unit, value = next((unit, found) for unit in UNITS if (found := getattr(limit, unit)) is not None)
    said = unit.replace("_", " ")
    return "at once" if value == 0 else f"{value} {said.removesuffix('s') if value == 1 else said}"


def level(pack: Pack, code: str) -> str:
    """A level by the name that the policy gives it."""
    if code == "none":
        return "No level yet"
    found = next((one for one in pack.scales[pack.primary].codes if one.code == code), None)
    return level_name(code, found.name if found else "")


def level_name(code: str, name: str) -> str:
    """`Level 2 (Moderate concerns)`; of one whose name says it already, the name."""
    said = words.level(code)
    return name if said.lower() in name.lower() else f"{said} ({name})" if name else said


def _within(pack: Pack, one: Section) -> Iterator[str]:
    for name in type(one).model_fields:
        if name not in {"says", "ours", "id"} and (said := value_of(pack, name, getattr(one, name))):
            yield (
                said
                if name in {"decision", "organisation", "body"}
                else f"{LABELS.get(name, words.plain(name))}: {said}"
            )


def _code(pack: Pack, name: str, code: str) -> str:
    known = {"switch": SWITCHES, "how": HOW}.get(name, {})
    if code in known:
        return known[code]
    if code in pack.bodies:
        return pack.bodies[code].name
    if name in LEVELS and (code == "none" or code in pack.scales[pack.primary].order):
        return level(pack, code)
    if name in {"basis", "summary"}:
        return code
    return words.plain(code) if ROLE.fullmatch(code) else words.value(code)
