"""The whole proof as it is asked for: checkpoints first, then the walk; the result is kept for operators."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.types.json import Json

from services.governance.event_store import Cursor
from services.governance.proof import checkpoints, keys, walk
from services.governance.proof.findings import Findings
from services.governance.settings import GovernanceSettings
from shared import topics
from shared.events import envelope

_KEEP = "INSERT INTO governance.verifications(place, is_whole, report) VALUES (%s, %s, %s)"
_LAST = "SELECT at, place, is_whole, report FROM verifications ORDER BY number DESC LIMIT %s"


async def verify(
    settings: GovernanceSettings, *, place: str | None = None, also: Sequence[Ed25519PublicKey] = (),
    begun: Callable[[int], None] = lambda _: None, step: walk.Step = lambda _: None,
    journals: Sequence[str] = walk.JOURNALS,
) -> Findings:  # fmt: skip
    """Hold journals, Kafka, history and signed checkpoints against one another. `also`: former public keys.

    Raises psycopg.Error, OSError, one of producer.FAILURES: then nothing is proven.
    """
    found = Findings(place=place)
    known = (keys.signing(settings).public_key(), *also)
    # A walk waits for Kafka in the middle of its transaction, which the usual limit would end.
    address = psycopg.conninfo.make_conninfo(settings.database_url, options="-c timezone=UTC")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        table = await checkpoints.kept(connection)
        file = settings.checkpoint_file
        outside = checkpoints.in_file(file) if file is not None and file.exists() else None
        wanted, bad = checkpoints.proven(table, outside, known)
        found.checkpoints = len({*table, *(outside or ())})
        for one in bad:
            found.add(one)
        names = topics.Topics(prefix=settings.topic_set)
        await walk.prove(
            connection, settings.kafka_bootstrap, names, found=found, wanted=wanted, begun=begun, step=step,
            journals=journals,
        )  # fmt: skip
        await connection.execute(_KEEP, (place, found.is_whole, Json(report(found))))
    return found


def report(found: Findings) -> dict[str, Any]:
    """What was found, in short: counts, and the first bad rows."""
    counts = {name: getattr(found, name) for name in ("records", "journalled", "shown", "chains", "checkpoints")}
    return counts | {"bad": len(found.rows) + found.more, "first": [asdict(bad) for bad in sorted(found.rows)[:20]]}


def last(cursor: Cursor, limit: int) -> list[dict[str, Any]]:
    """What the last proofs found, the newest first."""
    cursor.execute(_LAST, (limit,))
    return [
        {"at": envelope.instant(row["at"]), "place": row["place"], "is_whole": row["is_whole"]} | row["report"]
        for row in cursor
    ]
