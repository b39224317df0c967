"""While the topics are far ahead of what was routed, what is urgent is looked for in them and routed first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg

from services.notify import consumer
from services.notify.deliveries import Cursor
from services.notify.notice import URGENT
from shared import topics
from shared.database import Pool
from shared.events import envelope
from shared.journal.append import Unavailable
from shared.kafka import ahead, producer
from shared.kafka.consumer import Consumer
from shared.kafka.positions import Lane
from shared.kafka.record import RawRecord, Record, decoded
from shared.topics import Topics

log = logging.getLogger(__name__)

BEHIND = 1000
"""So many records are no backlog: the consumer will have them soon."""
LOOK_SECONDS = 1.0
AT_ONCE = 50
"""So many in one transaction, in turn with the consumer's own."""
MOST = 5000
"""So many are kept in memory: then what was found is routed before more is read."""
RAISED, CLEARED = (f"{envelope.PREFIX}{kind}.v1".encode() for kind in ("alert.raised", "alert.cleared"))
FAILURES = (psycopg.OperationalError, psycopg.InterfaceError, Unavailable, *producer.FAILURES)
WIDTH = {topic.name: topic.partitions for topic in topics.TOPICS}
_POSITIONS = 'SELECT topic, partition, "offset" FROM positions WHERE consumer = %s'


def is_urgent(said: dict[str, Any]) -> bool:
    """Whether an alert, as it stands in its record, goes before all others, and anybody is to be told of it."""
    data = said["data"]
    return said.get("basis", "live") == "live" and (data.get("alert") in URGENT or bool(data.get("urgent")))


@dataclass
class Scout:
    """Looks for ever. It changes nothing that the consumer would not: what it routed the consumer finds known."""

    pool: Pool
    handle: Callable[[Cursor, list[Record]], Awaitable[None]]
    following: Consumer
    bootstrap: str
    names: Topics
    _seen: dict[Lane, int] = field(default_factory=dict)
    """The last offset that was looked at."""

    async def run(self) -> None:
        """A failure of the network or the database is waited out: the consumer comes to everything in its time."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if sum(self.following.lag.values()) < BEHIND:
                continue
            try:
                await self.look()
            except FAILURES as error:
                log.warning("what is urgent is not looked for: %s: %.200s", type(error).__name__, error)

    async def look(self) -> None:
        """Once, through what is there now. Raises FAILURES."""
        async with self.pool.connection() as connection:
            found = await (await connection.execute(_POSITIONS, (consumer.NAME,))).fetchall()
        at = {(topic, partition): offset for topic, partition, offset in found}
        lanes = [(topic, partition) for topic in consumer.TOPICS for partition in range(WIDTH[topic])]
        starts = {lane: max(at.get(lane, -1), self._seen.get(lane, -1)) + 1 for lane in lanes}
        urgent, over, seen = list[Record](), set[UUID](), dict[Lane, int]()
        async for records in ahead.read(self.bootstrap, self.names, starts):
            for raw in records:
                sort(raw, urgent, over)
            seen[records[-1].topic, records[-1].partition] = records[-1].offset
            if len(urgent) >= MOST:
                break
        await self._route([record for record in urgent if record.event.id not in over])
        self._seen |= seen

    async def _route(self, records: list[Record]) -> None:
        for start in range(0, len(records), AT_ONCE):
            async with self.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
                await self.handle(cursor, records[start : start + AT_ONCE])
        if records:
            log.info("%d urgent alerts were routed ahead of what came before them", len(records))


def sort(raw: RawRecord, urgent: list[Record], over: set[UUID]) -> None:
    """Keep an urgent alert, or that one is over. What cannot be read is the consumer's to set aside."""
    kind = raw.headers.get("type")
    if kind not in (RAISED, CLEARED):
        return
    try:
        # Of tens of thousands few are urgent: only these are read with all the care that an event wants.
        said = orjson.loads(raw.raw)
        if kind == CLEARED:
            over.add(UUID(said["data"]["raised_id"]))
        elif is_urgent(said):
            urgent.append(decoded(raw))
    except (ValueError, LookupError, TypeError, AttributeError):
        return
