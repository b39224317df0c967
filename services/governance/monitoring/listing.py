"""Lists of what officers keep and of what others sent, in pages: those due first; of what is over the newest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.governance import view
from services.governance.event_store import EventStore
from services.governance.parts import invalid

CURSOR = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})~([a-z]{1,20}-[0-9a-f]{16})$")
FIRST, LAST = ("0001-01-01", ""), ("9999-12-32", "")
"""Before every day, and after every day."""
EVERY = f"""(SELECT matter_id, kind, subject, place, open, due, document FROM matters
  UNION ALL SELECT matter_id, kind, provider_id, place, open, due, document FROM {view.SCHEMA}.elsewhere
  WHERE document IS NOT NULL) AS every"""  # noqa: S608 - names of ours alone
"""What is kept here, and what came through the door (`elsewhere` in its document says from whom)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    places: list[str]
    provider: str | None = None
    open: bool | None = None
    due_by: date | None = None
    fields: Mapping[str, str | None] = field(default_factory=dict)
    """What a field of the document must say; None: that it says nothing."""
    cursor: str | None = None
    limit: int = 100


def page(store: EventStore, kind: str, asked: Asked) -> tuple[list[dict[str, Any]], str | None]:
    """Matters of a kind, and the cursor to go on from. Raises the 422 problem of a bad cursor.

    Those due first; where only closed ones are asked for, which owe nothing, those that were over last.
    """
    over = asked.open is False
    day, after = position(asked.cursor, LAST if over else FIRST)
    values = {
        "kind": kind, "places": asked.places, "provider": asked.provider, "open": asked.open, "by": asked.due_by,
        "day": day, "after": after, "limit": asked.limit + 1,
        "says": [name for name, value in asked.fields.items() if value is not None],
        "what": [value for value in asked.fields.values() if value is not None],
        "silent": [name for name, value in asked.fields.items() if value is None],
    }  # fmt: skip
    with store.reading() as cursor:
        cursor.execute(_OVER if over else _DUE, values, prepare=True)
        found = cursor.fetchall()
    rows = found[: asked.limit]
    shown = [{"provider_id": row["subject"], "place": row["place"]} | row["document"] for row in rows]
    more = f"{rows[-1]['day']}~{rows[-1]['matter_id']}" if len(found) > asked.limit else None
    return shown, more


def indicated(store: EventStore, providers: list[str]) -> dict[str, dict[str, Any]]:
    """By provider, what its facts indicate on each scale."""
    with store.reading() as cursor:
        cursor.execute(_SCALES, (providers,), prepare=True)
        return {row["provider_id"]: row["scales"] or {} for row in cursor}


def position(cursor: str | None, first: tuple[str, str] = FIRST) -> tuple[str, str]:
    """Where a cursor stands; `first` without one. Raises the 422 problem."""
    if cursor is None:
        return first
    found = CURSOR.match(cursor)
    try:
        if found is not None:
            return date.fromisoformat(found[1]).isoformat(), found[2]
    except ValueError:
        pass
    raise invalid("query:cursor", "This is no cursor.", "Give the `next` of the page before, as it was.")


_WHERE = f"""FROM {EVERY}
WHERE kind = %(kind)s AND place = ANY(%(places)s) AND (%(provider)s::text IS NULL OR subject = %(provider)s)
  AND (%(open)s::boolean IS NULL OR open = %(open)s) AND (%(by)s::date IS NULL OR due <= %(by)s)
  AND NOT EXISTS (SELECT FROM unnest(%(says)s::text[], %(what)s::text[]) AS f(name, value)
                  WHERE document->>f.name IS DISTINCT FROM f.value)
  AND NOT EXISTS (SELECT FROM unnest(%(silent)s::text[]) AS f(name) WHERE document->>f.name IS NOT NULL)
"""  # noqa: S608 - names of ours alone
_DUE = f"""
SELECT matter_id, subject, place, document, coalesce(due, date '9999-12-31') AS day {_WHERE}
  AND (coalesce(due, date '9999-12-31'), matter_id) > (%(day)s::date, %(after)s)
ORDER BY day, matter_id LIMIT %(limit)s
"""
_ENDED = """coalesce(document->>'ended_on', document->>'visited_on', document->>'planned_for', document->>'final_on',
  document->>'closed_on', document->>'on', document->'shared'->-1->>'on', '0001-01-01')"""
"""The day on which a closed one was over, as its document has it; one that tells no day comes last."""
_OVER = f"""
SELECT matter_id, subject, place, document, {_ENDED} AS day {_WHERE}
  AND ({_ENDED}, matter_id) < (%(day)s, %(after)s)
ORDER BY day DESC, matter_id DESC LIMIT %(limit)s
"""
_SCALES = f"SELECT provider_id, data->'scales' AS scales FROM {view.SCHEMA}.assessments WHERE provider_id = ANY(%s)"  # noqa: S608
