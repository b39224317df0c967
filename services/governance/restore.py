"""After a restored database: what Kafka has of ours and the event store lacks is put back, event by event.

A stored event holds the very data that was published, so that the one follows from the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.persistence import StoredEvent

from services.governance import matters
from services.governance.domain.kinds import KIND_OF, Kind
from services.governance.event_store import EventStore
from services.governance.keeping import LATE, statements
from services.governance.matter import Matter
from services.governance.policy_book import PolicyBook
from services.governance.provider_case import ProviderCase
from shared.events import Data, Event, alerts, data_of, decisions, marks, places, registry
from shared.policies.section import Limit

Cursor = psycopg.AsyncCursor[Any]
WATCHED = "A9"
"""Of the divergences: by provider and cause."""
REMIND_AFTER = Limit(working_days=2)
"""For decisions that were waiting: every shipped policy says so (A15)."""
RECORDERS: Mapping[type[Any], str] = {
    decisions.DecisionProposed: "_proposed",
    decisions.DecisionConsented: "_consented",
    decisions.DecisionTookEffect: "_took_effect",
    decisions.DecisionDeclined: "_declined",
    decisions.DecisionRatified: "_ratified",
    decisions.DecisionRatificationRefused: "_ratification_refused",
}

_EVENTS = "SELECT originator_version, topic, state FROM governance_events WHERE originator_id = %s ORDER BY 1"
_PUT = "INSERT INTO governance_events(originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"
_MARKED = "UPDATE adoptions SET marked = true WHERE place = %s AND digest = %s"
_TEXT = "INSERT INTO policy_texts(digest, text) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_ADOPTED = """
INSERT INTO adoptions(event_id, place, digest, number, in_force_from, marked) VALUES (%s, %s, %s, %s, %s, false)
ON CONFLICT DO NOTHING
"""


class Restore:
    """Given to the relay: it calls this in the transaction that reads the journal back, before anything is accepted."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def __call__(self, cursor: Cursor, events: Sequence[Event]) -> None:
        """Put back what these events say, in their order."""
        for event in events:
            data = data_of(event)
            if type(data) in RECORDERS:
                assert isinstance(data, decisions.DecisionEvent)  # noqa: S101 - one of those above
                await self._decision(cursor, event, data)
            elif (kind := KIND_OF.get(type(data))) is not None:
                await self._matter(cursor, event, data, kind)
            elif isinstance(data, places.PolicyAdopted):
                await self._adoption(cursor, event, data)
            elif isinstance(data, places.PolicyShadowed | places.PolicyShadowEnded | places.BaselinePublished):
                await self._text(cursor, event, data)
            elif isinstance(data, marks.PolicyInForce):
                await cursor.execute(_MARKED, (data.place, data.digest))
            elif isinstance(data, alerts.AlertRaised) and data.alert in (LATE, WATCHED):
                cause = data.cause if data.alert == LATE else f"{event.subject}:{data.cause}"
                await cursor.execute(
                    "INSERT INTO reactions(reaction, cause, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                    (data.alert, cause, event.recordedtime),
                )

    async def _decision(self, cursor: Cursor, event: Event, data: decisions.DecisionEvent) -> None:
        id_ = ProviderCase.create_id(event.subject)
        case = await self._load(cursor, id_) or ProviderCase(event.subject, event.place)
        getattr(case, RECORDERS[type(data)])(step=registry.dumped(data), at=event.time)
        await self._put(cursor, case)
        for statement, values in statements(case, {data.decision_id}, REMIND_AFTER):
            await cursor.execute(statement, values)

    async def _matter(self, cursor: Cursor, event: Event, data: Data, kind: Kind[Any]) -> None:
        name = getattr(data, kind.key)
        id_ = Matter.create_id(kind.name, name)
        made = await self._load(cursor, id_) or Matter(kind.name, name, event.subject, event.place)
        made.record(data, event.id, event.time)
        await self._put(cursor, made)
        for statement, values in matters.statements(made):
            await cursor.execute(statement, values)

    async def _adoption(self, cursor: Cursor, event: Event, data: places.PolicyAdopted) -> None:
        book = await self._load(cursor, PolicyBook.create_id(event.place)) or PolicyBook(event.place)
        adopted = book.adopt(data, event.time)
        await cursor.execute(_TEXT, (data.digest, orjson.dumps(data.text)))
        where = (str(event.id), event.place, data.digest, adopted.number, adopted.in_force_from)
        await cursor.execute(_ADOPTED, where)
        await self._put(cursor, book)

    async def _text(
        self,
        cursor: Cursor,
        event: Event,
        data: places.PolicyShadowed | places.PolicyShadowEnded | places.BaselinePublished,
    ) -> None:
        book = await self._load(cursor, PolicyBook.create_id(event.place)) or PolicyBook(event.place)
        match data:
            case places.PolicyShadowed():
                book.judge_beside(data, event.time)
                await cursor.execute(_TEXT, (data.digest, orjson.dumps(data.text)))
            case places.PolicyShadowEnded():
                book.judge_no_longer(data, event.time)
            case places.BaselinePublished():
                book.compare_with(data, event.time)
                rates = data.model_dump(mode="json")["rates"]
                await cursor.execute(_TEXT, (data.digest, orjson.dumps(rates)))
        await self._put(cursor, book)

    async def _load(self, cursor: Cursor, id_: UUID) -> Any:
        """The aggregate as this transaction sees it."""
        await cursor.execute(_EVENTS, (id_,))
        aggregate = None
        for version, topic, state in await cursor.fetchall():
            stored = StoredEvent(originator_id=id_, originator_version=version, topic=topic, state=bytes(state))
            aggregate = self._store.mapper.to_domain_event(stored).mutate(aggregate)  # type: ignore[attr-defined]
        return aggregate

    async def _put(self, cursor: Cursor, aggregate: Any) -> None:
        for domain_event in aggregate.collect_events():
            stored = self._store.mapper.to_stored_event(domain_event)
            await cursor.execute(_PUT, (stored.originator_id, stored.originator_version, stored.topic, stored.state))
