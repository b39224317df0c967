"""The vault: every free text under a key of its own, so that erasure is the destruction of a key (architecture §9)."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg_pool import ConnectionPool

from shared import database, sealing
from shared.events.registry import Sealed
from shared.settings import ServiceSettings

logger = logging.getLogger(__name__)

SCHEMA: Final = "vault"
LOG_SCHEMA: Final = "vault_log"
TABLES: Final = Path(__file__).parent / "vault_tables"


class KeyDestroyed(Exception):
    """The text was erased. Readers show that it was, and go on."""


class KeyUnknown(Exception):
    """The vault has never had this key, or has lost it: not an erasure, and never to be shown as one."""


class LegalHold(Exception):
    """A text that would be destroyed concerns somebody whose records must be kept."""


@dataclass(frozen=True, slots=True)
class Clear:
    """A text to be sealed: bound to one event, erasable through any of its subjects."""

    text: str
    event_id: uuid.UUID
    subjects: Collection[str]


class Vault:
    """Seals, opens and destroys. Everything has a twin that blocks (`seal_sync`), for code outside the event loop.

    Keys are never cached: each is read in the moment of its use, so a destruction is at once true everywhere.
    """

    def __init__(self, url: str, master_key: bytes, *, log_url: str) -> None:
        """`log_url` is a database outside the vault's, where destructions are logged before they are done."""
        self._url, self._log_url = url, log_url
        self._master = sealing.MasterKey(master_key)
        self._pool = ConnectionPool(
            database.conninfo(url, SCHEMA),
            min_size=1,
            max_size=8,
            timeout=5,
            open=False,
            configure=self._reapply,
            check=ConnectionPool.check_connection,
            name=SCHEMA,
        )
        self._lock = threading.Lock()
        self._reapplied_for: tuple[Any, ...] | None = None

    @classmethod
    def of(cls, settings: ServiceSettings) -> Self:
        """The vault of this deployment; the destruction log stands in the main database."""
        key = settings.master_key.get_secret_value()
        return cls(settings.vault_database_url, key, log_url=settings.database_url)

    # Life cycle

    def start_sync(self) -> None:
        """Create the tables where they are missing and connect. Raises psycopg.OperationalError if that fails."""
        database.migrate(self._url, SCHEMA, TABLES / "keys")
        database.migrate(self._log_url, LOG_SCHEMA, TABLES / "destructions")
        self._pool.open(wait=True, timeout=10.0)

    def close_sync(self) -> None:
        """Give the connections back."""
        self._pool.close()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start_sync)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close_sync)

    async def check(self) -> None:
        """For readiness. Raises when the vault does not answer."""
        await asyncio.to_thread(self._ping)

    def _ping(self) -> None:
        with self._pool.connection(timeout=1.0) as connection:
            connection.execute("select 1")

    # Sealing

    async def seal(self, text: str, *, event_id: uuid.UUID, subjects: Collection[str]) -> Sealed:
        """The text as it may be published. Its key is stored, durably, before this returns."""
        return (await self.seal_many([Clear(text, event_id, subjects)]))[0]

    async def seal_many(self, clear: Sequence[Clear]) -> list[Sealed]:
        """Many at once, in one transaction. Raises ValueError for a text without subject or with lone surrogates."""
        return await asyncio.to_thread(self.seal_many_sync, clear)

    def seal_sync(self, text: str, *, event_id: uuid.UUID, subjects: Collection[str]) -> Sealed:
        """`seal`, blocking."""
        return self.seal_many_sync([Clear(text, event_id, subjects)])[0]

    def seal_many_sync(self, clear: Sequence[Clear]) -> list[Sealed]:
        """`seal_many`, blocking."""
        if not all(each.subjects for each in clear):
            raise ValueError("a text needs a subject, or it could never be erased")
        made = [(each, uuid.uuid4(), sealing.new_key()) for each in clear]
        sealed = [sealing.seal(each.text, kid=kid, key=key, event_id=each.event_id) for each, kid, key in made]
        keys = [(kid, self._master.name, self._master.wrap(kid, key)) for _, kid, key in made]
        listed = [(subject, kid) for each, kid, _ in made for subject in sorted(set(each.subjects))]
        with self._transaction() as cursor:
            cursor.executemany("insert into data_keys (kid, master, wrapped) values (%s, %s, %s)", keys)
            cursor.executemany("insert into key_subjects (subject, kid) values (%s, %s)", listed)
        return sealed

    # Opening

    async def open(self, sealed: Sealed, *, event_id: uuid.UUID) -> str:
        """The clear text. Raises KeyDestroyed, KeyUnknown or `sealing.NotAuthentic`."""
        return await asyncio.to_thread(self.open_sync, sealed, event_id=event_id)

    async def open_many(self, sealed: Sequence[tuple[Sealed, uuid.UUID]]) -> list[str | None]:
        """Clear texts of (sealed, event id) pairs; None where the key was destroyed. Raises as `open` for the rest."""
        return await asyncio.to_thread(self.open_many_sync, sealed)

    def open_sync(self, sealed: Sealed, *, event_id: uuid.UUID) -> str:
        """`open`, blocking."""
        text = self.open_many_sync([(sealed, event_id)])[0]
        if text is None:
            raise KeyDestroyed(sealed.kid)
        return text

    def open_many_sync(self, sealed: Sequence[tuple[Sealed, uuid.UUID]]) -> list[str | None]:
        """`open_many`, blocking."""
        kids = [_uuid(each.kid) for each, _ in sealed]
        with self._transaction() as cursor:
            cursor.execute("select kid, master, wrapped from data_keys where kid = any(%s)", [kids])
            rows = {kid: (master, wrapped) for kid, master, wrapped in cursor}
        return [self._decrypt(kid, rows, *each) for kid, each in zip(kids, sealed, strict=True)]

    # Destroying

    async def destroy(self, subject: str) -> list[uuid.UUID]:
        """Make every text that concerns the subject unreadable, for ever. Gives the ids of the keys destroyed.

        It may be repeated: a text sealed since then goes too. Raises LegalHold, and then destroys nothing.
        """
        return await asyncio.to_thread(self.destroy_sync, subject)

    def destroy_sync(self, subject: str) -> list[uuid.UUID]:
        """`destroy`, blocking."""
        return self.destroy_many_sync([subject])

    def destroy_many_sync(self, subjects: Collection[str], kids: Collection[uuid.UUID] = ()) -> list[uuid.UUID]:
        """`destroy`, blocking, of all these subjects and of these keys besides: together or not at all."""
        with self._transaction(alone=True) as cursor:
            found = [kid for (kid,) in cursor.execute(_LIVE_KEYS, [list(subjects), list(kids)])]
            held = [who for (who,) in cursor.execute(_HELD, [found])]
            if held:
                raise LegalHold(f"{len(held)} of the people concerned are under a legal hold")
            # The log first: after a crash in between, the next start destroys what the log says.
            with psycopg.connect(database.conninfo(self._log_url, LOG_SCHEMA)) as log:
                statement = "insert into destructions (kid) select unnest(%s::uuid[]) on conflict do nothing"
                log.execute(statement, [found])
            cursor.execute(_DESTROY, [found])
        logger.info("the vault destroyed %d keys", len(found))
        return found

    def destroyed_sync(self, kids: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Which of these keys were destroyed."""
        with self._transaction() as cursor:
            cursor.execute("select kid from data_keys where kid = any(%s) and wrapped is null", [list(kids)])
            return {kid for (kid,) in cursor}

    async def hold(self, subject: str, reason: str) -> None:
        """Legal hold: nothing that concerns this subject can be destroyed until `release`."""
        await asyncio.to_thread(self.hold_sync, [subject], reason)

    def hold_sync(self, subjects: Collection[str], reason: str) -> None:
        """`hold`, blocking, of many."""
        self._change_hold(_HOLD, [[subject, reason] for subject in subjects])

    async def release(self, subject: str) -> None:
        """End a legal hold."""
        await asyncio.to_thread(self.release_sync, [subject])

    def release_sync(self, subjects: Collection[str]) -> None:
        """`release`, blocking, of many."""
        self._change_hold("delete from holds where subject = %s", [[subject] for subject in subjects])

    def _change_hold(self, statement: Any, values: list[list[str]]) -> None:
        with self._transaction(alone=True) as cursor:
            cursor.executemany(statement, values)

    def _reapply(self, connection: psycopg.Connection[Any]) -> None:
        """Before a connection is used: if the database may be yesterday's (started, or made, anew), destroy again."""
        with self._lock, connection.transaction():
            run = connection.execute(_RUN).fetchone()
            if run == self._reapplied_for:
                return
            with psycopg.connect(database.conninfo(self._log_url, LOG_SCHEMA)) as log:
                kids = [kid for (kid,) in log.execute("select kid from destructions")]
            again = connection.execute(_DESTROY, [kids]).rowcount
            if again:
                logger.warning("the vault was restored: %d keys destroyed again", again)
            self._reapplied_for = run

    @contextmanager
    def _transaction(self, *, alone: bool = False) -> Iterator[psycopg.Cursor[Any]]:
        """`alone`: one at a time, for what destroys and what forbids it."""
        with self._pool.connection() as connection, connection.cursor() as cursor:
            if alone:
                cursor.execute("select pg_advisory_xact_lock(hashtext('careledger vault'))")
            yield cursor

    def _decrypt(self, kid: uuid.UUID, rows: dict[uuid.UUID, Any], sealed: Sealed, event_id: uuid.UUID) -> str | None:
        if kid not in rows:
            raise KeyUnknown(sealed.kid)
        master, wrapped = rows[kid]
        if wrapped is None:
            return None
        key = self._master.unwrap(kid, wrapped, master=master)
        return sealing.open_(sealed, key=key, event_id=event_id)


def _uuid(kid: str) -> uuid.UUID:
    try:
        return uuid.UUID(kid)
    except ValueError as error:
        raise KeyUnknown(kid) from error


# A backup may be restored beside a server that never stopped: so the database and the table count as well.
_RUN: Final = """
    select pg_postmaster_start_time(), oid, 'data_keys'::regclass::oid
    from pg_database where datname = current_database()"""
_LIVE_KEYS: Final = """
    select kid from data_keys
    where (kid in (select kid from key_subjects where subject = any(%s)) or kid = any(%s))
      and wrapped is not null order by kid for update"""
_HELD: Final = "select distinct subject from holds join key_subjects using (subject) where kid = any(%s)"
_DESTROY: Final = """
    update data_keys set wrapped = null, destroyed_at = clock_timestamp()
    where kid = any(%s) and wrapped is not null"""
_HOLD: Final = """
    insert into holds (subject, reason) values (%s, %s)
    on conflict (subject) do update set reason = excluded.reason"""
