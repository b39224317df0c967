"""What notify records on `notifications`: each step of a delivery, and its own alerts (A18, A19), as journal rows."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.notify.notice import Notice
from shared import identifiers
from shared.events import Draft, Sealed, alerts, dumped, entry_of, notifications
from shared.events.registry import Data
from shared.journal.rows import Row

WRITER = "notify"
SOURCE = "/notify"


@dataclass(frozen=True, slots=True)
class Telling:
    """One delivery, as far as its receipts speak of it."""

    delivery_id: UUID
    notice: Notice
    role: str
    recipient_id: UUID | None
    channel: str | None
    replay: int | None = None
    """The number of its last replay, if it was ever dead and sent again."""

    @property
    def facts(self) -> dict[str, Any]:
        """What every receipt repeats."""
        return {
            "delivery_id": str(self.delivery_id),
            "alert_id": str(self.notice.raised_id or self.notice.event_id),
            "alert": self.notice.alert,
            "recipient_id": str(self.recipient_id) if self.recipient_id else None,
            "recipient_role": self.role,
            "channel": self.channel,
        }


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes rows for the journal. Ids follow from what happened, so that a repeat is a duplicate."""

    digest_key: bytes

    def sent(self, telling: Telling, *, attempt: int, acknowledge_by: datetime | None, now: datetime) -> Row:
        """The channel took the message."""
        of = telling.notice.items if telling.notice.type == "alerts.reminder" else ()
        data = notifications.NotificationSent(
            **telling.facts,
            attempt=attempt,
            acknowledge_by=acknowledge_by,
            reminder_of=tuple(str(one.delivery_id) for one in of) or None,
        )
        # Once, however many attempts it takes; what came back and was replayed is sent once more.
        return self._receipt(telling, data, now, *((str(telling.replay),) if telling.replay else ()))

    def failed(self, telling: Telling, *, attempt: int, reason: str, dead: bool, now: datetime) -> Row:
        """An attempt failed."""
        data = notifications.NotificationFailed(**telling.facts, attempt=attempt, reason=reason[:300], dead=dead)
        return self._receipt(telling, data, now, str(attempt), "dead" if dead else "")

    def acknowledged(self, telling: Telling, *, by: str, how: str, note: Sealed | None, now: datetime) -> Row:
        """The recipient said that it has the message."""
        facts = telling.facts | {"by": by, "how": how, "note": note}
        return self._receipt(telling, notifications.NotificationAcknowledged.model_validate(facts), now)

    def escalated(self, telling: Telling, *, to_role: str, now: datetime) -> Row:
        """The next role of the ladder is told."""
        data = notifications.NotificationEscalated(**telling.facts, to_role=to_role)
        return self._receipt(telling, data, now, to_role)

    def replayed(self, telling: Telling, *, attempt: int, actor: str, why: Sealed, now: datetime) -> Row:
        """An operator has a dead one sent again."""
        data = notifications.NotificationReplayed(**telling.facts, attempt=attempt, actor=actor, why=why)
        return self._receipt(telling, data, now, str(attempt))

    def actor(self, subject: str) -> str:
        """The pseudonym of whoever asks: the same as the other services'."""
        return hmac.digest(self.digest_key, f"actor|{subject}".encode(), "sha256").hex()[:24]

    def suppressed(self, telling: Telling, *, reason: str, now: datetime) -> Row:
        """Nobody is told, and why."""
        facts = telling.facts | {"reason": reason}
        return self._receipt(telling, notifications.NotificationSuppressed.model_validate(facts), now, reason)

    def raised(self, body: alerts.AlertRaised, *, about: Notice, now: datetime) -> Row:
        """An alert of our own, about the provider (or place) of another."""
        event_id = identifiers.alert_id(body.alert, about.subject, body.cause)
        return self._row(event_id, body, about, now)

    def cleared(self, body: alerts.AlertCleared, *, about: Notice, now: datetime) -> Row:
        """The end of an alert of our own."""
        return self._row(identifiers.derived_id("alert.cleared", body.raised_id), body, about, now)

    def _receipt(self, telling: Telling, data: Data, now: datetime, *parts: str) -> Row:
        event_id = receipt_id(data, telling.delivery_id, *parts)
        return self._row(event_id, data, telling.notice, now)

    def _row(self, event_id: UUID, data: Data, about: Notice, now: datetime) -> Row:
        entry, body = entry_of(type(data)), dumped(data)
        draft = Draft(
            id=event_id,
            type=entry.type,
            source=SOURCE,
            subject=about.subject,
            time=now,
            dataschema=entry.schema_path,
            place=about.place,
            correlationid=about.correlation_id,
            causationid=str(about.event_id),
            classification=entry.classification,
            traceparent=about.traceparent,
            data=body,
        )
        digest = hmac.digest(self.digest_key, orjson.dumps(body, option=orjson.OPT_SORT_KEYS), "sha256")
        return Row(topic="notifications", key=about.subject, draft=draft, digest=digest, cause=about.raised_at)


def receipt_id(data: Data | type[Data], delivery_id: UUID, *parts: str) -> UUID:
    """The id of a receipt: of step and delivery, and of attempt or role where a step comes more than once."""
    model = data if isinstance(data, type) else type(data)
    return identifiers.derived_id(entry_of(model).kind, str(delivery_id), *parts)
