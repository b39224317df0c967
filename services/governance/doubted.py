"""Reads what became of evidence, and what a provider challenges, from the history."""

from collections.abc import Iterable
from uuid import UUID

from services.governance import view
from services.governance.domain import doubts
from services.governance.domain.doubts import Doubts
from services.governance.event_store import Cursor
from shared.events import decode

_NAMES = ", ".join(f"'{name}'" for name in (*doubts.CORRECTIONS, *doubts.CHALLENGES))
_EVIDENCE = f"SELECT provider_id, body FROM {view.SCHEMA}.history WHERE id = ANY(%s)"  # noqa: S608 - names of ours alone
_DOUBTS = f"""
SELECT provider_id, type, body FROM {view.SCHEMA}.history WHERE provider_id = ANY(%s) AND type IN ({_NAMES})
ORDER BY recordedtime, rank, partition, "offset"
"""  # noqa: S608


def read(cursor: Cursor, provider_id: str, evidence: Iterable[str]) -> Doubts:
    """All doubts about this evidence, which may be of other providers too; and this provider's challenges."""
    cursor.execute(_EVIDENCE, ([UUID(name) for name in set(evidence)],), prepare=True)
    named = [(row["provider_id"], decode(bytes(row["body"]))) for row in cursor]
    cursor.execute(_DOUBTS, (sorted({provider_id, *(name for name, _ in named)}),), prepare=True)
    found = [
        decode(bytes(row["body"]))
        for row in cursor
        if row["provider_id"] == provider_id or row["type"] in doubts.CORRECTIONS
    ]
    return doubts.fold(found, [event for _, event in named])
