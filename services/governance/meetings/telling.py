"""In the background: that a provider was brought before a body is told (A8), and cleared once the body has taken it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.governance import publish, register
from services.governance.asking import Unknown
from services.governance.event_store import EventStore
from services.governance.meetings.convening import referral_cause
from services.governance.publish import Origin
from services.governance.reactions import Tell
from shared import calendar, identifiers
from shared.database import Pool
from shared.events.alerts import AlertBody, AlertCleared, AlertRaised
from shared.journal.writer import Writer

RAISED, CLEARED = "A8-referred", "A8-referred-over"
MOST = 100


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells of referrals (CAL-9, CAL-10, SAL-21, LGA-4): a meeting that nobody knows of is not held."""

    store: EventStore
    pool: Pool
    writer: Writer
    digest_key: bytes

    async def look(self, now: datetime) -> int:
        """Raise and clear what is to be. Answers how many words that were."""
        told = 0
        for reaction, is_open in ((RAISED, True), (CLEARED, False)):
            asked = {"reaction": reaction, "open": is_open, "most": MOST}
            async with self.pool.connection() as connection:
                found = await (await connection.execute(_REFERRED, asked)).fetchall()
            for task_id, provider_id, place, document in found:
                alert = await asyncio.to_thread(self._alert, reaction, provider_id, document, now)
                if alert is not None:
                    row = publish.alert(alert, provider_id, now, Origin(place, self.digest_key))
                    told += await self.writer.submit(Tell(reaction, task_id, row, now))
        return told

    def _alert(self, reaction: str, provider_id: str, task: Mapping[str, Any], now: datetime) -> AlertBody | None:
        try:
            seen = register.provider(self.store, provider_id)
        except Unknown:
            return None  # not arrived yet: at the next look
        decision, cause = task["decision_id"], referral_cause(task["decision_id"], task["body"])
        said: dict[str, Any] = {
            "alert": "A8", "cause": cause, "name": seen.facts["name"], "commissioning": seen.commissioning,
            "clause": task["clause"], "task": task["task"], "evidence": (decision,), "due": task["due"],
        }  # fmt: skip
        if reaction == RAISED:
            summary = f"Brought before {task['body']}"
            return AlertRaised.model_validate(said | {"summary": summary, "since": calendar.london_date(now)})
        raised = str(identifiers.alert_id("A8", provider_id, cause))
        summary = f"Brought before {task['body']}: {task['outcome'].replace('_', ' ')}"
        return AlertCleared.model_validate(said | {"summary": summary, "raised_id": raised})


# What is open is told; what is over is cleared, if it was told.
_REFERRED = """
SELECT m.matter_id, m.subject, m.place, m.document FROM matters AS m
WHERE m.kind = 'task' AND m.document->>'task' = 'convene_meeting' AND m.document->>'decision_id' IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM reactions AS r WHERE r.reaction = %(reaction)s AND r.cause = m.matter_id)
  AND m.open = %(open)s AND (%(open)s OR EXISTS (
    SELECT 1 FROM reactions AS r WHERE r.reaction = 'A8-referred' AND r.cause = m.matter_id))
ORDER BY m.number LIMIT %(most)s
"""
