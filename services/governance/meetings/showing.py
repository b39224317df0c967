"""Meetings as they are shown: one with what is proposed for it, lists, and the calendar of a place's bodies."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.governance.asking import NoPolicy
from services.governance.domain import meeting_kind, task
from services.governance.domain.meeting import Meeting
from services.governance.event_store import EventStore
from services.governance.matters import Matters, shown, shown_row
from services.governance.meetings import agenda, cadence, reading
from services.governance.packs import Packs
from shared import calendar

KIND = meeting_kind.KIND
Document = dict[str, Any]


class Showing:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs, works: Matters) -> None:
        self._store, self._packs, self._matters = store, packs, works

    def one(self, meeting_id: str, places: frozenset[str], today: date) -> Document:
        """A meeting; while it is being prepared, with what is proposed for its agenda. Raises Unknown."""
        made = self._matters.matter(KIND, meeting_id, places)
        state: Meeting = made.state
        page = self._with_decisions(shown(made), meeting_id)
        if state.status != "scheduled":
            return page
        try:
            pack = self._packs.in_force(made.place, today).pack
        except NoPolicy:
            return page
        if (body := state.scheduled.body) not in pack.bodies:
            return page  # of a policy that is in force no more
        with self._store.reading() as cursor:
            known = reading.known(cursor, made.place)
            business = reading.business(cursor, made.place, pack, body, meeting_id)
        day = calendar.london_date(state.at)
        found = agenda.proposals(pack, body, known, business, day=day, about=state.scheduled.providers)
        return page | {"proposed": [one.document for one in found if one.cause not in state.causes]}

    def decided(self, meeting_id: str) -> list[tuple[str | None, str]]:
        """The decisions that name the meeting, each with its item."""
        with self._store.reading() as cursor:
            cursor.execute(_DECIDED, (meeting_id,), prepare=True)
            return [(row["item"], row["decision_id"]) for row in cursor]

    def _with_decisions(self, page: Document, meeting_id: str) -> Document:
        """Decisions that name the meeting stand against their items, beside those that the minutes name."""
        under = self.decided(meeting_id)
        items = [
            one
            | {
                "decisions": list(
                    dict.fromkeys([*one["decisions"], *(name for at, name in under if at == one["item"])])
                )
            }
            for one in page["items"]
        ]
        there = {one["item"] for one in items}
        return page | {"items": items, "decisions": [name for at, name in under if at not in there]}

    def calendar(self, place: str, today: date) -> Document:
        """Where every body stands in its cadence, and what asks for a meeting (K14). Raises NoPolicy."""
        policy = self._packs.in_force(place, today)
        since = min(one.in_force_from for one in self._store.book(place).adoptions)
        with self._store.reading() as cursor:
            known, owed = reading.meetings(cursor, place), reading.open_tasks(cursor, place)
        turns = cadence.turns(policy.pack, since, known, today)
        asked = [one for one in owed if one["task"] == task.CONVENE]
        return {
            "place": place,
            "policy": policy.reference,
            "bodies": [one.document for one in turns],
            "asked": sorted(asked, key=lambda one: (one["due"] or "9999", one["task_id"])),
        }

    def page(
        self, places: Sequence[str], asked: dict[str, Any], after: tuple[str, str], limit: int, *, newest: bool = False
    ) -> list[Document]:
        """Meetings of these places by their time: one more than `limit` where there are more. `newest`: first."""
        values = asked | {"places": list(places), "at": after[0], "after": after[1], "limit": limit + 1}
        with self._store.reading() as cursor:
            cursor.execute(_NEWEST if newest else _PAGE, values, prepare=True)
            return [shown_row(row["subject"], row["place"], row["document"]) for row in cursor]


_DECIDED = "SELECT item, decision_id FROM decided_at WHERE meeting_id = %s ORDER BY decision_id"
_FOUND = """
SELECT matter_id, subject, place, document FROM matters
WHERE kind = 'meeting' AND place = ANY(%(places)s)
  AND (%(body)s::text IS NULL OR document->>'body' = %(body)s)
  AND (%(provider)s::text IS NULL OR document::jsonb->'about' ? %(provider)s
       OR document::jsonb->'items' @> jsonb_build_array(jsonb_build_object('provider_id', %(provider)s::text)))
  AND (%(status)s::text IS NULL OR document->>'status' = %(status)s)
  AND (%(first)s::date IS NULL OR (document->>'day')::date >= %(first)s)
  AND (%(last)s::date IS NULL OR (document->>'day')::date <= %(last)s)
"""
_PAGE = f"""{_FOUND} AND (document->>'at', matter_id) > (%(at)s, %(after)s)
ORDER BY document->>'at', matter_id LIMIT %(limit)s
"""
_NEWEST = f"""{_FOUND} AND (%(at)s = '' OR (document->>'at', matter_id) < (%(at)s, %(after)s))
ORDER BY document->>'at' DESC, matter_id DESC LIMIT %(limit)s
"""
