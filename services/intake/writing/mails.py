"""E-mails of a quality inbox: each kept whole and sealed, as a draft concern for an officer to complete."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from services.intake.writing import mailbox
from services.intake.writing.drafts import new_reference
from services.intake.writing.mailbox import Mail
from shared.database import Pool
from shared.events.registry import Sealed
from shared.vault import Vault

Cursor = psycopg.AsyncCursor[Any]
MOST_BYTES = 4 * 1024 * 1024
OPEN, RECORDED, CLOSED = "open", "recorded", "closed"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message."""

    draft_id: UUID
    reference: str
    status: Literal["new", "follow_up", "duplicate"]
    fault: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One draft of the inbox, without its words."""

    id: UUID
    reference: str
    place: str
    state: str
    receivedtime: datetime
    messages: int
    fault: str | None
    mentions: list[str]
    outcome: str | None
    event_id: UUID | None
    number: int


_LIST = """
SELECT d.id, d.reference, d.places[1], d.state, d.createdtime, count(m.number), max(m.fault),
       d.bound->'mentions', d.outcome, d.event_id, d.number
FROM drafts AS d JOIN mails AS m ON m.draft_id = d.id WHERE d.kind = 'mail' AND d.places && %s
"""


class Mails:
    """The quality inbox of this deployment."""

    def __init__(self, pool: Pool, vault: Vault, key: bytes) -> None:
        self._pool, self._vault, self._key = pool, vault, key

    async def take(self, raw: bytes, place: str, now: datetime) -> Taken:
        """Keep one message. The same again is nothing new; a reply or a forward joins the draft of what it answers."""
        mail = await asyncio.to_thread(mailbox.read, raw)
        content = self._digest(raw if mail.fault or not mail.message_id else _said(mail))
        name = self._digest(mail.message_id.encode()) if mail.message_id else content
        id_ = uuid4()
        words = base64.b64encode(raw).decode()
        sealed = await self._vault.seal(words, event_id=id_, subjects=(f"mail:{id_}",))
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            # One message at a time: two halves of a thread that come together are one draft.
            await cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake mail'))")
            if found := await self._same(cursor, name, content, place):
                return Taken(*found, "duplicate", mail.fault or None)
            answered = [self._digest(each.encode()) for each in mail.answers]
            draft = await self._answered(cursor, [name, *answered], place)
            is_new = draft is None
            draft_id, reference = draft or await self._start(cursor, mail, place, now)
            await cursor.execute(
                "INSERT INTO mails(id, name, content, draft_id, receivedtime, fault, sealed)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (id_, name, content, draft_id, now, mail.fault or None, Jsonb(sealed.model_dump())),
            )
        return Taken(draft_id, reference, "new" if is_new else "follow_up", mail.fault or None)

    async def listed(
        self, places: Sequence[str], *, state: str = OPEN, after: int = 0, limit: int = 100
    ) -> list[Waiting]:
        """Drafts of these places in order of arrival, after a number."""
        sql = _LIST + " AND d.state = %s AND d.number > %s GROUP BY d.id ORDER BY d.number LIMIT %s"
        return await self._waiting(sql, list(places), state, after, limit)

    async def one(self, id_: UUID, places: Sequence[str]) -> Waiting | None:
        """One draft, if it is of these places."""
        found = await self._waiting(_LIST + " AND d.id = %s GROUP BY d.id", list(places), id_)
        return found[0] if found else None

    async def read(self, draft_id: UUID, by: str, now: datetime) -> list[Mail | None]:
        """The messages of a draft, oldest first; None for one that was erased. The look is recorded."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute("INSERT INTO mail_reads(draft_id, by, at) VALUES (%s, %s, %s)", (draft_id, by, now))
            await cursor.execute("SELECT id, sealed FROM mails WHERE draft_id = %s ORDER BY number", (draft_id,))
            kept = [(Sealed.model_validate(sealed), id_) for id_, sealed in await cursor.fetchall()]
        opened = await self._vault.open_many(kept)
        return [None if words is None else mailbox.read(base64.b64decode(words)) for words in opened]

    async def decide(self, id_: UUID, state: str, outcome: str, *, by: str, event_id: UUID | None = None) -> bool:
        """An officer is done with a draft. False: somebody else was first."""
        async with self._pool.connection() as connection:
            changed = await connection.execute(
                "UPDATE drafts SET state = %s, outcome = %s, decided_by = %s, event_id = coalesce(%s, event_id)"
                " WHERE id = %s AND state = 'open'",
                (state, outcome, by, event_id, id_),
            )
            return changed.rowcount == 1

    async def _same(self, cursor: Cursor, name: bytes, content: bytes, place: str) -> tuple[UUID, str] | None:
        await cursor.execute(
            "SELECT d.id, d.reference FROM mails AS m JOIN drafts AS d ON d.id = m.draft_id"
            " WHERE m.name = %s AND m.content = %s AND %s = ANY(d.places)",
            (name, content, place),
        )
        return await cursor.fetchone()

    async def _answered(self, cursor: Cursor, names: Sequence[bytes], place: str) -> tuple[UUID, str] | None:
        """The draft that a message belongs to. It waits for an officer again: what it says may be new."""
        await cursor.execute(
            "UPDATE drafts SET state = 'open' WHERE id = ("
            "  SELECT d.id FROM mails AS m JOIN drafts AS d ON d.id = m.draft_id"
            "  WHERE m.name = ANY(%s) AND %s = ANY(d.places) ORDER BY d.number LIMIT 1) RETURNING id, reference",
            (list(names), place),
        )
        return await cursor.fetchone()

    async def _start(self, cursor: Cursor, mail: Mail, place: str, now: datetime) -> tuple[UUID, str]:
        id_, reference, named = uuid4(), new_reference("M"), list(mail.mentions())
        await cursor.execute("SELECT reference FROM drafts WHERE reference = ANY(%s)", (named,))
        mentions = sorted(row[0] for row in await cursor.fetchall())
        await cursor.execute(
            "INSERT INTO drafts(id, kind, reference, places, bound, createdtime) VALUES (%s, 'mail', %s, %s, %s, %s)",
            (id_, reference, [place], Jsonb({"mentions": mentions}), now),
        )
        return id_, reference

    async def _waiting(self, sql: str, *values: Any) -> list[Waiting]:
        async with self._pool.connection() as connection:
            found = await connection.execute(sql.encode(), values)
            return [Waiting(*row) for row in await found.fetchall()]

    def _digest(self, content: bytes) -> bytes:
        return hmac.new(self._key, b"mail " + content, hashlib.sha256).digest()


def _said(mail: Mail) -> bytes:
    """What a message says, whichever way it came: its headers of transport do not count."""
    files = b"".join(hashlib.sha256(file.content).digest() for file in mail.files)
    return "\n".join((mail.subject, " ".join(mail.text.split()))).encode() + files
