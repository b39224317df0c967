"""Files that belong to facts: kept encrypted under a key of their own, read by few, each reading on record (§9)."""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.media import checked
from services.intake.register import Cursor
from shared import identifiers
from shared.database import Pool
from shared.events.attachments import Attachment, MediaType
from shared.events.envelope import Classification
from shared.events.registry import Sealed
from shared.vault import Vault

_KEEP = """
INSERT INTO attachments(ref, publisher, places, classification, media_type, size, digest, kid, nonce, content, receivedtime)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (ref) DO NOTHING
"""  # noqa: E501
_ONE = "SELECT publisher, places, classification, media_type, size, digest, kid, nonce, content FROM attachments"
_READS = "SELECT reader, organisation, roles, readtime FROM attachment_reads WHERE ref = %s ORDER BY number"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept."""

    ref: UUID
    publisher: str
    places: tuple[str, ...]
    classification: Classification
    media_type: MediaType
    size: int
    digest: str
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that somebody read it."""

    reader: str
    organisation: str
    roles: tuple[str, ...]
    readtime: datetime


async def keep(
    pool: Pool,
    vault: Vault,
    content: bytes,
    *,
    said: str,
    publisher: str,
    places: Collection[str],
    classification: Classification,
    subjects: Collection[str] = (),
    now: datetime,
) -> Attachment:
    """Keep a file; the same of the same publisher again is the same one. Raises Unacceptable.

    `subjects` are those beside itself through whom it can be erased.
    """
    media_type, digest = checked(content, said), hashlib.sha256(content).hexdigest()
    ref = identifiers.derived_id("attachment", publisher, classification, media_type, digest, *sorted(places))
    known = Attachment(ref=ref, media_type=media_type, size=len(content), digest=digest)
    async with pool.connection() as connection:
        if await (await connection.execute("SELECT 1 FROM attachments WHERE ref = %s", (ref,))).fetchone():
            return known
    text = base64.b64encode(content).decode()
    sealed = await vault.seal(text, event_id=ref, subjects=(f"attachment:{ref}", *subjects))
    row = (
        ref, publisher, sorted(places), classification, media_type, len(content), digest, sealed.kid, sealed.nonce,
        base64.b64decode(sealed.ciphertext), now,
    )  # fmt: skip
    async with pool.connection() as connection:
        await connection.execute(_KEEP, row)
    return known


async def one(cursor: Cursor, ref: UUID) -> Kept | None:
    """The file of a reference, still encrypted."""
    await cursor.execute(f"{_ONE} WHERE ref = %s", (ref,))
    if (row := await cursor.fetchone()) is None:
        return None
    publisher, places, classification, media_type, size, digest, kid, nonce, content = row
    sealed = Sealed(kid=kid, nonce=nonce, ciphertext=base64.b64encode(content).decode())
    return Kept(ref, publisher, tuple(places), classification, media_type, size, digest, sealed)


async def opened(vault: Vault, kept: Kept) -> bytes:
    """The file in clear. Raises the vault's KeyDestroyed where it was erased."""
    return base64.b64decode(await vault.open(kept.sealed, event_id=kept.ref))


async def note(cursor: Cursor, ref: UUID, reading: Reading) -> None:
    """Put on record that somebody reads it, before they do."""
    values = (ref, reading.reader, reading.organisation, list(reading.roles), reading.readtime)
    await cursor.execute(
        "INSERT INTO attachment_reads(ref, reader, organisation, roles, readtime) VALUES (%s, %s, %s, %s, %s)", values
    )


async def readings(cursor: Cursor, ref: UUID) -> Sequence[Reading]:
    """Who has read it, oldest first."""
    await cursor.execute(_READS, (ref,))
    return [Reading(who, organisation, tuple(roles), at) for who, organisation, roles, at in await cursor.fetchall()]
