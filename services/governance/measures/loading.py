"""The record of a place, from the read model: loaded whole for each question, so that no counter can drift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from services.governance import view
from services.governance.event_store import EventStore
from services.governance.measures import rows
from services.governance.measures.record import Place
from services.governance.packs import Packs
from services.governance.policy_book import PolicyBook
from shared import calendar

AT_ONCE = 500
"""So many rows come from the database together."""
_EVENTS = f"""
SELECT h.provider_id, h.id::text, h.type, h.time, h.recordedtime, h.body FROM {view.SCHEMA}.history AS h
WHERE h.provider_id IN (SELECT provider_id FROM {view.SCHEMA}.providers WHERE place = %(place)s UNION SELECT %(place)s)
  AND (%(only)s::text IS NULL OR h.provider_id = %(only)s)
  AND h.type = ANY(%(types)s) AND (%(known_at)s::timestamptz IS NULL OR h.peak <= %(known_at)s)
ORDER BY h.provider_id, h.recordedtime, h.rank, h.partition, h."offset"
"""  # noqa: S608 - names of ours alone
_MEETINGS = "SELECT document FROM matters WHERE kind = 'meeting' AND place = %s ORDER BY number"


@dataclass(frozen=True)
class Loaded:
    """The record of a place, read once: the place as at the end of any day."""

    code: str
    known: Mapping[str, rows.Known]
    """By provider, and what is on the record of the place itself."""
    meetings: Sequence[Mapping[str, Any]]
    book: PolicyBook
    packs: Packs

    def at(self, last: date) -> Place:
        """As at the end of a London day."""
        end, adoption = calendar.end_of(last), self.book.in_force(last)
        every = {name: known.at(name, end) for name, known in self.known.items()}
        own = every.pop(self.code, None)
        return Place(
            code=self.code,
            services=[each for each in every.values() if each.known_from <= last],
            pack=self.packs.pack(adoption.digest) if adoption else None,
            policy_since=min((one.in_force_from for one in self.book.adoptions), default=None),
            own=own,
            meetings=self.meetings,
        )


def load(
    store: EventStore, packs: Packs, code: str, known_at: datetime | None = None, only: str | None = None
) -> Loaded:
    """All that is on the record of a place, or of one provider of it; with `known_at`, as it was known then."""
    with store.reading() as cursor:
        # Streamed: the rows of a place are never held together.
        asked = {"place": code, "only": only, "types": rows.READ, "known_at": known_at}
        streamed = groupby(cursor.stream(_EVENTS, asked, binary=True, size=AT_ONCE), itemgetter("provider_id"))
        known = {name: rows.read(list(each)) for name, each in streamed}
        cursor.execute(_MEETINGS, (code,), prepare=True)
        meetings = [row["document"] for row in cursor]
    return Loaded(code, known, meetings, store.book(code), packs)
