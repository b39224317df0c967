"""What is owed about people's safety or rights and is past its day is told (A10), and cleared once it is settled."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.governance import publish, register
from services.governance.asking import NoPolicy, Unknown
from services.governance.domain.alerts import Facts
from services.governance.event_store import EventStore
from services.governance.packs import Packs
from services.governance.publish import Origin
from services.governance.reactions import RETRIED, Tell
from shared import calendar, clock, identifiers
from shared.database import Pool
from shared.events.alerts import AlertBody, AlertCleared, AlertRaised
from shared.journal.writer import Writer

log = logging.getLogger(__name__)

CODE, RAISED, CLEARED = "A10", "A10-task", "A10-task-over"
LOOK_SECONDS = 5.0
MOST = 100


@dataclass(frozen=True, slots=True)
class Chasing:
    """Answers to challenges, steps of a large scale process, what a host asks, temporary duties, ordered visits."""

    store: EventStore
    packs: Packs
    pool: Pool
    writer: Writer
    digest_key: bytes

    async def run(self) -> None:
        """For ever. It looks often, because the development clock may jump."""
        while True:
            try:
                while await self.look(clock.now()):
                    pass
            except RETRIED as error:
                log.warning("what is past its day is not told at the moment: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, now: datetime) -> int:
        """Raise and clear what is to be. Answers how many words that were."""
        told = 0
        for reaction, statement in ((RAISED, _LATE), (CLEARED, _SETTLED)):
            asked = {"today": calendar.london_date(now), "most": MOST}
            async with self.pool.connection() as connection:
                found = await (await connection.execute(statement, asked)).fetchall()
            for task_id, provider_id, place, document in found:
                alert = await asyncio.to_thread(self._alert, reaction, provider_id, place, document, now)
                if alert is not None:
                    row = publish.alert(alert, provider_id, now, Origin(place, self.digest_key))
                    told += await self.writer.submit(Tell(reaction, task_id, row, now))
        return told

    def _alert(
        self, reaction: str, provider_id: str, place: str, task: Mapping[str, Any], now: datetime
    ) -> AlertBody | None:
        try:
            seen = register.provider(self.store, provider_id)
            policy = self.packs.in_force(place, calendar.london_date(now))
        except (Unknown, NoPolicy) as error:
            log.warning("task %s cannot be told of yet: %s", task["task_id"], error)
            return None
        if reaction == CLEARED:
            return settled(seen.told, task)
        return late(seen.told, task, policy.adoption.digest)


def late(facts: Facts, task: Mapping[str, Any], policy_digest: str) -> AlertRaised:
    """A10: nobody has done it by its day. `task`: as it is shown. Pure."""
    return AlertRaised(
        alert=CODE, cause=f"task:{task['task_id']}", name=facts.name, commissioning=facts.commissioning,
        summary=f"{said(task)} was owed by {task['due']} and is open", policy_digest=policy_digest,
        clause=task["clause"], task=task["task"], since=date.fromisoformat(task["due"]),
        due=date.fromisoformat(task["due"]),
    )  # fmt: skip


def settled(facts: Facts, task: Mapping[str, Any]) -> AlertCleared:
    """It is done, or owed no more. Pure."""
    cause = f"task:{task['task_id']}"
    return AlertCleared(
        alert=CODE, cause=cause, name=facts.name, commissioning=facts.commissioning,
        summary=f"{said(task)}: {str(task['outcome']).replace('_', ' ')}",
        raised_id=str(identifiers.alert_id(CODE, facts.provider_id, cause)),
    )  # fmt: skip


def said(task: Mapping[str, Any]) -> str:
    """Its short name in words. Pure."""
    return str(task["task"]).replace(".", ": ").replace("_", " ").capitalize()


_LATE = """
SELECT m.matter_id, m.subject, m.place, m.document FROM matters AS m
WHERE m.kind = 'task' AND m.open AND m.due < %(today)s AND m.subject <> m.place
  AND (m.document->>'task' ~ '^(answer_challenge$|host_asks[.]|temporary_duty[.]|ordered_visit[.])'
       OR m.document->>'closed_by' ~ '"lsi[.]' AND m.document->>'task' <> 'review_tainted_decision')
  AND NOT EXISTS (SELECT FROM reactions AS r WHERE r.reaction = 'A10-task' AND r.cause = m.matter_id)
ORDER BY m.due, m.matter_id LIMIT %(most)s
"""
_SETTLED = """
SELECT m.matter_id, m.subject, m.place, m.document
FROM reactions AS r JOIN matters AS m ON m.matter_id = r.cause AND NOT m.open
WHERE r.reaction = 'A10-task'
  AND NOT EXISTS (SELECT FROM reactions AS c WHERE c.reaction = 'A10-task-over' AND c.cause = r.cause)
ORDER BY m.matter_id LIMIT %(most)s
"""
