"""What the record of a provider says that a visit wants to know: read from the history, in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from services.governance import history, matters, tables, view
from services.governance.domain import visit
from services.governance.event_store import Cursor, EventStore
from services.governance.matters import Matters
from services.governance.monitoring import intelligence
from services.governance.monitoring.intelligence import Known
from shared.events import envelope

EVERYTHING = frozenset(get_args(envelope.Classification))


@dataclass(frozen=True, slots=True)
class Gathering:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters

    def pack(self, visit_id: str, places: frozenset[str], may: frozenset[str], today: date) -> dict[str, Any]:
        """The pack of a visit (OXF-13). `may`: classifications that the reader may see. Raises Unknown."""
        made = self.matters.matter(visit.KIND, visit_id, places)
        with self.store.reading() as cursor:
            known = list(events(cursor, made.subject, (*intelligence.KINDS, *intelligence.ALSO), may))
            answers = [
                (str(one.data.get("consultation_id")), str(one.data.get("answer")))
                for one in events(cursor, made.subject, ("consultation.answered",), may)
            ]
        about = {name: value for name, value in matters.shown(made).items() if name in ("provider_id", "place")}
        return about | intelligence.pack(made.state, known, answers, today)


def events(cursor: Cursor, provider_id: str, kinds: tuple[str, ...], may: frozenset[str]) -> Iterator[Known]:
    """Events of these kinds, oldest first; of what the reader may not see only that it is there."""
    wanted = history.Wanted(types=tables.types(kinds))
    while True:
        found, after = history.page(cursor, provider_id, wanted)
        for entry in found:
            event = entry.event
            data = event["data"] if entry.classification in may else {}
            yield Known(event["id"], envelope.kind_of(event["type"]), event["time"], event["source"], data)
        if after is None:
            return
        wanted = history.Wanted(types=wanted.types, after=after)


def planned_elsewhere(cursor: Cursor, provider_id: str) -> list[tuple[str, date]]:
    """Visits that another system has planned through the door, and that neither took place nor were cancelled."""
    cursor.execute(_ELSEWHERE, (provider_id,), prepare=True)
    return [(row["name"], row["due"]) for row in cursor]


_ELSEWHERE = f"SELECT name, due FROM {view.SCHEMA}.elsewhere WHERE provider_id = %s AND kind = 'visit' AND open"  # noqa: S608
