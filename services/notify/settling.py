"""How an attempt went, recorded: the delivery's state, the attempt, the receipt, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notify import backoff, carrying, deadlines, deliveries, directory, undelivered
from services.notify.channels import Outcome
from services.notify.deliveries import Cursor, Delivery
from services.notify.fanout import FanOut
from services.notify.leases import Claimed
from services.notify.limits import Bounds
from shared.journal.rows import Result, Row

Word = Literal["sent", "failed", "dead", "lost"]
NO_END = timedelta(days=3650)
_ENDED = "d.carried_by = %(of)s AND n.cleared_by IS NOT NULL AND d.state = 'sent'"
BOUND = "d.id = %(id)s AND d.lease = %(lease)s"
_WAITED = """d.id IN (
  SELECT w.id FROM deliveries w JOIN recipients r ON r.id = w.recipient_id
  WHERE w.state IN ('due', 'failed') AND w.give_up_at <= %(now)s AND r.paused_until > %(now)s
    AND (w.leased_until IS NULL OR w.leased_until <= %(now)s) LIMIT %(most)s)"""
AT_ONCE = 500
_ANSWERED = "SELECT FROM deliveries WHERE event_id = %s AND role = %s AND state = 'acknowledged' LIMIT 1"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a claimed delivery."""

    claimed: Claimed
    outcome: Outcome
    at: datetime
    seconds: float
    chance: float
    """In [0, 1): spreads the next attempt."""


@dataclass(slots=True)
class Settle:
    """Work for the journal's writer. Returns what the delivery is now; `lost` where another has taken it over."""

    attempt: Attempt
    fanout: FanOut
    bounds: Bounds
    word: Word = "lost"

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The receipt, if the delivery is still ours."""
        claimed, outcome = self.attempt.claimed, self.attempt.outcome
        found = await deliveries.select(cursor, BOUND, {"id": claimed.delivery.id, "lease": claimed.lease})
        if not found:
            self.word = "lost"
            return ()
        one = found[0]
        await cursor.execute(
            """INSERT INTO attempts(delivery_id, number, at, outcome, status, detail, seconds)
               VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            (
                one.id, one.attempts + 1, self.attempt.at, "sent" if outcome.sent else "failed", outcome.status,
                outcome.detail, self.attempt.seconds,
            ),
        )  # fmt: skip
        return await (self._sent(cursor, one) if outcome.sent else self._failed(cursor, one))

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> Word:  # noqa: ARG002 - the protocol's
        """What became of the delivery."""
        return self.word

    async def _sent(self, cursor: Cursor, one: Delivery) -> list[Row]:
        now, attempt = self.attempt.at, one.attempts + 1
        first = one.first_sent_at or now
        by = deadlines.after(first, one.acknowledge) if one.acknowledge else None
        # The answer may be quicker than this record of what it answers.
        state = one.state if one.state in ("acknowledged", "escalated") else "sent"
        waits = by and state == "sent" and not one.cleared and not await self._is_answered(cursor, one)
        await deliveries.change(
            cursor, one.id, attempts=attempt, lease=None, leased_until=None, state=state, reason=None,
            first_sent_at=first, acknowledge_by=by, escalate_at=by if waits else None,
        )  # fmt: skip
        if self.attempt.claimed.was_failing:
            await directory.answered(cursor, self.attempt.claimed.recipient.id)
        self.word = "sent"
        receipt = self.fanout.publisher.sent(one.telling, attempt=attempt, acknowledge_by=by, now=now)
        rows = [receipt, *await carrying.sent(cursor, one, self.fanout.publisher, now)]
        if self.attempt.claimed.was_failing or one.attempts:
            rows += await undelivered.end(cursor, one, self.fanout.publisher, now)
        for each in (one, *await deliveries.select(cursor, _ENDED, {"of": one.id})):
            rows += await self.fanout.end_told(cursor, each, now) if each.cleared else ()
        return rows

    async def _is_answered(self, cursor: Cursor, one: Delivery) -> bool:
        found = await cursor.execute(_ANSWERED, (one.notice.event_id, one.role))
        return await found.fetchone() is not None

    async def _failed(self, cursor: Cursor, one: Delivery) -> list[Row]:
        outcome, now, attempt = self.attempt.outcome, self.attempt.at, one.attempts + 1
        if not outcome.ours:
            await self._hold_off(cursor, now)
        open_still = one.state in ("due", "failed")
        too_late = now >= one.give_up_at and attempt >= self.fanout.limits.attempts
        dead = open_still and (outcome.permanent or (too_late and not outcome.ours))
        changes: dict[str, object] = {
            "attempts": attempt, "lease": None, "leased_until": None, "uncertain": one.uncertain or outcome.uncertain,
        }  # fmt: skip
        if open_still:
            wait = max(
                backoff.delay(attempt, chance=self.attempt.chance), backoff.asked(outcome.retry_after, self.attempt.at)
            )
            changes |= {"state": "dead" if dead else "failed", "reason": _words(outcome), "next_attempt_at": now + wait}
        if dead:
            changes["escalate_at"] = now
        elif open_still and too_late:
            # Our own mail server fails: the delivery goes on being tried, and the ladder is told once.
            changes |= {"escalate_at": now, "give_up_at": now + NO_END}
        await deliveries.change(cursor, one.id, **changes)
        self.word = "dead" if dead else "failed"
        return [self.fanout.publisher.failed(one.telling, attempt=attempt, reason=_words(outcome), dead=dead, now=now)]

    async def _hold_off(self, cursor: Cursor, now: datetime) -> None:
        """The circuit: after some failures in a row, or when it asks for it, a recipient is left alone for a while."""
        key = self.attempt.claimed.recipient.id
        failures = await directory.failed(cursor, key)
        pause = backoff.asked(self.attempt.outcome.retry_after, now)
        if failures >= self.bounds.failures:
            pause = max(pause, backoff.delay(failures - self.bounds.failures + 1, chance=self.attempt.chance))
        if pause:
            await directory.pause(cursor, key, now + pause)


@dataclass(frozen=True, slots=True)
class Bury:
    """Work for the journal's writer: what waits too long for a recipient that does not answer is dead."""

    fanout: FanOut
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The receipts of those that are given up."""
        rows = []
        for one in await deliveries.select(cursor, _WAITED, {"now": self.now, "most": AT_ONCE}):
            why = "the recipient does not answer"
            await deliveries.change(cursor, one.id, state="dead", reason=why, escalate_at=self.now)
            receipt = self.fanout.publisher.failed(
                one.telling, attempt=max(one.attempts, 1), reason=why, dead=True, now=self.now
            )
            rows.append(receipt)
        return rows

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many."""
        return len(results)


def _words(outcome: Outcome) -> str:
    return f"{outcome.status}: {outcome.detail}" if outcome.status else outcome.detail
