"""The event store: eventsourcing on PostgreSQL; journal rows and our own tables in the transaction of the events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
)
from eventsourcing.postgres import PostgresDatastore, PostgresFactory, PostgresProcessRecorder
from eventsourcing.utils import Environment, get_topic
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Json
from psycopg_pool import ConnectionPool

from services.governance.asking import Asking
from services.governance.matter import Matter
from services.governance.policy_book import PolicyBook
from services.governance.provider_case import ProviderCase
from shared import clock, database
from shared.journal import append as journal
from shared.journal.rows import Row

SCHEMA = WRITER = "governance"
POOL = 8
Cursor = psycopg.Cursor[DictRow]
UNSURE = (OperationalError, InterfaceError)
"""The connection was lost: it is not known whether the transaction was committed."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What goes into the transaction beside the stored events."""

    rows: Callable[[Cursor], Sequence[Row]]
    """Asked under the append lock: it may read what others have committed, and write our own tables."""
    key: str | None = None
    command: bytes = b""
    status: int = 201
    reply: Mapping[str, Any] | None = None
    silent: bool = False
    """What is stored follows from what another service published: nothing of ours is."""


class Answered(Exception):
    """This key has been used: what was asked with it then, and what was answered."""

    def __init__(self, command: bytes, status: int, reply: dict[str, Any]) -> None:
        super().__init__(status)
        self.command, self.status, self.reply = command, status, reply


class NotKept(Exception):
    """The journal would not take an event of ours: its stored event may not stand alone."""


class Recorder(PostgresProcessRecorder):
    """Order of locks: append (advisory), then the events table (the library's own)."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, keep: Keep | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        """Not the library's own: that one holds an exception of the second half back until after the COMMIT, so that
        journal rows could stand without their events, and sends everything again by itself after a lost connection."""
        with self.datastore.transaction(commit=True) as cursor:
            rows = 0 if keep is None else _keep(cursor, keep)
            if not stored_events:
                return []
            if rows == 0 and not (keep and keep.silent):
                raise NotKept("stored events without anything to publish")
            self._insert_events(cursor, stored_events, **kwargs)
            self._insert_stored_events(cursor, stored_events, **kwargs)
            return self._fetch_ids_after_insert_events(cursor, stored_events, **kwargs)


class EventStore(Application[UUID]):
    """Loads and saves the kinds of aggregate."""

    name = SCHEMA

    def __init__(self, database_url: str) -> None:
        self._conninfo = database.conninfo(database_url, SCHEMA)
        super().__init__({
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "PROCESS_RECORDER_TOPIC": get_topic(Recorder),
            "POSTGRES_SCHEMA": SCHEMA,
            "POSTGRES_LOCK_TIMEOUT": "20",
            # With database functions the library calls none of our recorder.
            "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
            # The library makes its connections from these words alone; ours come from the whole address, see below.
            "POSTGRES_DBNAME": "-", "POSTGRES_HOST": "-", "POSTGRES_USER": "-", "POSTGRES_PASSWORD": "-",
        })  # fmt: skip

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """The library's factory, on a pool that keeps the address's options (TLS) and our search path."""
        factory = super().construct_factory(env)
        assert isinstance(factory, PostgresFactory)  # noqa: S101 - named above
        factory.datastore.pool = _pool(self._conninfo)  # type: ignore[assignment]
        return factory

    def construct_recorder(self) -> ProcessRecorder:
        """Stored events and everything beside them in one transaction."""
        return self.factory.process_recorder()

    @property
    def datastore(self) -> PostgresDatastore:
        """For reads beside the events."""
        assert isinstance(self.recorder, Recorder)  # noqa: S101
        return self.recorder.datastore

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor for looking beside the events: each statement by itself, so that nothing is held."""
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            yield cursor

    def case(self, provider_id: str, place: str) -> ProviderCase:
        """The provider's case, or a new one."""
        try:
            found: object = self.repository.get(ProviderCase.create_id(provider_id))
        except AggregateNotFoundError:
            return ProviderCase(provider_id, place)
        assert isinstance(found, ProviderCase)  # noqa: S101
        return found

    def book(self, place: str) -> PolicyBook:
        """The place's policies, or an empty book."""
        try:
            found: object = self.repository.get(PolicyBook.create_id(place))
        except AggregateNotFoundError:
            return PolicyBook(place)
        assert isinstance(found, PolicyBook)  # noqa: S101
        return found

    def matter(self, kind: str, matter_id: str) -> Matter | None:
        """Something that is worked on step by step, or None."""
        try:
            found: object = self.repository.get(Matter.create_id(kind, matter_id))
        except AggregateNotFoundError:
            return None
        assert isinstance(found, Matter)  # noqa: S101
        return found

    def where(self, decision_id: str) -> tuple[str, str]:
        """The provider and the place of a decision. Raises KeyError."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT provider_id, place FROM decisions WHERE decision_id = %s", (decision_id,), prepare=True
            )
            if (found := cursor.fetchone()) is None:
                raise KeyError(decision_id)
            return found["provider_id"], found["place"]

    def answered(self, key: str, *, settled: bool = False) -> Answered | None:
        """What was answered to this key. `settled`: after whoever may still be writing it has finished."""
        with self.datastore.transaction() if settled else self.reading() as cursor:
            if settled:
                cursor.execute(journal.LOCK)
            return _answered(cursor, key)


def remember(cursor: Cursor, asking: Asking) -> None:
    """Who stands behind the pseudonym of whoever asked, as they were seen last."""
    cursor.execute(_ACTOR, (asking.actor, asking.subject, asking.organisation), prepare=True)


_ACTOR = """
INSERT INTO actors(actor, subject, organisation) VALUES (%s, %s, %s)
ON CONFLICT (actor) DO UPDATE SET organisation = excluded.organisation, seen = clock_timestamp()
"""


def _pool(conninfo: str) -> "ConnectionPool[psycopg.Connection[DictRow]]":
    return ConnectionPool(
        conninfo,
        connection_class=psycopg.Connection[DictRow],
        kwargs={"row_factory": dict_row, "autocommit": True},
        min_size=1,
        max_size=POOL,
        timeout=5,
        open=False,
        check=ConnectionPool.check_connection,
        name="governance-events",
    )


def _keep(cursor: Cursor, keep: Keep) -> int:
    cursor.execute(journal.LOCK, prepare=True)
    if keep.key is not None:
        if found := _answered(cursor, keep.key):
            raise found
        cursor.execute(
            "INSERT INTO idempotency(key, command, status, reply) VALUES (%s, %s, %s, %s)",
            (keep.key, keep.command, keep.status, Json(keep.reply)),
            prepare=True,
        )
    if rows := list(keep.rows(cursor)):
        with cursor.connection.cursor(binary=True) as ours:
            results = journal.run(ours, journal.append(rows, WRITER, clock.offset()))
        for row, result in zip(rows, results, strict=True):
            # An alert that was raised for this cause before is nothing new; anything else must be.
            if result.status != "accepted" and not (
                result.status in ("duplicate", "conflict") and ".alert." in row.draft.type
            ):
                raise NotKept(f"{row.draft.type}: {result.status} {result.reason or ''}")
    return len(rows)


def _answered(cursor: Cursor, key: str) -> Answered | None:
    cursor.execute("SELECT command, status, reply FROM idempotency WHERE key = %s", (key,), prepare=True)
    found = cursor.fetchone()
    return Answered(bytes(found["command"]), found["status"], found["reply"]) if found else None


__all__ = [
    "SCHEMA",
    "UNSURE",
    "WRITER",
    "Answered",
    "Cursor",
    "EventStore",
    "IntegrityError",
    "Keep",
    "NotKept",
    "remember",
]
