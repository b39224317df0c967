"""Ask bodies to meet when a rule of the policy says so: a task, once for each cause while it holds. Blocks.

A reaction: what was asked for stands in a table of its own that no rebuild of the read model touches.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.governance import view
from services.governance.asking import NoPolicy
from services.governance.domain import deadlines, task
from services.governance.event_store import Cursor, EventStore, IntegrityError, Keep
from services.governance.matter import Matter
from services.governance.matters import kept
from services.governance.meetings import convening, reading
from services.governance.meetings.convening import Asked
from services.governance.packs import InForce, Packs
from services.governance.publish import Origin
from shared import calendar, identifiers
from shared.events import tasks
from shared.journal.rows import Row

log = logging.getLogger(__name__)


class AlreadyAsked(Exception):
    """Another process of ours asked in the same moment."""


class AskingFor:
    """Looks at what has changed since it looked last; the first time at everything."""

    def __init__(self, store: EventStore, packs: Packs, digest_key: bytes) -> None:
        self._store, self._packs, self._digest_key = store, packs, digest_key
        self._seen: dict[str, dict[str, tuple[Any, ...]]] = {}
        """By place: what each provider stood at, and under which policy, when it was looked at last."""

    def look(self, now: datetime) -> int:
        """Ask for what is to be asked for. Answers how many tasks were raised."""
        today = calendar.london_date(now)
        raised = 0
        for place in reading.places(self._store):
            try:
                policy = self._packs.in_force(place, today)
            except NoPolicy:
                continue
            if policy.pack.convene:
                raised += self._place(place, policy, now)
        return raised

    def _place(self, place: str, policy: InForce, now: datetime) -> int:
        with self._store.reading() as cursor:
            cursor.execute(_CHANGES, {"place": place}, prepare=True)
            seen = {row["provider_id"]: (policy.adoption.digest, *tuple(row.values())) for row in cursor}
            before = self._seen.get(place, {})
            changed = [who for who, state in seen.items() if before.get(who) != state]
            if not changed:
                return 0
            known = reading.known(cursor, place, changed)
            standing = _standing(cursor, place, changed)
        raised = 0
        for one in known:
            asked = list(convening.asked(policy.pack, one))
            raised += sum(self._ask(place, policy, each, standing, now) for each in asked)
        self._forget(changed, {(each.clause, each.provider_id, each.cause) for one in known
                               for each in convening.asked(policy.pack, one)}, standing)  # fmt: skip
        self._seen[place] = seen
        return raised

    def _ask(
        self,
        place: str,
        policy: InForce,
        asked: Asked,
        standing: Mapping[tuple[str, str, str], datetime | None],
        now: datetime,
    ) -> int:
        if (asked.clause, asked.provider_id, asked.cause) in standing:
            return 0
        id_ = identifiers.derived_id("convening", asked.clause, asked.provider_id, asked.cause, now.isoformat())
        name = f"task-{id_.hex[:16]}"
        made = Matter(task.KIND.name, name, asked.provider_id, place)
        step = tasks.TaskRaised(
            task_id=name, task=task.CONVENE, how="task", clause=asked.clause, body=asked.body, cause=asked.cause,
            due=deadlines.last_day(asked.within, now) if asked.within else None,
            policy_digest=policy.adoption.digest,
        )  # fmt: skip
        made.take(step, id_, now)
        origin, events = Origin(place, self._digest_key), tuple(made.pending_events)
        key = (asked.clause, asked.provider_id, asked.cause, place, now)

        def rows(cursor: Cursor) -> list[Row]:
            cursor.execute(_ASKED, key, prepare=True)
            if cursor.rowcount == 0:
                raise AlreadyAsked
            return kept(made, events, origin, cursor)

        try:
            self._store.save(made, keep=Keep(rows))
        except (AlreadyAsked, IntegrityError):
            return 0
        log.info("%s asks %s to meet about %s: %s", asked.clause, asked.body, asked.provider_id, asked.cause)
        return 1

    def _forget(
        self,
        changed: Iterable[str],
        holds: set[tuple[str, str, str]],
        standing: Mapping[tuple[str, str, str], datetime | None],
    ) -> None:
        """What holds no more may be asked for anew when it comes again."""
        gone = [key for key in standing if key not in holds and key[1] in set(changed)]
        if gone:
            with self._store.datastore.transaction(commit=True) as cursor:
                for key in gone:
                    cursor.execute(
                        "DELETE FROM convenings WHERE clause = %s AND provider_id = %s AND cause = %s",
                        key,
                        prepare=True,
                    )


def _standing(cursor: Cursor, place: str, who: list[str]) -> dict[tuple[str, str, str], datetime | None]:
    cursor.execute(
        "SELECT clause, provider_id, cause, asked FROM convenings WHERE place = %s AND provider_id = ANY(%s)",
        (place, who),
        prepare=True,
    )
    found = {(row["clause"], row["provider_id"], row["cause"]): row["asked"] for row in cursor}
    # A restored database has the tasks back from Kafka, and not this table.
    cursor.execute(_OPEN, (task.KIND.name, who), prepare=True)
    return {(row["clause"], row["subject"], row["cause"]): None for row in cursor} | found


_ASKED = """
INSERT INTO convenings(clause, provider_id, cause, place, asked) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_OPEN = """
SELECT subject, document->>'clause' AS clause, document->>'cause' AS cause FROM matters
WHERE kind = %s AND subject = ANY(%s) AND open AND document->>'cause' IS NOT NULL
"""
_CHANGES = f"""
SELECT p.provider_id, a.id AS judged, c.version AS decided, o.open
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
LEFT JOIN (SELECT provider_id, string_agg(alert_id, ',' ORDER BY alert_id) AS open FROM {view.SCHEMA}.alerts
           WHERE place = %(place)s AND raised IS NOT NULL AND cleared IS NULL GROUP BY provider_id) AS o
  USING (provider_id)
WHERE p.place = %(place)s ORDER BY p.provider_id
"""  # noqa: S608 - names of ours alone
