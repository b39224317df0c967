"""What somebody is writing, kept until it is sent: sealed, found by a secret code alone, and not for ever."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import orjson
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.intake.writing.questions import Answers
from shared.database import Pool
from shared.events.registry import Sealed
from shared.vault import Vault

Kind = Literal["concern", "feedback", "returns", "mail"]
State = Literal["open", "submitted", "recorded", "closed"]
LASTS = timedelta(days=28)
"""How long an unsent draft is kept after it was last saved."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is misread aloud
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_KEPT = "(state IN ('submitted', 'recorded') OR (state = 'open' AND expires > %s))"
_COLUMNS = "id, kind, reference, places, bound, sealed, state, createdtime, submittedtime, event_id, outcome, number"


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, its words still sealed."""

    id: UUID
    kind: Kind
    reference: str
    """What people call it: `C-7K3M-9QXF`. No secret."""
    places: list[str]
    """Whose it is where that is known: a place, or `*`."""
    bound: dict[str, Any]
    """What was settled before anything was asked (a return's provider, type and period)."""
    sealed: dict[str, Any] | None
    state: State
    createdtime: datetime
    submittedtime: datetime | None
    event_id: UUID | None
    outcome: str | None
    number: int


def new_reference(letter: str) -> str:
    """A reference to be read out on the telephone: `C-7K3M-9QXF`."""
    return f"{letter}-{_random(4)}-{_random(4)}"


def new_code() -> str:
    """The secret that opens a draft: 80 random bits, as `7K3M-9QXF-2T8W-4ZPA`."""
    return "-".join(_random(4) for _ in range(4))


def plain(code: str) -> str:
    """A code or a reference however it was typed."""
    letters = "".join(letter for letter in code.upper().translate(_MISREAD) if letter.isalnum())
    return letters[:64]


class Drafts:
    """The drafts of this deployment."""

    def __init__(self, pool: Pool, vault: Vault, key: bytes) -> None:
        self._pool, self._vault, self._key = pool, vault, key

    async def start(
        self, kind: Kind, letter: str, *, places: Collection[str], now: datetime, bound: Mapping[str, Any] | None = None
    ) -> str:
        """A new draft without answers; the code that opens it."""
        code = new_code()
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO drafts(id, kind, reference, code, places, bound, createdtime, expires)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    uuid4(), kind, new_reference(letter), self.digest(code), sorted(places), Jsonb(dict(bound or {})),
                    now, now + LASTS,
                ),
            )  # fmt: skip
        return code

    async def find(self, kind: Kind, code: str, now: datetime) -> Draft | None:
        """The draft that this code opens, unless it is too old."""
        sql = f"SELECT {_COLUMNS} FROM drafts WHERE code = %s AND kind = %s AND {_KEPT}"  # noqa: S608
        return await self._one(sql, self.digest(code), kind, now)

    async def by_id(self, id_: UUID) -> Draft | None:
        """The draft of this id."""
        return await self._one(f"SELECT {_COLUMNS} FROM drafts WHERE id = %s", id_)  # noqa: S608 - constants

    async def by_reference(self, reference: str) -> Draft | None:
        """The draft with this reference."""
        return await self._one(f"SELECT {_COLUMNS} FROM drafts WHERE reference = %s", reference)  # noqa: S608 - constants

    async def answers(self, draft: Draft) -> dict[str, str | list[str]]:
        """What has been answered so far. Raises the vault's KeyDestroyed for one whose words are gone."""
        if draft.sealed is None:
            return {}
        opened = await self._vault.open(Sealed.model_validate(draft.sealed), event_id=draft.id)
        found: dict[str, str | list[str]] = orjson.loads(opened)
        return found

    async def save(self, draft: Draft, answers: Answers, now: datetime) -> bool:
        """Keep these answers in place of those before. False: it has been sent meanwhile, and stays as it was sent."""
        words = orjson.dumps(dict(answers)).decode()
        sealed = await self._vault.seal(words, event_id=draft.id, subjects=(subject(draft),))
        return await self._changed(
            "UPDATE drafts SET sealed = %s, expires = %s WHERE id = %s AND state = 'open'",
            Jsonb(sealed.model_dump()), now + LASTS, draft.id,
        )  # fmt: skip

    async def submit(self, draft: Draft, now: datetime) -> Draft:
        """Fix it as it is now. From here on it is ours to record, whatever becomes of the person's browser."""
        await self._changed(
            "UPDATE drafts SET state = 'submitted', submittedtime = %s WHERE id = %s AND state = 'open'", now, draft.id
        )
        found = await self.by_id(draft.id)
        if found is None:
            raise LookupError(f"the draft {draft.id} has vanished")
        return found

    async def recorded(self, draft: Draft, event_id: UUID, outcome: str) -> None:
        """Note what its submission became; its words go, for the ledger has them now."""
        await self._changed(
            "UPDATE drafts SET state = 'recorded', event_id = %s, outcome = %s, sealed = NULL"
            " WHERE id = %s AND state = 'submitted'",
            event_id, outcome, draft.id,
        )  # fmt: skip
        await self._vault.destroy(subject(draft))

    async def unfinished(self, before: datetime, limit: int = 50) -> list[Draft]:
        """What was sent before this moment and is not recorded yet."""
        sql = f"SELECT {_COLUMNS} FROM drafts WHERE state = 'submitted' AND submittedtime < %s ORDER BY number LIMIT %s"  # noqa: S608
        return await self._all(sql, before, limit)

    async def forget_expired(self, now: datetime, limit: int = 50) -> int:
        """Put away unsent drafts that are too old, and destroy their words; how many."""
        sql = f"SELECT {_COLUMNS} FROM drafts WHERE state = 'open' AND expires <= %s ORDER BY number LIMIT %s"  # noqa: S608
        old = await self._all(sql, now, limit)
        for draft in old:
            gone = (
                "UPDATE drafts SET state = 'closed', sealed = NULL, outcome = 'expired' WHERE id = %s AND expires <= %s"
            )
            if await self._changed(gone + " AND state = 'open'", draft.id, now):
                await self._vault.destroy(subject(draft))
        return len(old)

    def digest(self, code: str) -> bytes:
        """What is kept of a code."""
        return hmac.new(self._key, b"draft " + plain(code).encode(), hashlib.sha256).digest()

    async def _one(self, sql: str, *values: Any) -> Draft | None:
        return next(iter(await self._all(sql, *values)), None)

    async def _all(self, sql: str, *values: Any) -> list[Draft]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Draft)) as cursor:
            await cursor.execute(sql.encode(), values)
            return await cursor.fetchall()

    async def _changed(self, sql: str, *values: Any) -> bool:
        async with self._pool.connection() as connection:
            return (await connection.execute(sql.encode(), values)).rowcount == 1


def subject(draft: Draft) -> str:
    """Under which the words of a draft can be destroyed."""
    return f"draft:{draft.id}"


def _random(letters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))
