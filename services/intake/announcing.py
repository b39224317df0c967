"""In the background: what waits in quarantine is told on the ledger: danger (A19) at once, its end, each decision."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row

from services.intake import alerts, quarantine
from services.intake.judgement import ANYWHERE
from services.intake.parts import Parts
from shared.events import envelope, registry, stewardship
from shared.journal import append
from shared.journal.rows import Row

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
MOST = 100
RETRIED = (psycopg.OperationalError, psycopg.InterfaceError, append.Unavailable)
_UNTOLD = """
SELECT q.number, q.id, q.reason, q.publisher, q.places, q.type, q.receivedtime, q.state, q.urgent, q.alerted,
       q.alert_over, q.told, q.matched, q.decided_by, q.decided_place, q.decision,
       p.provider_id, p.place AS provider_place
FROM quarantine AS q LEFT JOIN journal AS j ON j.id = q.id AND j.digest = q.digest
LEFT JOIN providers AS p ON p.provider_id = j.key
WHERE (q.urgent AND NOT q.alert_over OR q.state <> 'open' AND NOT q.told)
  AND (q.urgent AND q.state = 'open' AND NOT q.alerted
       OR q.state <> 'open' AND (NOT q.told OR q.alerted AND NOT q.alert_over))
ORDER BY q.number LIMIT %s
"""
_TOLD = """
UPDATE quarantine SET alerted = alerted OR %s, alert_over = alert_over OR %s, told = told OR %s
WHERE number = %s AND places = %s
"""


@dataclass(frozen=True, slots=True)
class Untold:
    """An item of which something is to be told."""

    number: int
    id: UUID
    reason: str
    publisher: str
    places: list[str]
    type: str | None
    receivedtime: datetime
    state: quarantine.State
    urgent: bool
    alerted: bool
    alert_over: bool
    told: bool
    matched: bool
    decided_by: str | None
    decided_place: str | None
    decision: dict[str, Any] | None
    provider_id: str | None
    """Whom it was recorded of."""
    provider_place: str | None

    @property
    def cause(self) -> str:
        """Of its alert: this stay in quarantine, not the next one of the same event."""
        return f"quarantine:{self.id}:{envelope.instant(self.receivedtime)}"

    @property
    def what(self) -> str:
        """In a message: no word of what it says."""
        kind = envelope.kind_of(self.type) if self.type else "something that cannot be read"
        return f"{kind} of {self.publisher}"

    def marks(self) -> tuple[bool, bool, bool, int, list[str]]:
        """What is told once it is told, if its places are still the same."""
        is_over = self.state != "open"
        return not is_over, is_over, is_over, self.number, self.places


class Announcer:
    """Tells what the table says is not told yet: after a crash too, and nothing twice, because ids follow from it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self) -> None:
        """Look every second, for ever."""
        while True:
            try:
                while await self.tell():
                    pass
            except RETRIED as error:
                log.warning("the quarantine is not told of: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)

    async def tell(self) -> int:
        """Tell one transaction's worth; how many items that were."""
        async with self._parts.pool.connection() as connection:
            async with connection.cursor(row_factory=class_row(Untold)) as cursor:
                await cursor.execute(_UNTOLD.encode(), (MOST,))
                found = await cursor.fetchall()
            everywhere = await self._everywhere(connection) if any(ANYWHERE in each.places for each in found) else []
        told = {each.number: self._rows(each, everywhere) for each in found}
        # Danger that no place can be told of yet (an inbox of any place, nobody registered) waits until there is one.
        done = [each for each in found if told[each.number] or each.state != "open"]
        if not done:
            return 0
        await self._parts.writer.append([row for rows in told.values() for row in rows])
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            await cursor.executemany(_TOLD, [each.marks() for each in done])
        return len(done)

    async def _everywhere(self, connection: psycopg.AsyncConnection[Any]) -> list[str]:
        """Every place of this deployment: an inbox that may speak of any leads to all of them."""
        found = await connection.execute("SELECT DISTINCT place FROM providers ORDER BY place")
        return [place for (place,) in await found.fetchall()]

    def _rows(self, item: Untold, everywhere: Sequence[str]) -> list[Row]:
        now, key, rows = self._parts.now(), self._parts.digest_key, list[Row]()
        for place in everywhere if ANYWHERE in item.places else item.places:
            if item.state == "open":
                says = f"{item.what} waits in quarantine ({item.reason}): somebody may be in danger."
                rows.append(
                    alerts.raised(place=place, cause=item.cause, summary=says, now=now, digest_key=key, urgent=True)
                )
            elif item.alerted and not item.alert_over:
                says = f"{item.what} does not wait any more: it was {item.state}."
                rows.append(alerts.cleared(place=place, cause=item.cause, summary=says, now=now, digest_key=key))
        if item.state != "open" and not item.told:
            rows += self._decided(item, now)
        return rows

    def _decided(self, item: Untold, now: datetime) -> list[Row]:
        said = {
            "item_id": item.id, "waited_because": item.reason, "publisher": item.publisher,
            "kind": item.type and envelope.kind_of(item.type), "reason": item.decision,
            "actor": pseudonym(item.decided_by, self._parts.digest_key),
        }  # fmt: skip
        if item.state == "rejected" and item.decided_place:
            return [self._row(item, stewardship.QuarantineRejected.model_validate(said), item.decided_place, now)]
        if item.provider_id and item.provider_place:
            released = {"provider_id": item.provider_id, "matched": item.matched}
            return [
                self._row(
                    item, stewardship.QuarantineReleased.model_validate(said | released), item.provider_place, now
                )
            ]
        return []

    def _row(self, item: Untold, data: stewardship.QuarantineDecided, place: str, now: datetime) -> Row:
        entry, body = registry.entry_of(type(data)), registry.dumped(data)
        id_ = quarantine.decision_id(item.id, item.receivedtime, item.state)
        draft = envelope.Draft(
            id=id_,
            type=entry.type,
            source="/intake",
            subject=place,
            time=now,
            dataschema=entry.schema_path,
            place=place,
            classification=entry.classification,
            data=body,
        )
        told = orjson.dumps([entry.kind, str(item.id), item.decided_by])
        digest = hmac.new(self._parts.digest_key, told, hashlib.sha256).digest()
        return Row(topic="ledger", key=place, draft=draft, digest=digest)


def pseudonym(who: str | None, digest_key: bytes) -> str | None:
    """Two people can be told apart, and none is named; the same as governance's."""
    return who and hmac.digest(digest_key, f"actor|{who}".encode(), hashlib.sha256).hex()[:24]
