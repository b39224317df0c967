"""What waits to be decided, answered or looked at again: short lists, those due first, page by page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.governance import view
from services.governance.event_store import EventStore
from services.governance.history import BadCursor

PAGE: Final = 20
CURSOR: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9a-z|:._-]{0,200})")
FIRST: Final = ("0001-01-01", "")
NEVER: Final = "9999-12-31"

_NAMED: Final = f"""
SELECT found.*, p.facts->>'name' AS name FROM ({{}}) AS found LEFT JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE (found.day, found.id) > (%(day)s::date, %(after)s) ORDER BY found.day, found.id LIMIT {PAGE + 1}
"""  # noqa: S608 - names of ours alone, here and below
_WAITING = f"""
SELECT w.decision_id AS id, w.provider_id, w.decision AS what, w.body, w.needs, w.due, d.status,
  coalesce(w.due, date '{NEVER}') AS day
FROM waiting AS w JOIN decisions AS d USING (decision_id) WHERE w.place = ANY(%(places)s)
  AND (NOT %(mine)s OR %(organisation)s = ANY(w.needs) OR w.needs = ARRAY[]::text[])
  AND (d.status = 'proposed') = %(proposed)s
"""  # noqa: S608
_REVIEWS = """
SELECT c.provider_id || '|' || s.key AS id, c.provider_id, s.key AS what, s.value->>'level' AS level,
  (s.value->>'review_by')::date AS due, (s.value->>'review_by')::date AS day
FROM cases AS c, json_each(c.standing) AS s
WHERE c.place = ANY(%(places)s) AND json_typeof(s.value) = 'object' AND (s.value->>'review_by')::date <= %(by)s
"""
_TASKS = f"""
SELECT m.matter_id AS id, m.subject AS provider_id, document->>'clause' AS what, document->>'role' AS role,
  document->>'decision_id' AS decision_id, document->>'cause' AS cause, m.due, coalesce(m.due, date '{NEVER}') AS day
FROM matters AS m WHERE m.kind = 'task' AND m.open AND m.place = ANY(%(places)s) AND document->>'task' = %(task)s
  AND (NOT %(mine)s OR document->>'role' IS NULL OR document->>'role' = ANY(%(roles)s))
"""  # noqa: S608
LISTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "answers": (_WAITING, {"proposed": True}),
    "ratifications": (_WAITING, {"proposed": False}),
    "tainted": (_TASKS, {"task": "review_tainted_decision"}),
    "challenges": (_TASKS, {"task": "answer_challenge"}),
    "reviews": (_REVIEWS, {}),
}
"""Each list: how it is read, and what is looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose lists."""

    places: Sequence[str]
    organisation: str
    roles: Sequence[str]
    by: date
    """Reviews that are due by this London day."""
    mine: bool = True
    """Only what waits for this organisation, or these roles."""


def page(store: EventStore, name: str, asked: Asked, cursor: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of a list, and the cursor to go on from. Raises BadCursor."""
    sql, sought = LISTS[name]
    day, after = _position(cursor)
    values = {
        "places": list(asked.places), "organisation": asked.organisation, "roles": list(asked.roles), "by": asked.by,
        "mine": asked.mine, "day": day, "after": after, **sought,
    }  # fmt: skip
    with store.reading() as reading:
        reading.execute(_NAMED.format(sql), values, prepare=True)
        found = reading.fetchall()
    rows = found[:PAGE]
    return rows, f"{rows[-1]['day'].isoformat()}~{rows[-1]['id']}" if len(found) > PAGE else None


def _position(cursor: str) -> tuple[str, str]:
    if not cursor:
        return FIRST
    if (found := CURSOR.fullmatch(cursor)) is None:
        raise BadCursor("go back, and choose again")
    try:
        return date.fromisoformat(found[1]).isoformat(), found[2]
    except ValueError:
        raise BadCursor("go back, and choose again") from None
