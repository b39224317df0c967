"""The market of a place: who shows signs, who failed, who has a plan for it, where care must go on (SAL-27, CAL-9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from services.governance import tables, view
from services.governance.event_store import EventStore
from shared import calendar
from shared.events import envelope

DAYS = 90
"""So long does a sign count: as in the catalogue of the policies (`market.signals_90`)."""
CLAUSES: Mapping[str, str] = {
    "m.sponsor_licence": "SAL-27.d", "m.staffing_collapse": "SAL-27.d", "m.industrial_action": "SAL-27.e",
    "m.ownership_change": "SAL-27.b", "m.manager_loss": "SAL-27.b",
}  # fmt: skip
CRITICAL = "SAL-27.f"
SIGNAL, FAILURE = "market.signal.recorded", "market.failure_event.recorded"
TAKEN_BACK = ("fact.withdrawn", "fact.corrected")
"""What replaces a corrected fact is an event of its own."""
_EVENTS = f"""
SELECT h.provider_id, h.time, h.body
FROM {view.SCHEMA}.history AS h JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE p.place = %s AND h.type = ANY(%s) ORDER BY h.provider_id, h.recordedtime, h.rank, h.partition, h."offset"
"""  # noqa: S608 - names of ours alone
_MATTERS = """
SELECT DISTINCT ON (subject, kind) subject, kind, document FROM matters
WHERE place = %s AND (kind = 'continuity' OR (kind = 'duty' AND open)) ORDER BY subject, kind, number DESC
"""


@dataclass
class Firm:
    """What is known of one provider's business."""

    signals: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, dict[str, Any]] = field(default_factory=dict)
    continuity: dict[str, Any] | None = None
    duty: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sustaining:
    """Blocks: call it from a thread."""

    store: EventStore

    def place(self, place: str, today: date) -> list[dict[str, Any]]:
        """Every provider of which anything is known: failures first, then by how many kinds of sign there are."""
        found: dict[str, Firm] = defaultdict(Firm)
        with self.store.reading() as cursor:
            cursor.execute(_EVENTS, (place, tables.types((SIGNAL, FAILURE, *TAKEN_BACK))), prepare=True)
            for row in cursor:
                take(found[row["provider_id"]], orjson.loads(row["body"]), calendar.london_date(row["time"]))
            cursor.execute(_MATTERS, (place,), prepare=True)
            for row in cursor:
                setattr(found[row["subject"]], row["kind"], row["document"])
        shown = [one for name, firm in found.items() if (one := shape(name, firm, today)) is not None]
        return sorted(shown, key=_order)


def shape(name: str, firm: Firm, today: date) -> dict[str, Any] | None:
    """One provider as it is shown; None where nothing is left to show."""
    since = calendar.add_days(today, -DAYS).isoformat()
    signals = [one for one in firm.signals.values() if one["on"] > since]
    if not (signals or firm.failures or firm.continuity or firm.duty):
        return None
    plan = firm.continuity
    clauses = {CLAUSES.get(one["signal"], CRITICAL) for one in signals} | ({CRITICAL} if firm.failures else set())
    return {
        "provider_id": name,
        "failures": list(firm.failures.values()),
        "signals": signals,
        "clauses": sorted(clauses),
        "continuity": plan,
        "continuity_overdue": plan is not None and plan["review_due"] < today.isoformat(),
        "temporary_duty": firm.duty and {key: firm.duty[key] for key in ("duty_id", "power", "people", "waiting")},
    }


def take(firm: Firm, event: Mapping[str, Any], day: date) -> None:
    """One more event of its history, true on a day; what was taken back was never true."""
    data, kind, on = event["data"], envelope.kind_of(event["type"]), day.isoformat()
    if kind == SIGNAL:
        firm.signals[event["id"]] = {"signal": data["signal"], "on": on, "confidence": data["confidence"]}
    elif kind == FAILURE:
        firm.failures[event["id"]] = {"failure_id": data["failure_id"], "code": data["code"], "on": on}
    else:
        firm.signals.pop(data["event_id"], None)
        firm.failures.pop(data["event_id"], None)


def _order(one: Mapping[str, Any]) -> tuple[Any, ...]:
    kinds: Iterable[str] = {each["signal"] for each in one["signals"]}
    return (not one["failures"], one["temporary_duty"] is None, -len(set(kinds)), one["provider_id"])
