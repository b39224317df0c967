"""Kafka in: alerts of `ledger`, `assessments` and `notifications` become deliveries, with the consumer's position."""

import asyncio
import logging
from dataclasses import dataclass, field

from pydantic import ValidationError

from services.notify import notice, open_days, releasing, shares
from services.notify.deliveries import Cursor
from services.notify.fanout import FanOut, Look
from services.notify.notice import Notice
from shared import clock, topics
from shared.events import Event
from shared.journal import append as journal
from shared.journal.rows import Row
from shared.kafka.places import Places, PolicyText
from shared.kafka.record import Record
from shared.policies.telling import AlertRule

log = logging.getLogger(__name__)

NAME = "notify"
TOPICS = (topics.LEDGER, topics.ASSESSMENTS, topics.NOTIFICATIONS)
MOST = 100
"""So many in one transaction: while it lasts nothing that was sent can be recorded, and no recipient gets more."""
POLICY_SECONDS = 5.0
"""So long is the text waited for under which an alert was judged. Then the alert goes by what is known."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The handler of the consumer: everything else on the topics is none of notify's business."""

    fanout: FanOut
    places: Places
    writer: str
    _missing: set[str] = field(default_factory=set)
    """Texts that did not come: each is waited for once."""

    async def handle(self, cursor: Cursor, records: list[Record]) -> None:
        """Take a batch, in the consumer's transaction. Raises journal.Unavailable, which is tried again."""
        found = [(record.event, notice.from_event(record.event)) for record in records]
        found = [(event, one) for event, one in found if one is not None or _concerns(event)]
        if not found:
            return
        rules = [await self._rule(one) if one else None for _, one in found]
        # The append lock before any row of ours, as every writer takes them: so that none waits for another.
        await cursor.execute(journal.LOCK)
        rows: list[Row] = []
        look = Look()
        for (event, one), rule in zip(found, rules, strict=True):
            rows += await (self._heard(cursor, event) if one is None else self._told(cursor, one, rule, look))
        if rows:
            await journal.arun(cursor, journal.append(rows, self.writer, clock.offset()))

    async def _told(self, cursor: Cursor, one: Notice, rule: AlertRule | None, look: Look) -> list[Row]:
        if one.type == "alert.cleared":
            return await self.fanout.clear(cursor, one, clock.now())
        return await self.fanout.tell(cursor, one, rule, clock.now(), look)

    async def _heard(self, cursor: Cursor, event: Event) -> list[Row]:
        if event.kind == "decision.took_effect":
            return await releasing.release(cursor, event, self.fanout, clock.now())
        if event.kind in open_days.KINDS:
            await open_days.hear(cursor, event)
        await shares.mark(cursor, event)
        return []

    async def _rule(self, one: Notice) -> AlertRule | None:
        """The rule of the policy under which the alert was judged, or else of the one in force."""
        policy = self.places.text(one.policy_digest) if one.policy_digest else None
        if one.policy_digest and policy is None and one.policy_digest not in self._missing:
            policy = await self._awaited(one.policy_digest)
        return _rule_of(policy or self.places.policy(one.place), one.alert)

    async def _awaited(self, digest: str) -> PolicyText | None:
        try:
            async with asyncio.timeout(POLICY_SECONDS):
                return await self.places.until(digest)
        except TimeoutError:
            log.exception("the policy %s is not on `places`: alerts under it go by the policy in force", digest)
            self._missing.add(digest)
            return None


def _concerns(event: Event) -> bool:
    return event.kind in ("decision.took_effect", *open_days.KINDS) or shares.is_marked(event)


def _rule_of(policy: PolicyText | None, alert: str) -> AlertRule | None:
    """The policy's rule for a kind of alert. One that cannot be read is as good as none: the defaults hold."""
    text = (policy.text.get("alerts") or {}).get(alert) if policy else None
    try:
        return AlertRule.model_validate(text) if text is not None else None
    except ValidationError:
        log.exception("the rule for %s of policy %s cannot be read", alert, policy and policy.digest)
        return None
