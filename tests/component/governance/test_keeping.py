"""All or nothing, once: if the database fails in the middle, if the commit's reply is lost, if a key comes twice."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services.governance.application import Governance
from services.governance.asking import Asking
from services.governance.event_store import EventStore
from services.governance.orders import ORDER
from services.governance.packs import Packs
from tests.component.governance.conftest import PLACE, Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
TABLES = ("governance_events", "journal", "idempotency", "decisions", "cases")
ORDERED = {"type": "level.confirmed", "level": "2", "body": "MA_QUALITY_REVIEW", "rationale": "The panel agreed."}


async def counts(running: Running) -> list[int]:
    said = " UNION ALL ".join(f"SELECT {n}, count(*) FROM {table}" for n, table in enumerate(TABLES))
    return [count for _, count in sorted(await running.rows(said))]


@contextmanager
def broken(running: Running, table: str, when: str) -> Iterator[None]:
    """Writing to this table fails, in the database itself."""
    with psycopg.connect(running.settings.database_url, autocommit=True) as connection:
        connection.execute("SET search_path = governance")
        connection.execute(
            "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$"
        )
        connection.execute(
            f"CREATE TRIGGER breaks {when} INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION breaks()"
        )  # type: ignore[arg-type]
        try:
            yield
        finally:
            connection.execute("DROP FUNCTION breaks CASCADE")


@pytest.mark.parametrize(
    ("when", "table"), [("AFTER", table) for table in TABLES] + [("BEFORE", "governance_events"), ("BEFORE", "journal")]
)
async def test_what_fails_anywhere_leaves_nothing_anywhere(governance: Running, table: str, when: str):
    provider = await governance.register()
    before = await counts(governance)

    with broken(governance, table, when):
        answer = await governance.decide(provider, level="2", key=f"all-{provider}")
        assert answer.status_code == 500
        assert await counts(governance) == before

    answer = await governance.decide(provider, level="2", key=f"all-{provider}")
    assert answer.status_code == 201
    assert all(now > then for now, then in zip(await counts(governance), before, strict=True))


class Cut:
    """Passes everything on; once armed, lets the next COMMIT reach the server, and its reply get lost."""

    def __init__(self, url: str) -> None:
        self._target, self._armed = conninfo_to_dict(url), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(url, host="127.0.0.1", port=self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def arm(self) -> None:
        self._armed.set()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            theirs = socket.create_connection((self._target["host"], int(self._target["port"])))
            for source, sink, cuts in ((ours, theirs, True), (theirs, ours, False)):
                threading.Thread(target=self._pump, args=(source, sink, cuts), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, cuts: bool) -> None:
        try:
            while data := source.recv(65536):
                if cuts and self._armed.is_set() and b"COMMIT" in data:
                    self._armed.clear()
                    source.shutdown(socket.SHUT_RDWR)
                    sink.sendall(data)
                    time.sleep(0.2)
                    sink.close()
                    return
                sink.sendall(data)
        except OSError:
            return


def asking(key: str) -> Asking:
    return Asking("chair", "council", frozenset({"panel-chair"}), frozenset({PLACE}), datetime.now(UTC), key, b"k" * 32)


async def test_a_lost_commit_reply_is_looked_up_and_never_decided_twice(governance: Running):
    cut = Cut(governance.settings.database_url)
    store = await asyncio.to_thread(EventStore, cut.url)
    try:
        through = Governance(store, Packs(store), governance.service.vault)
        for number in range(3):
            provider, order = await governance.register(), ORDER.validate_python(ORDERED)
            await asyncio.to_thread(through._packs.in_force, PLACE, datetime.now(UTC).date())
            cut.arm()

            first = await asyncio.to_thread(through.decide, provider, order, asking(f"lost-{number}"))
            again = await asyncio.to_thread(through.decide, provider, order, asking(f"lost-{number}"))

            assert first.status == 201
            assert again == first
            rows = await governance.rows(
                "SELECT count(*) FROM journal WHERE key = %s AND type LIKE '%%took_effect%%'", provider
            )
            assert rows == [(1,)]
            assert not cut._armed.is_set()
    finally:
        await asyncio.to_thread(store.close)
        cut.close()


async def test_the_same_key_at_the_same_moment_is_carried_out_once(governance: Running):
    provider = await governance.register()

    answers = await asyncio.gather(*(governance.decide(provider, level="2", key="twin") for _ in range(6)))

    bodies: list[Any] = [answer.json() for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert await governance.rows(
        "SELECT count(*) FROM journal WHERE key = %s AND type LIKE '%%proposed%%'", provider
    ) == [(1,)]


async def test_while_the_journal_is_closed_nothing_is_decided(governance: Running):
    provider = await governance.register()
    with psycopg.connect(governance.settings.database_url, autocommit=True) as connection:
        connection.execute("UPDATE governance.mark SET held = 'a test holds it'")
        try:
            answer = await governance.decide(provider, level="2")
        finally:
            connection.execute("UPDATE governance.mark SET held = NULL")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert (await governance.page(provider))["confirmed"] is None
