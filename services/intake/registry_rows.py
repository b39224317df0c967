"""What the register says, as rows of the journal (pure): one event for each change of a provider."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import orjson

from shared import calendar, identifiers
from shared.events import envelope, registry, registry_facts
from shared.journal.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Makes them, in the name of whoever keeps the register."""

    publisher: str
    digest_key: bytes
    now: datetime
    basis: envelope.Basis = "live"
    correlationid: str | None = None
    traceparent: str | None = None

    def row(self, place: str, provider_id: str, data: registry.Data, version: int) -> Row:
        """One change. `version` counts the provider's changes: the same change has the same id."""
        entry, body = registry.entry_of(type(data)), registry.dumped(data)
        draft = envelope.Draft(
            id=identifiers.derived_id(entry.kind, provider_id, str(version)),
            type=entry.type,
            source=f"/places/{place}/publishers/{self.publisher}",
            subject=provider_id,
            time=self._time(data),
            dataschema=entry.schema_path,
            place=place,
            basis=self.basis,
            correlationid=self.correlationid,
            traceparent=self.traceparent,
            classification=entry.classification,
            data=body,
        )
        told = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        digest = hmac.new(self.digest_key, told, hashlib.sha256).digest()
        return Row(topic="ledger", key=provider_id, draft=draft, digest=digest)

    def _time(self, data: registry.Data) -> datetime:
        """A closure happened on its day; everything else when it was said."""
        if isinstance(data, registry_facts.ServiceClosed):
            return min(self.now, calendar.midnight(data.closed_on))
        return self.now
