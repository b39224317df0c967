"""A checkpoint: the heads of some chains, signed, to be kept outside the database (architecture §3.1).

Chains prove that nothing was changed in between; only a head that was written down elsewhere proves that a whole end
was not cut off, or all of it written anew. Checkpoints are a chain themselves: each holds the digest of the one before
it, and of the heads those alone that have moved since.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.events import envelope
from shared.journal.append import Chain

SIGNATURE = 64
_HEADS = """
SELECT topic, key, hash FROM heads_key AS head WHERE (%(keys)s::text[] IS NULL OR key = ANY(%(keys)s))
AND (%(since)s = 0 OR (topic, key) IN (SELECT topic, key FROM journal WHERE position > %(since)s))
"""


class Forged(Exception):
    """The checkpoint was not signed by this key, or was changed since."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was the last event of each chain at one moment."""

    writer: str
    at: datetime
    position: int
    """The journal's last position then."""
    heads: Mapping[Chain, str]
    """(topic, key) → hash."""
    since: int = 0
    """Only the chains that have moved since this position are told."""
    previous: str = ""
    """Digest of the checkpoint before it, as it was kept; empty for the first."""

    def signed(self, key: Ed25519PrivateKey) -> bytes:
        """The bytes to keep: signature and content."""
        body = orjson.dumps(
            {
                "writer": self.writer,
                "at": envelope.instant(self.at),
                "position": self.position,
                "since": self.since,
                "previous": self.previous,
                "heads": [[*chain, head] for chain, head in sorted(self.heads.items())],
            }
        )
        return key.sign(body) + body


def read(kept: bytes, key: Ed25519PublicKey) -> Checkpoint:
    """A checkpoint that was kept. Raises Forged."""
    body = kept[SIGNATURE:]
    try:
        key.verify(kept[:SIGNATURE], body)
    except InvalidSignature as error:
        raise Forged from error
    said = orjson.loads(body)
    heads = {(topic, name): head for topic, name, head in said["heads"]}
    at = datetime.fromisoformat(said["at"])
    return Checkpoint(said["writer"], at, said["position"], heads, said["since"], said["previous"])


def digest(kept: bytes) -> str:
    """Names a checkpoint as it was kept (SHA-256, hex)."""
    return hashlib.sha256(kept).hexdigest()


async def take(
    connection: psycopg.AsyncConnection[Any], writer: str, at: datetime, keys: Collection[str] | None = None, *,
    since: int = 0, previous: str = "",
) -> Checkpoint:  # fmt: skip
    """The heads now: of all chains, or of these keys (the providers of a place), or moved `since` a position."""
    async with connection.transaction(), connection.cursor() as cursor:
        await cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        await cursor.execute("SELECT coalesce(max(position), 0) FROM journal")
        position = (await cursor.fetchall())[0][0]
        wanted = None if keys is None else list(keys)
        await cursor.execute(_HEADS, {"keys": wanted, "since": since})
        heads = {(topic, key): head for topic, key, head in await cursor.fetchall()}
    return Checkpoint(writer, at, position, heads, since, previous)


async def missing(connection: psycopg.AsyncConnection[Any], kept: Checkpoint) -> list[Chain]:
    """The chains whose head of then is no longer in the journal: their end was cut off, or they were written anew."""
    hashes = list(kept.heads.values())
    cursor = await connection.execute("SELECT topic, key, hash FROM journal WHERE hash = ANY(%s)", (hashes,))
    there = {(topic, key, head) for topic, key, head in await cursor.fetchall()}
    return sorted(chain for chain, head in kept.heads.items() if (*chain, head) not in there)
