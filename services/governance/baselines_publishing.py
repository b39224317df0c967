"""Publish what peers had: on demand, and by itself when a year has passed. Texts to `places`, marks into the ledger."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import psycopg
from eventsourcing.persistence import PersistenceError
from pydantic import ValidationError

from services.governance import baselines_counted, packs, publish
from services.governance.asking import Asking, PlaceNotHeld, Reply
from services.governance.domain import baselines
from services.governance.event_store import WRITER, Cursor, EventStore, Keep
from services.governance.once import once
from services.governance.policy_book import Peers, PolicyBook
from shared import calendar, clock
from shared.events import marks, places
from shared.journal import append as journal
from shared.journal import marks as journal_marks
from shared.journal.rows import Row

log = logging.getLogger(__name__)

MONTHS = 12
"""What is counted, and how often it is counted anew by itself."""
LOOK_SECONDS = 5.0
RETRIED = (
    psycopg.OperationalError, psycopg.InterfaceError, PersistenceError, journal.Unavailable, ConnectionError,
    ValidationError,
)  # fmt: skip


class Baselines:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, digest_key: bytes) -> None:
        self._store, self._digest_key = store, digest_key

    def publish(self, place: str, asking: Asking) -> Reply:
        """201, or 200 where nothing has changed since the last. Raises PlaceNotHeld."""
        if place not in asking.places:
            raise PlaceNotHeld(place)
        command = asking.digest("baseline", place, {})
        return once(self._store, asking, command, lambda: self._publish(place, asking, command, asking.actor))

    def _publish(self, place: str, asking: Asking, command: bytes, actor: str | None) -> Reply:
        last = calendar.last_closed_day(asking.at)
        first = calendar.add_days(calendar.add_months(last, -MONTHS), 1)
        services, counts = baselines_counted.read(self._store, place, first, last)
        found, book = baselines.rates(services, counts, first, last), self._store.book(place)
        latest = book.peers[-1] if book.peers else None
        if latest is not None and (latest.digest, latest.last_day) == (found.digest, last):
            return Reply(200, said(latest))
        step = places.BaselinePublished(
            digest=found.digest,
            first_day=first,
            last_day=last,
            rates=dict(found.rates),
            services=len(services) - found.left_out,
            left_out=found.left_out,
            actor=actor,
        )
        peers = book.compare_with(step, asking.at)

        def rows(cursor: Cursor) -> Sequence[Row]:
            packs.keep(cursor, step.digest, orjson.dumps(step.model_dump(mode="json")["rates"]))
            text = publish.text(step, peers.number, asking.at, asking.origin(place))
            data = marks.BaselineInForce(place=place, digest=step.digest)
            named = str(text.draft.id)
            return [text, *journal_marks.in_force(data, writer=WRITER, at=asking.at, adoption=named)]

        self._store.save(book, keep=Keep(rows, asking.scoped_key, command, 201, said(peers)))
        return Reply(201, said(peers))

    def overdue(self, today: date) -> list[str]:
        """Places whose last count, or first adoption, is a year old."""
        with self._store.reading() as cursor:
            cursor.execute("SELECT DISTINCT place FROM adoptions ORDER BY place", prepare=True)
            found = [str(row["place"]) for row in cursor]
        return [place for place in found if _is_due(self._store.book(place), today)]

    def yearly(self, place: str) -> None:
        """Publish for a place because a year has passed; once for its day, however many processes look."""
        now = clock.now()
        asking = Asking(
            subject="governance",
            organisation="council",
            roles=frozenset(),
            places=frozenset({place}),
            at=now,
            key=f"yearly:{place}:{calendar.london_date(now)}",
            digest_key=self._digest_key,
        )
        command = asking.digest("baseline", place, {})
        once(self._store, asking, command, lambda: self._publish(place, asking, command, None))
        log.info("a year has passed: the peers' rates of %s were counted anew", place)

    async def run(self) -> None:
        """Look whether a year has passed anywhere: the development clock may jump."""
        looked: date | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            today = calendar.london_date(clock.now())
            if today == looked:
                continue
            try:
                for place in await asyncio.to_thread(self.overdue, today):
                    await asyncio.to_thread(self.yearly, place)
                looked = today
            except RETRIED as error:
                log.warning("peers' rates are counted later: %s: %.200s", type(error).__name__, error)


def said(peers: Peers) -> dict[str, Any]:
    """A baseline as it is answered."""
    return {
        "baseline": {
            "digest": peers.digest,
            "first_day": peers.first_day.isoformat(),
            "last_day": peers.last_day.isoformat(),
            "services": peers.services,
            "left_out": peers.left_out,
        }
    }


def _is_due(book: PolicyBook, today: date) -> bool:
    since = book.peers[-1].last_day if book.peers else min(one.in_force_from for one in book.adoptions)
    return calendar.add_months(since, MONTHS) < today
