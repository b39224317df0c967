"""What the read model and our own tables know of a place's providers, for agendas and convening rules. Blocks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import orjson

from services.governance import view
from services.governance.domain.task import CONVENE
from services.governance.event_store import Cursor, EventStore
from services.governance.meetings.agenda import THEME, Business
from services.governance.meetings.known import Alert, Known
from shared.events import assessments
from shared.policies.pack import Pack

# A service that closed is nobody's business any more; what it left open is closed where it stands.
_KNOWN = f"""
SELECT p.provider_id, p.facts->>'name' AS name, a.data::text AS data, c.standing
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
WHERE p.place = %(place)s AND p.facts->'closed' IS NULL
  AND (%(who)s::text[] IS NULL OR p.provider_id = ANY(%(who)s)) ORDER BY p.provider_id
"""  # noqa: S608 - names of ours alone
_ALERTS = f"""
SELECT provider_id, alert_id, alert, cause, due, summary FROM {view.SCHEMA}.alerts
WHERE place = %s AND raised IS NOT NULL AND cleared IS NULL ORDER BY raised, alert_id
"""  # noqa: S608
_WAITING = """
SELECT provider_id, decision_id FROM decisions
WHERE place = %s AND status IN ('proposed', 'effective_pending_ratification') ORDER BY decision_id
"""
_TASKS = """
SELECT subject, document FROM matters WHERE kind = 'task' AND place = %s AND open
  AND (document->>'task' = 'convene_meeting' OR document->>'meeting_id' IS NOT NULL) ORDER BY number
"""
_MEETINGS = "SELECT matter_id, document FROM matters WHERE kind = 'meeting' AND place = %s ORDER BY document->>'at'"


def known(cursor: Cursor, place: str, who: Sequence[str] | None = None) -> list[Known]:
    """The providers of a place (or some of them), as decided and as judged."""
    cursor.execute(_KNOWN, {"place": place, "who": None if who is None else list(who)}, prepare=True)
    rows = cursor.fetchall()
    alerts, waiting = _alerts(cursor, place), _waiting(cursor, place)
    return [_known(row, alerts, waiting) for row in rows]


def business(cursor: Cursor, place: str, pack: Pack, body: str, own: str | None = None) -> Business:
    """What is this body's own. `own`: the meeting that it is prepared for, which is no earlier one."""
    tasks = open_tasks(cursor, place)
    every = meetings(cursor, place)
    earlier = [one for one in every if one["body"] == body and one["meeting_id"] != own]
    names = {one["meeting_id"] for one in earlier}
    cursor.execute(_ALERTS, (place,), prepare=True)
    themes = tuple((row["alert_id"], row["summary"] or THEME) for row in cursor if row["alert"] == THEME)
    return Business(
        asked=tuple(one for one in tasks if one["task"] == CONVENE and one["body"] == body),
        actions=tuple(one for one in tasks if one["meeting_id"] in names),
        minutes=tuple(one["meeting_id"] for one in earlier if one["minutes"] == "recorded"),
        themes=themes,
        reports=tuple((one.id, one.name) for one in pack.reports if one.by == body),
        received=_received(every, body, {item["cause"] for one in earlier for item in one["items"]}),
    )


def open_tasks(cursor: Cursor, place: str) -> list[dict[str, Any]]:
    """What asks a body to meet, and what meetings agreed, as far as it is open."""
    cursor.execute(_TASKS, (place,), prepare=True)
    about = [(row["subject"], row["document"]) for row in cursor]
    return [({} if subject == place else {"provider_id": subject}) | document for subject, document in about]


def meetings(cursor: Cursor, place: str) -> list[dict[str, Any]]:
    """The place's meetings, as they are shown, by their day."""
    cursor.execute(_MEETINGS, (place,), prepare=True)
    return [row["document"] for row in cursor]


def places(store: EventStore) -> dict[str, str]:
    """Places that have adopted a policy, with its newest digest."""
    with store.reading() as cursor:
        cursor.execute("SELECT DISTINCT ON (place) place, digest FROM adoptions ORDER BY place, number DESC")
        return {row["place"]: row["digest"] for row in cursor}


def _received(every: Sequence[Mapping[str, Any]], body: str, taken: Set[str | None]) -> tuple[tuple[str, str], ...]:
    """What other bodies' meetings told this one, as far as it has not been on its agenda."""
    found = [
        (f"summary:{one['meeting_id']}:{number}", f"{one['body']} of {one['day']}: {said['report'] or 'a summary'}")
        for one in every
        for number, said in enumerate(one["summaries"])
        if body in said["to"]
    ]
    return tuple(each for each in found if each[0] not in taken)


def _known(row: Mapping[str, Any], alerts: Mapping[str, list[Alert]], waiting: Mapping[str, list[str]]) -> Known:
    who = row["provider_id"]
    judged = assessments.AssessmentChanged.model_validate(orjson.loads(row["data"])) if row["data"] else None
    levels = {scale: one["level"] for scale, one in (row["standing"] or {}).items() if one}
    return Known(who, row["name"] or who, levels, judged, tuple(alerts.get(who, ())), tuple(waiting.get(who, ())))


def _alerts(cursor: Cursor, place: str) -> dict[str, list[Alert]]:
    cursor.execute(_ALERTS, (place,), prepare=True)
    return _by_provider(
        (row["provider_id"], Alert(row["alert_id"], row["alert"], row["cause"] or "", row["due"])) for row in cursor
    )


def _waiting(cursor: Cursor, place: str) -> dict[str, list[str]]:
    cursor.execute(_WAITING, (place,), prepare=True)
    return _by_provider((row["provider_id"], row["decision_id"]) for row in cursor)


def _by_provider(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for who, one in pairs:
        found[who].append(one)
    return found
