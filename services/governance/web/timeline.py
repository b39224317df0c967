"""A provider's history as people read it: newest first, filtered, searched, in pages; as it was, as it was known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.governance import history, view
from services.governance.event_store import Cursor
from services.governance.history import Entry, Position

GROUPS: Final[dict[str, tuple[str, str]]] = {
    "concerns": ("Concerns and safeguarding", r"(quality_concern|concern|safeguarding_\w+|whistleblowing)\."),
    "incidents": ("Incidents, deaths and DoLS", r"(incident|death|statutory_notification|dols_activity)\."),
    "voice": ("Feedback and complaints", r"(complaint|feedback|compliment|professional_feedback)\."),
    "cqc": ("CQC and other inspectors", r"(cqc_\w+|regulatory_report|medicines_review|ipc_audit)\."),
    "returns": (
        "Returns, visits and assessments",
        r"(returns|visit|contact|partner_rating|assessment\.(?!changed|shadowed))",
    ),
    "market": (
        "Demand, placements and business",
        r"(reablement|referral_demand|placement|ooa|market|engagement|temporary_duty|good_practice)\.",
    ),
    "levels": ("What the facts indicate", r"assessment\.(changed|shadowed)|day\.judged|baseline\."),
    "decisions": (
        "Decisions, meetings, plans and tasks",
        r"(decision|meeting|assurance|plan|task|contract|risk_log|carried_over|consultation)\.",
    ),
    "told": ("Alerts and who was told", r"(alert|notification)\."),
    "corrections": (
        "Corrections, challenges and erasures",
        r"(fact|dispute|duplicate|quarantine|erasure|legal_hold)\.",
    ),
    "register": ("The register and the policy", r"(registry|policy|shadow|day\.closed)"),
}
"""What a timeline is narrowed to: words, and the types that belong there, without what they all begin with."""
PAGE: Final = 40
_ALL: Final = "careledger."


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the history."""

    as_of: datetime | None = None
    known_at: datetime | None = None
    group: str = ""
    sought: str = ""
    """Words of its kind, or in what was recorded. Texts are sealed, and no search reads them."""
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
    "sought": f" AND (translate(substr(h.type, {len(_ALL) + 1}), '._', '  ') ILIKE %(sought)s OR"
    " h.classification = ANY(%(may)s) AND"
    " translate(convert_from(h.body, 'UTF8')::json->>'data', '_', ' ') ILIKE %(sought)s)",
}


def _value(name: str, asked: Asked) -> Any:
    if name == "group":
        return rf"^careledger\.({GROUPS[asked.group][1]})" if asked.group in GROUPS else None
    if name == "sought":
        return f"%{_escaped(asked.sought)}%" if asked.sought else None
    return getattr(asked, name)


def _escaped(sought: str) -> str:
    """As people read it: codes are said with spaces."""
    return sought.replace("_", " ").replace("\\", "\\\\").replace("%", r"\%")
