"""Ahead of a backlog: a real topic is read to its end, and only what is urgent and not over is routed."""

from typing import Any

from services.notify import consumer
from services.notify.deliveries import Cursor
from services.notify.scouting import Scout
from shared import database, identifiers
from shared.kafka.consumer import Consumer
from shared.kafka.record import Record
from shared.topics import ASSESSMENTS, Topics
from tests.component.notify.world import ROOT
from tests.support import ledger as ledgers


async def test_what_is_urgent_is_found_once(database_url: str, kafka_bootstrap: str, topics: Topics) -> None:
    ledger, handled = ledgers.Ledger(), list[str]()

    def alert(kind: str, code: str, provider: str, **data: Any) -> None:
        key = identifiers.alert_id(code, provider, "c1")
        body = {"alert": code, "cause": "c1", "name": "Synthetic Home", "summary": "It happened"} | data
        given = {"raised_id": str(key)} if kind == "alert.cleared" else {}
        named = {} if kind == "alert.cleared" else {"id": key}
        ledger._seal(kind, provider, provider, body | given, "risk", None, ASSESSMENTS, **named)

    async def handle(_: Cursor, records: list[Record]) -> None:
        handled.extend(record.key for record in records)

    for number in range(30):
        alert("alert.raised", "A10", f"prv-{number}")
    alert("alert.raised", "A1", "prv-over")
    alert("alert.raised", "A2", "prv-urgent")
    alert("alert.cleared", "A1", "prv-over")
    await ledgers.publish(kafka_bootstrap, topics, ledger.records)
    database.migrate(database_url, "notify", ROOT / "shared/kafka/migrations")
    async with database.pool(database_url, "notify", max_size=2) as pool:
        following = Consumer(consumer.NAME, consumer.TOPICS, pool, handle, bootstrap=kafka_bootstrap, names=topics)
        scout = Scout(pool, handle, following, kafka_bootstrap, topics)

        await scout.look()
        assert handled == ["prv-urgent"]

        before = len(ledger.records)
        alert("alert.raised", "A7", "prv-later")
        await ledgers.publish(kafka_bootstrap, topics, ledger.records[before:])
        await scout.look()
        assert handled == ["prv-urgent", "prv-later"], "each once"
