"""An alert about no provider (A19): a silent feed, danger that waits in quarantine; on the ledger, by place (pure)."""

import hashlib
import hmac
from datetime import datetime

import orjson

from shared import identifiers
from shared.events import alerts, envelope, registry
from shared.journal.rows import Row

CODE = "A19"


def raised(
    *, place: str, cause: str, summary: str, now: datetime, digest_key: bytes, name: str = "", urgent: bool = False
) -> Row:
    """Tell the stewards of a place, once for this cause. `urgent`: at once, and safeguarding as well (§7).

    `name` stands in the message's title; `summary` is plain English without personal data, at most 500 characters.
    """
    body = alerts.AlertRaised(
        alert=CODE,
        cause=cause,
        name=name or place,
        summary=summary,
        since=now.date(),
        urgent=urgent or None,
    )
    return _row(identifiers.alert_id(CODE, place, cause), place, body, now, digest_key)


def cleared(*, place: str, cause: str, summary: str, now: datetime, digest_key: bytes, name: str = "") -> Row:
    """The cause is gone: whoever was told is told so."""
    raised_id = str(identifiers.alert_id(CODE, place, cause))
    body = alerts.AlertCleared(alert=CODE, cause=cause, name=name or place, summary=summary, raised_id=raised_id)
    return _row(identifiers.derived_id("alert.cleared", raised_id), place, body, now, digest_key)


def _row(id_: object, place: str, body: alerts.AlertBody, now: datetime, digest_key: bytes) -> Row:
    entry, data = registry.entry_of(type(body)), registry.dumped(body)
    draft = envelope.Draft.model_validate(
        {
            "id": id_,
            "type": entry.type,
            "source": "/intake",
            "subject": place,
            "time": now,
            "dataschema": entry.schema_path,
            "place": place,
            "classification": entry.classification,
            "data": data,
        }
    )
    # The cause alone: raised again with other words it is the same alert, not a contradiction.
    told = orjson.dumps([entry.kind, place, body.cause])
    return Row(topic="ledger", key=place, draft=draft, digest=hmac.new(digest_key, told, hashlib.sha256).digest())
