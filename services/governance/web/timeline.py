"""A provider's history as people read it: newest first, filtered, searched, in pages; as it was, as it was known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.governance import history, view
from services.governance.event_store import Cursor
from services.governance.history import Entry, Position
from services.governance.web import words

GROUPS: Final[dict[str, tuple[str, str]]] = {
    "concerns": ("Concerns and safeguarding", r"^careledger\.(quality_concern|concern|safeguarding|whistleblowing)"),
    "voice": ("Feedback and complaints", r"^careledger\.(complaint|feedback|compliment|professional_feedback)"),
    "cqc": ("CQC", r"^careledger\.cqc"),
    "returns": ("Returns, visits and assessments", r"^careledger\.(returns|visit|contact|assessment\.(?!changed))"),
    "levels": ("What the facts indicate", r"^careledger\.assessment\.changed"),
    "decisions": ("Decisions, plans and tasks", r"^careledger\.(decision|plan|task|contract|risk_log)"),
    "told": ("Alerts and who was told", r"^careledger\.(alert|notification)"),
    "register": ("The register", r"^careledger\.registry"),
}
PAGE: Final = 40
MACHINE: Final = ("digest", "delivery_id", "alert_id", "decision_id", "task_id")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE: Final = re.compile(r"[a-z]+(_[a-z]+)+")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the history."""

    as_of: datetime | None = None
    known_at: datetime | None = None
    group: str = ""
    sought: str = ""
    """Words in what was recorded. Texts are sealed, and no search reads them."""
    before: Position | None = None


def page(cursor: Cursor, provider_id: str, asked: Asked, may: frozenset[str]) -> tuple[list[Entry], Position | None]:
    """The entries, newest first, and the position to go on from. `may`: classifications that may be searched."""
    where, values = "", {"provider": provider_id, "limit": PAGE + 1}
    for name, sql in _CONDITIONS.items():
        if (value := _value(name, asked)) is not None:
            where, values[name] = where + sql, value
    if asked.sought:
        values["may"] = sorted(may)
    if (before := asked.before) is not None:
        where += ' AND (h.recordedtime, h.rank, h.partition, h."offset") < (%(at)s, %(rank)s, %(part)s, %(offset)s)'
        values |= {"at": before.recordedtime, "rank": before.rank, "part": before.partition, "offset": before.offset}
    cursor.execute(
        f'SELECT h.recordedtime, h.rank, h.partition, h."offset", h.topic, h.classification, h.body'  # noqa: S608
        f" FROM {view.SCHEMA}.history AS h WHERE h.provider_id = %(provider)s{where}"
        ' ORDER BY h.recordedtime DESC, h.rank DESC, h.partition DESC, h."offset" DESC LIMIT %(limit)s',
        values,
    )
    found = [history.entry(row) for row in cursor]
    return found[:PAGE], found[PAGE - 1].position if len(found) > PAGE else None


_CONDITIONS: Final = {
    "as_of": " AND h.time <= %(as_of)s",
    "known_at": " AND h.peak <= %(known_at)s",
    "group": " AND h.type ~ %(group)s",
    "sought": " AND h.classification = ANY(%(may)s) AND (convert_from(h.body, 'UTF8')::json->>'data') ILIKE %(sought)s",
}


def _value(name: str, asked: Asked) -> Any:
    if name == "group":
        return GROUPS[asked.group][1] if asked.group in GROUPS else None
    if name == "sought":
        return f"%{_escaped(asked.sought)}%" if asked.sought else None
    return getattr(asked, name)


def _escaped(sought: str) -> str:
    return sought.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def lines(data: dict[str, Any], path: Sequence[str] = ()) -> list[tuple[str, str]]:
    """An event's data as lines to read: a name and a plain value each; sealed texts are left to those who open them."""
    found: list[tuple[str, str]] = []
    for name, value in data.items():
        here = (*path, name)
        if isinstance(value, dict):
            found += [] if "ciphertext" in value else lines(value, here)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            found.append((" ".join(here), f"{len(value)} entries"))
        elif value not in (None, "", []):
            found.append((" ".join(here), _plain(value)))
    return found


def brief(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The first few lines that mean something to people: no digests, no ids of machines."""
    return [(name, value) for name, value in lines(data) if not name.endswith(MACHINE) and not _ID.fullmatch(value)][:6]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return words.plain(value).lower() if isinstance(value, str) and _CODE.fullmatch(value) else str(value)
