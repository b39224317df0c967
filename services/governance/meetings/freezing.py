"""Freeze a meeting's pack, once: when everything up to its cut-off was recorded and judged. Blocks."""

import contextlib
import logging
from datetime import date, datetime
from functools import partial
from typing import Any

from services.governance import packs
from services.governance.asking import Asking, Clash, NoPolicy, Refused, Unknown
from services.governance.domain import meeting, meeting_kind
from services.governance.domain.meeting import Meeting
from services.governance.event_store import Cursor, EventStore, IntegrityError, Keep, remember
from services.governance.matter import Matter, NotFitting
from services.governance.matters import Matters, kept, shown
from services.governance.meetings import bodies, inputs, pack
from services.governance.once import ATTEMPTS
from shared import calendar, identifiers
from shared.events import Data, meetings
from shared.journal.rows import Row

log = logging.getLogger(__name__)

KIND = meeting_kind.KIND


class Freezing:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, books: packs.Packs, works: Matters, digest_key: bytes) -> None:
        self._store, self._packs, self._matters, self._digest_key = store, books, works, digest_key

    def look(self, now: datetime) -> int:
        """Freeze by itself what has come to its cut-off, and everything up to it has arrived. Answers how many."""
        with self._store.reading() as cursor:
            cursor.execute(_DUE, (calendar.london_date(now),), prepare=True)
            due = [(row["matter_id"], row["place"]) for row in cursor]
        frozen = 0
        for meeting_id, place in due:
            asking = Asking(
                subject="governance", organisation="council", roles=frozenset(), places=frozenset({place}), at=now,
                key=meeting_id, digest_key=self._digest_key,
            )  # fmt: skip
            try:
                self.freeze(meeting_id, asking, actor=None)
                frozen += 1
            except (inputs.Awaited, NotFitting, NoPolicy, Clash, Unknown) as error:
                log.debug("the pack of %s is not frozen yet: %s", meeting_id, error)
            except (ValueError, LookupError):
                # One pack that cannot be made must not keep the others from being frozen.
                log.exception("the pack of %s cannot be made", meeting_id)
        return frozen

    def freeze(self, meeting_id: str, asking: Asking, *, actor: str | None) -> dict[str, Any]:
        """The meeting as it is shown, with its pack's digest; the same for whoever asks again.

        Raises Awaited, NotFitting, Refused, NoPolicy, Unknown, Clash.
        """
        for _ in range(ATTEMPTS):
            with contextlib.suppress(IntegrityError):  # somebody else took a step: look again
                return self._frozen(meeting_id, asking, actor)
        raise Clash("others work on the same meeting in this moment: send this again")

    def _frozen(self, meeting_id: str, asking: Asking, actor: str | None) -> dict[str, Any]:
        made = self._matters.matter(KIND, meeting_id, asking.places)
        state: Meeting = made.state
        if actor is not None:
            today = calendar.london_date(asking.at)
            policy = self._packs.in_force(made.place, today)
            if state.scheduled.body in policy.pack.bodies:
                verdict = bodies.may_serve(policy.pack, state.scheduled.body, asking.asker, today)
                if not verdict.allowed:
                    raise Refused(verdict, policy.reference)
        if state.pack is None:
            self._freeze(made, asking, actor)
        return shown(made)

    def bytes_of(self, meeting_id: str, places: frozenset[str]) -> tuple[bytes, str]:
        """The frozen pack, byte for byte as it was frozen, and its digest. Raises Unknown."""
        state: Meeting = self._matters.matter(KIND, meeting_id, places).state
        if state.pack is None or (body := state.frozen) is None:
            raise Unknown("the pack of this meeting has not been frozen")
        return body, state.pack.digest

    def _freeze(self, made: Matter, asking: Asking, actor: str | None) -> None:
        body = pack.canonical(self._made(made))
        state: Meeting = made.state
        parts = meeting.split(body)
        about = {"meeting_id": made.matter_id, "body": state.scheduled.body, "actor": actor}
        steps: list[Data] = [
            meetings.MeetingPackPart.model_validate(about | {"number": number, "bytes": part})
            for number, part in enumerate(parts, 1)
        ]
        said = {"cut_off": state.cut_off, "digest": meeting.digest(body), "size": len(body), "parts": len(parts)}
        for number, step in enumerate([*steps, meetings.MeetingPackFrozen.model_validate(about | said)]):
            made.take(step, identifiers.derived_id("meeting-pack", made.matter_id, str(number)), asking.at)
        rows = partial(_rows, made, tuple(made.pending_events), asking, actor)
        self._store.save(made, keep=Keep(rows))

    def _made(self, made: Matter) -> pack.Made:
        state: Meeting = made.state
        policy = self._policy(made.place, state.cut_off)
        if (body := state.scheduled.body) not in policy.pack.bodies:
            raise NoPolicy(f"the policy of {state.cut_off.isoformat()} has no body {body}")
        with self._store.reading() as cursor:
            ends = inputs.closes(cursor, state.cut_off)
            since = _since(cursor, made, state)
            providers = inputs.recorded(cursor, made.place, ends, since)
        return pack.Made(state, made.place, policy.pack, policy.reference, since, ends, providers)

    def _policy(self, place: str, day: date) -> packs.InForce:
        """The one of the cut-off; before the first, the first."""
        try:
            return self._packs.in_force(place, day)
        except NoPolicy:
            known = self._store.book(place).adoptions
            if not known:
                raise
            return packs.InForce(known[0], self._packs.pack(known[0].digest))


def _since(cursor: Cursor, made: Matter, state: Meeting) -> date:
    """The cut-off of the body's pack before this one; else a month before."""
    cursor.execute(_BEFORE, (made.place, state.scheduled.body, made.matter_id, state.cut_off))
    found = cursor.fetchone()
    before: date | None = found["day"] if found else None
    return before or calendar.add_months(state.cut_off, -1)


def _rows(made: Matter, events: tuple[Any, ...], asking: Asking, actor: str | None, cursor: Cursor) -> list[Row]:
    if actor is not None:
        remember(cursor, asking)
    return kept(made, events, asking.origin(made.place), cursor)


_BEFORE = """
SELECT max((document->'pack'->>'cut_off')::date) AS day FROM matters
WHERE kind = 'meeting' AND place = %s AND document->>'body' = %s AND matter_id <> %s
  AND document->'pack'->>'cut_off' IS NOT NULL AND (document->'pack'->>'cut_off')::date < %s
"""
# Once the day after the cut-off has begun: what is held or cancelled without a pack stays without one.
_DUE = """
SELECT matter_id, place FROM matters
WHERE kind = 'meeting' AND open AND document->>'status' = 'scheduled' AND document->>'pack' IS NULL
  AND (document->>'cut_off')::date < %s ORDER BY matter_id
"""
