"""A decision shares what was withheld (SAL-20): what it names is sent now, and each sending is recorded."""

from datetime import datetime

from services.notify import deliveries, directory, gaps, registering, shares, sharing
from services.notify.deliveries import Cursor
from services.notify.fanout import FanOut
from shared.events import Event, data_of, decisions, processes
from shared.journal.rows import Row

_WITHHELD = "d.provider_id = %(provider)s AND d.state = 'suppressed' AND d.reason IN ('switched_off', 'audience')"


async def release(cursor: Cursor, event: Event, fanout: FanOut, now: datetime) -> list[Row]:
    """Take a decision about sharing; other decisions are none of ours. The rows: an A19 where nobody is registered."""
    body = data_of(event)
    decision = body.decision if isinstance(body, decisions.DecisionTookEffect) else None
    if not isinstance(decision, processes.ShareDecided):
        return []
    await shares.decide(cursor, decision)
    if decision.type == "share.refused":
        return []
    rows: list[Row] = []
    for one in await deliveries.select(cursor, _WITHHELD, {"provider": event.subject}):
        grounds = {str(one.notice.event_id), *one.notice.grounds}
        if one.cleared or grounds.isdisjoint(decision.event_ids) or not sharing.is_meant(one.role, [decision.audience]):
            continue
        start = max(now, sharing.not_before(one.notice, one.role) or now)
        await deliveries.change(
            cursor, one.id, state="due", reason=None if one.recipient_id else "no_recipient", next_attempt_at=start,
            give_up_at=start + fanout.limits.without_rule,
        )  # fmt: skip
        if one.recipient_id is None:
            rows += await gaps.open_for(cursor, one.notice, one.role, one.authority, fanout.publisher, now)
    for recipient in await directory.of_place(cursor, event.place):
        if await registering.send_waiting(cursor, recipient, now):
            rows += await gaps.close(cursor, recipient, fanout.publisher, now)
    return rows
