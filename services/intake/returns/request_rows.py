"""Requests and reminders of returns as rows of the journal (pure): their ids follow from what they ask for."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from services.intake.returns.asking import Ask, Open
from shared import identifiers
from shared.events import Event, envelope, registry, returns
from shared.journal.rows import Row

SOURCE = "intake"


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes them."""

    digest_key: bytes

    def requested(self, ask: Ask, now: datetime, *, cause: Event | None = None) -> Row:
        """A return is asked for: by the calendar, or because of a decision."""
        return self._row(ask.id, ask.data(), (ask.provider_id, ask.place), now, cause)

    def reminded(self, asked: Open, number: int, name: str, now: datetime) -> Row:
        """A reminder before the due day, of the service of this name."""
        said = {"return_type": asked.return_type, "period": asked.period, "due_on": asked.due, "reminder": number}
        data = returns.ReturnReminded.model_validate(said | {"name": name})
        parts = (asked.provider_id, asked.return_type, asked.period, str(number))
        id_ = identifiers.derived_id("returns.reminded", *parts)
        return self._row(id_, data, (asked.provider_id, asked.place), now)

    def _row(
        self, id_: UUID, data: registry.Data, about: tuple[str, str], now: datetime, cause: Event | None = None
    ) -> Row:
        provider_id, place = about
        entry, body = registry.entry_of(type(data)), registry.dumped(data)
        draft = envelope.Draft(
            id=id_,
            type=entry.type,
            source=f"/places/{place}/publishers/{SOURCE}",
            subject=provider_id,
            time=now,
            dataschema=entry.schema_path,
            place=place,
            causationid=str(cause.id) if cause else None,
            correlationid=cause.correlationid if cause else None,
            traceparent=cause.traceparent if cause else None,
            classification=entry.classification,
            data=body,
        )
        # Asked again it is the same request, whatever a later software would say in it.
        told = orjson.dumps([entry.kind, provider_id, body["return_type"], body["period"]])
        digest = hmac.new(self.digest_key, told, hashlib.sha256).digest()
        recorded = cause.recordedtime if cause else None
        return Row(topic="ledger", key=provider_id, draft=draft, digest=digest, cause=recorded)
