"""The registers that officers keep: how many entries of each are open, due soon and overdue, in one read."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.governance.event_store import EventStore
from services.governance.monitoring import listing

SOON: Final = timedelta(days=30)
LATE: Final = "/work?when=overdue&kind="


@dataclass(frozen=True, slots=True)
class Register:
    """One line of the hub."""

    kind: str
    """Of matter; empty where nothing is counted."""
    title: str
    address: str
    due: str = ""
    """What falls due in it."""
    overdue: str = ""
    """Where what is overdue is listed."""


REGISTERS: Final = (
    Register(
        "contract", "Contracts", "/contracts", "a review, a document, the end", "/work?kind=contract&when=overdue"
    ),
    Register("visit", "Visits", "/visits", "the visit, then its feedback", "/visits?state=overdue"),
    Register("assessment", "Assessments", "/assessments", "the provider’s comments on a draft"),
    Register("plan", "Improvement plans", "/plans", "the next action", f"{LATE}plan_action"),
    Register("placement", "Placements out of area", "/placements", "the next look", f"{LATE}placement"),
    Register("practice", "Good practice", "/practice", "the provider’s consent"),
    Register("duty", "Temporary duties", "/market", "nothing by itself"),
    Register("", "Market and continuity", "/market"),
    Register("", "What officers recorded", "/records"),
)

_COUNTS = f"""
SELECT kind, count(*) AS open, count(*) FILTER (WHERE due < %(today)s) AS overdue,
       count(*) FILTER (WHERE due >= %(today)s AND due <= %(soon)s) AS soon,
       count(*) FILTER (WHERE document->>'kind' = 'no_contract') AS no_contract,
       count(*) FILTER (WHERE document->>'rag' = 'red') AS red,
       count(*) FILTER (WHERE document->>'rag' IS NULL) AS unrated
FROM {listing.EVERY} WHERE open AND kind = ANY(%(kinds)s) AND place = ANY(%(places)s) GROUP BY kind
"""  # noqa: S608 - names of ours alone


def counts(store: EventStore, places: list[str], today: date) -> dict[str, dict[str, Any]]:
    """By kind. Blocks: call it from a thread."""
    kinds = sorted({one.kind for one in REGISTERS if one.kind})
    with store.reading() as cursor:
        cursor.execute(_COUNTS, {"places": places, "today": today, "soon": today + SOON, "kinds": kinds}, prepare=True)
        return {row["kind"]: dict(row) for row in cursor}
