"""The last published word: what `assessments` says of each provider of a partition, whoever said it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson

from services.risk.publish import Order
from services.risk.reading import Reader
from services.risk.wording import word
from shared.events import envelope
from shared.events.alerts import AlertRaised


@dataclass
class Published:
    """One partition of `assessments`."""

    order: Order = field(default_factory=Order)
    words: dict[str, bytes] = field(default_factory=dict)
    """By provider, the digest of its last assessment."""
    hashes: dict[str, str] = field(default_factory=dict)
    """By subject, where its chain ends."""
    open: dict[str, dict[str, AlertRaised]] = field(default_factory=dict)
    """By provider and id, alerts raised and not cleared."""
    raised: set[str] = field(default_factory=set)
    """Ids of all alerts ever raised."""
    judged: date | None = None

    def take(self, event: dict[str, Any]) -> None:
        """One more record. What was sent again is dropped."""
        sequence, subject = int(event["sequence"]), str(event["subject"])
        if sequence <= self.order.sequence:
            return
        self.hashes[subject] = event["hash"]
        recorded = datetime.fromisoformat(event["recordedtime"]).astimezone(UTC)
        kind, data = envelope.kind_of(event["type"]), event["data"]
        if kind == "day.judged":
            self.judged = date.fromisoformat(data["date"])
        self.order = Order(sequence, recorded, event["hash"] if kind == "day.judged" else self.order.hash)
        if kind == "assessment.changed":
            data.pop("computed_from")
            self.words[subject] = word(data)
        elif kind == "alert.raised":
            self.raised.add(event["id"])
            self.open.setdefault(subject, {})[event["id"]] = AlertRaised.model_validate(data)
        elif kind == "alert.cleared":
            self.open.get(subject, {}).pop(data["raised_id"], None)


async def read(reader: Reader, topic: str, number: int) -> Published:
    """Everything that was published so far on one partition."""
    found = Published()
    begin, end = await reader.bounds(topic, number)
    async for record in reader.records(topic, number, begin, end):
        found.take(orjson.loads(record.value))
    return found
