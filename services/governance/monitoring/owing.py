"""One list of what is owed: tasks, actions of plans, consents, reviews, looks, returns, answers; what is due first.

Each stands where it is kept and is done by its own event: the list is read from there and holds nothing of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from services.governance import view
from services.governance.event_store import EventStore
from services.governance.parts import invalid

CURSOR = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})~([^\x00-\x1f\x7f]{0,300})$")
NEVER = "9999-12-31"
PROVIDER = "/v1/providers/{}"
LINKS: Mapping[str, str] = {
    "task": "/v1/tasks/{}/steps", "plan_action": "/v1/plans/{}", "plan_sign_off": "/v1/plans/{}",
    "contract": "/v1/contracts/{}", "visit": "/v1/visits/{}", "visit_feedback": "/v1/visits/{}",
    "placement": "/v1/placements/{}", "practice_consent": "/v1/practices/{}", "consent": "/v1/decisions/{}",
    "consultation": "/v1/visits/{}",
}  # fmt: skip
"""Kind of entry → where it is looked at, or done; what has no page of its own, by its provider's."""

_CLOCKS = f"""FROM {view.SCHEMA}.providers AS p JOIN {view.SCHEMA}.assessments USING (provider_id),
  json_array_elements(data->'clocks') AS c WHERE p.facts->>'closed' IS NULL AND c->>'due' IS NOT NULL AND"""
"""Risk's clocks run out at the start of their `due`: the day before it is the last."""
_OFFICER = "'quality-officer'"
"""Whose it is where nobody else is named and nobody outside is waited for (ours); a level is the team manager's."""
_OPEN = "SELECT m.matter_id AS id, '' AS item, m.subject, m.place, m.due"
_ALL = f"""
{_OPEN}, 'task' AS kind, document->>'task' AS reason, document->>'clause' AS clause, document->>'role' AS role,
  document->>'officer' AS officer, document->>'body' AS body, ARRAY[]::text[] AS needs
FROM matters AS m WHERE kind = 'task' AND open
UNION ALL
SELECT m.matter_id, a->>'action_id', m.subject, m.place, (a->>'due')::date, 'plan_action', document->>'source', NULL,
  a->>'owner_role', NULL, NULL, ARRAY[]::text[]
FROM matters AS m, json_array_elements(document->'actions') AS a
WHERE kind = 'plan' AND open AND a->>'outcome' IS NULL
UNION ALL
SELECT m.matter_id, '', m.subject, m.place, (document->>'due')::date, 'plan_sign_off', document->>'status', 'LGA-10',
  CASE document->>'status' WHEN 'agreed' THEN {_OFFICER} END, NULL, NULL,
  ARRAY(SELECT * FROM unnest(ARRAY['council', 'provider']) EXCEPT
              SELECT json_array_elements_text(document->'signed_off_by') ORDER BY 1)
FROM matters AS m WHERE kind = 'plan' AND open AND (document->>'status' = 'submitted' OR document->>'status' = 'agreed'
  AND NOT EXISTS (SELECT FROM json_array_elements(document->'actions') AS a WHERE a->>'outcome' IS NULL))
UNION ALL
{_OPEN}, CASE WHEN kind = 'practice' THEN 'practice_consent'
              WHEN kind = 'visit' AND document->>'status' <> 'planned' THEN 'visit_feedback' ELSE kind END,
  coalesce(document->>'purpose', kind), NULL,
  CASE kind WHEN 'contract' THEN document->>'allocated_to' WHEN 'practice' THEN NULL ELSE {_OFFICER} END,
  document->>'officer', NULL,
  CASE WHEN kind = 'practice' THEN ARRAY['provider'] ELSE ARRAY[]::text[] END
FROM matters AS m WHERE kind IN ('contract', 'visit', 'placement', 'practice') AND open AND due IS NOT NULL
UNION ALL
SELECT * FROM (
  SELECT DISTINCT ON (m.subject) m.subject, '', m.subject, m.place, (document->>'review_due')::date,
    'continuity_review', CASE WHEN document->>'held' = 'true' THEN 'held' ELSE 'missing' END,
    'SAL-27.f', {_OFFICER}, NULL, NULL, ARRAY[]::text[]
  FROM matters AS m WHERE kind = 'continuity' AND place = ANY(%(places)s) ORDER BY m.subject, m.number DESC) AS newest
UNION ALL
SELECT decision_id, '', provider_id, place, due, 'consent', decision, NULL, NULL, NULL, body, needs FROM waiting
UNION ALL
SELECT p.provider_id, c->>'kind' || coalesce(':' || (c->>'reference'), ''), p.provider_id, p.place,
  (c->>'due')::date - 1,
  CASE c->>'kind' WHEN 'review' THEN 'level_review' WHEN 'partner_ratings' THEN 'partner_rating'
                  WHEN 'host_notice' THEN 'host_assurance' ELSE c->>'kind' END,
  coalesce(c->>'reference', c->>'kind'), NULL,
  CASE WHEN c->>'kind' IN ('contact', 'placement') THEN {_OFFICER} WHEN c->>'kind' = 'review' THEN 'team-manager' END,
  NULL, NULL,
  CASE c->>'kind' WHEN 'return' THEN ARRAY['provider'] WHEN 'partner_ratings' THEN ARRAY['partners']
                  WHEN 'host_notice' THEN ARRAY['host_authority'] ELSE ARRAY[]::text[] END
{_CLOCKS} (c->>'kind' IN ('review', 'contact', 'return', 'partner_ratings', 'host_notice') OR c->>'kind' = 'placement'
  AND NOT EXISTS (SELECT FROM matters AS m WHERE m.matter_id = split_part(c->>'reference', '|', 2)))
UNION ALL
SELECT p.provider_id, c->>'reference', p.provider_id, p.place, (c->>'due')::date, 'waiver', c->>'reference', NULL,
  {_OFFICER}, NULL, NULL, ARRAY[]::text[]
{_CLOCKS} c->>'kind' = 'return' AND (c->>'due')::date <= %(today)s
UNION ALL
SELECT m.matter_id, a->>'consultation_id', m.subject, m.place, (a->>'due_on')::date, 'consultation', a->>'asked',
  'OXF-13', NULL, NULL, NULL, ARRAY[a->>'asked']
FROM matters AS m, json_array_elements(document->'consultations') AS a
WHERE kind = 'visit' AND open AND document->>'status' = 'planned' AND a->>'answer' IS NULL AND NOT EXISTS (
  SELECT FROM {view.SCHEMA}.elsewhere AS e WHERE e.provider_id = m.subject AND e.kind = 'consultation'
  AND e.name = a->>'consultation_id' AND e.document IS NOT NULL)
"""  # noqa: S608 - names of ours alone
_FITS = f"""
FROM (SELECT *, coalesce(due, date '{NEVER}') AS day, kind || ':' || id || ':' || item AS entry
      FROM ({_ALL}) AS every) AS owed
WHERE place = ANY(%(places)s) AND (%(provider)s::text IS NULL OR subject = %(provider)s)
  AND (%(role)s::text IS NULL OR role = %(role)s) AND (%(officer)s::text IS NULL OR officer = %(officer)s)
  AND (%(body)s::text IS NULL OR body = %(body)s) AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(organisation)s::text IS NULL OR %(organisation)s = ANY(needs))
  AND (%(by)s::date IS NULL OR due <= %(by)s)
"""  # noqa: S608 - names of ours alone
_PAGE = f"SELECT * {_FITS} AND (day, entry) > (%(day)s::date, %(after)s) ORDER BY day, entry LIMIT %(limit)s"
_COUNT = f"SELECT count(*) AS every, count(*) FILTER (WHERE due < %(today)s) AS overdue {_FITS}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; None: whatever it is."""

    places: Sequence[str]
    provider: str | None = None
    role: str | None = None
    officer: str | None = None
    body: str | None = None
    organisation: str | None = None
    """Whose consent, answer or signature is awaited: council, icb, provider."""
    kind: str | None = None
    by: date | None = None


def page(
    store: EventStore, asked: Asked, cursor: str | None, limit: int, today: date
) -> tuple[list[dict[str, Any]], str | None]:
    """What is owed, and the cursor to go on from. Raises the 422 problem of a bad cursor."""
    day, after = position(cursor)
    values = {name: getattr(asked, name) for name in Asked.__slots__} | {"places": list(asked.places), "today": today}
    with store.reading() as reading:
        reading.execute(_PAGE, values | {"day": day, "after": after, "limit": limit + 1}, prepare=True)
        found = reading.fetchall()
    rows = found[:limit]
    more = f"{rows[-1]['day'].isoformat()}~{rows[-1]['entry']}" if len(found) > limit else None
    return [shown(row, today) for row in rows], more


def count(store: EventStore, asked: Asked, today: date) -> tuple[int, int]:
    """How much is owed, and how much of it is overdue."""
    with store.reading() as reading:
        reading.execute(_COUNT, _values(asked) | {"today": today}, prepare=True)
        found = reading.fetchone() or {"every": 0, "overdue": 0}
    return found["every"], found["overdue"]


def _values(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__slots__} | {"places": list(asked.places)}


def shown(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """One entry as it is answered. Pure."""
    due = row["due"]
    about = {} if row["subject"] == row["place"] else {"provider_id": row["subject"]}
    return about | {
        "place": row["place"],
        "kind": row["kind"],
        "id": row["id"],
        "item": row["item"] or None,
        "reason": row["reason"],
        "clause": row["clause"],
        "due": due.isoformat() if due else None,
        "overdue": due is not None and due < today,
        "role": row["role"],
        "officer": row["officer"],
        "body": row["body"],
        "waits_for": list(row["needs"]),
        "link": (PROVIDER if row["id"] == row["subject"] else LINKS[row["kind"]]).format(quote(row["id"], safe="")),
    }


def position(cursor: str | None) -> tuple[str, str]:
    """Where a cursor stands. Raises the 422 problem."""
    if cursor is None:
        return "0001-01-01", ""
    found = CURSOR.match(cursor)
    try:
        if found is not None:
            return date.fromisoformat(found[1]).isoformat(), found[2]
    except ValueError:
        pass
    raise invalid("query:cursor", "This is no cursor.", "Give the `next` of the page before, as it was.")
