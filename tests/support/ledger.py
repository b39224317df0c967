"""Sealed events as the journals of intake and governance write them: sequences, chains, marks. For tests of readers."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from shared import calendar, identifiers, policy
from shared.events import envelope, registry
from shared.journal.append import EPOCH
from shared.journal.rows import WIDTH, partition_of
from shared.topics import LEDGER, PARTITIONS, PLACES, Topics

HEREFORDSHIRE = "E06000019"
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
BATCH_BYTES = 512 * 1024


@dataclass(frozen=True)
class Sealed:
    """One record, ready to be sent."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    event: envelope.Event


@dataclass
class Ledger:
    """Two writers (and governance's texts), each with its own order."""

    place: str = HEREFORDSHIRE
    clock: datetime = START
    tick: timedelta = timedelta(milliseconds=5)
    epoch: int = 1
    records: list[Sealed] = field(default_factory=list)
    """Everything sealed so far, in order."""
    _positions: dict[str, int] = field(default_factory=dict)
    _lanes: dict[tuple[str, str, int], int] = field(default_factory=dict)
    _chains: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def fact(
        self,
        kind: str,
        provider: str,
        data: dict[str, Any],
        *,
        at: datetime | None = None,
        writer: str = "intake",
        basis: envelope.Basis = "live",
        **more: Any,
    ) -> Sealed:
        """An event about a provider."""
        return self._seal(kind, provider, provider, data, writer, at, LEDGER, basis=basis, **more)

    def mark(
        self, kind: str, data: dict[str, Any], *, writer: str, partitions: Iterable[int] = range(PARTITIONS)
    ) -> None:
        """One row for each partition."""
        for partition in partitions:
            name = f"partition/{partition}"
            self._seal(kind, name, name, data, writer, None, LEDGER, partition=partition)

    def close_day(
        self,
        day: date,
        sources: Sequence[str] = (),
        writers: Sequence[str] = ("intake", "governance"),
        partitions: Iterable[int] = range(PARTITIONS),
    ) -> None:
        """Both writers close a London day; the clock moves to its end."""
        self.clock = max(self.clock, calendar.midnight(day + timedelta(days=1)) + timedelta(minutes=1))
        for writer in writers:
            heard = {self.place: list(sources)} if writer == "intake" and sources else {}
            data = {"date": day.isoformat(), "sources": heard}
            self.mark("day.closed", data, writer=writer, partitions=partitions)

    def adopt(self, pack: policy.Pack, effective: date | None = None, *, marks: bool = True) -> str:
        """Governance adopts a pack for the place: its text, and the marks that put it in force. Gives the digest."""
        digest = policy.digest(pack)
        data = {
            "pack": pack.pack,
            "version": pack.version,
            "digest": digest,
            "text": policy.document(pack),
            "effective_from": (effective or calendar.london_date(self.clock)).isoformat(),
        }
        self._seal("policy.adopted", self.place, self.place, data, "governance", None, PLACES)
        if marks:
            self.in_force(digest)
        return digest

    def in_force(self, digest: str, partitions: Iterable[int] = range(PARTITIONS)) -> None:
        """The marks that put a text in force."""
        data = {"place": self.place, "digest": digest}
        self.mark("policy.in_force", data, writer="governance", partitions=partitions)

    def compare(self, rates: dict[str, Any], partitions: Iterable[int] = range(PARTITIONS)) -> dict[str, Any]:
        """Governance publishes what peers had, and the marks that put it in force. Gives the baseline."""
        digest = hashlib.sha256(repr(sorted(rates.items())).encode()).hexdigest()
        day = calendar.london_date(self.clock).isoformat()
        data = {
            "digest": digest, "first_day": day, "last_day": day, "rates": rates, "services": 9, "left_out": 0,
        }  # fmt: skip
        self._seal("baseline.published", self.place, self.place, data, "governance", None, PLACES)
        mark = {"place": self.place, "digest": digest}
        self.mark("baseline.in_force", mark, writer="governance", partitions=partitions)
        return data

    def judge_beside(self, pack: policy.Pack, partitions: Iterable[int] = range(PARTITIONS)) -> str:
        """Governance has a draft judged beside the policy: its text, and the marks. Gives the digest."""
        digest = policy.digest(pack)
        data = {"pack": pack.pack, "version": pack.version, "digest": digest, "text": policy.document(pack)}
        self._seal("policy.shadowed", self.place, self.place, data, "governance", None, PLACES)
        mark = {"place": self.place, "digest": digest}
        self.mark("shadow.in_force", mark, writer="governance", partitions=partitions)
        return digest

    def _seal(  # noqa: PLR0917
        self,
        kind: str,
        key: str,
        subject: str,
        data: dict[str, Any],
        writer: str,
        at: datetime | None,
        topic: str,
        partition: int | None = None,
        **more: Any,
    ) -> Sealed:
        self.clock += self.tick
        lane = partition_of(key, WIDTH[topic]) if partition is None else partition
        position = self._positions[writer] = self._positions.get(writer, 0) + 1
        draft = envelope.Draft(
            id=more.pop("id", None) or identifiers.derived_id("test", writer, str(position)),
            type=envelope.type_name(kind),
            source=f"/places/{self.place}/publishers/{more.pop('publisher', 'test')}",
            subject=subject,
            time=at or self.clock,
            dataschema=registry.TYPES[envelope.type_name(kind)].schema_path,
            place=self.place,
            data=data,
            **more,
        )
        sequence, before = self.epoch * EPOCH + position, self._lanes.get((writer, topic, lane), 0)
        body, mark = envelope.seal(
            draft,
            recordedtime=self.clock,
            writer=writer,
            sequence=sequence,
            prevsequence=before,
            prevhash=self._chains.get((writer, topic, key), ""),
            digest="00" * 32,
        )
        self._lanes[writer, topic, lane], self._chains[writer, topic, key] = sequence, mark
        sealed = Sealed(topic, lane, key.encode(), body, headers(body), registry.decode(body))
        self.records.append(sealed)
        return sealed


def headers(body: bytes) -> tuple[tuple[str, bytes], ...]:
    """The headers that the relay gives a record."""
    event = registry.decode(body)
    return (
        ("id", str(event.id).encode()),
        ("type", event.type.encode()),
        ("writer", event.writer.encode()),
        ("sequence", envelope.number(event.sequence).encode()),
        ("recordedtime", envelope.instant(event.recordedtime).encode()),
        ("content-type", envelope.CONTENT_TYPE.encode()),
    )


async def publish(bootstrap: str, topics: Topics, records: Iterable[Sealed]) -> None:
    """Send records, in order within each partition, all acknowledged."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, max_batch_size=BATCH_BYTES, max_request_size=1 << 20
    )
    await producer.start()
    try:
        lanes: dict[tuple[str, int], list[Sealed]] = {}
        for record in records:
            lanes.setdefault((record.topic, record.partition), []).append(record)
        for (topic, partition), rows in lanes.items():
            batch = producer.create_batch()
            for row in rows:
                if not _append(batch, row):
                    await (await producer.send_batch(batch, topics.name(topic), partition=partition))
                    batch = producer.create_batch()
                    assert _append(batch, row)
            await (await producer.send_batch(batch, topics.name(topic), partition=partition))
    finally:
        await producer.stop()


def _append(batch: Any, row: Sealed) -> bool:
    return batch.append(key=row.key, value=row.value, timestamp=None, headers=list(row.headers)) is not None


def concern(
    ledger: Ledger, provider: str, number: int, *, severity: str = "S2", at: datetime | None = None, **more: Any
) -> Sealed:
    """A quality concern."""
    data = {"concern_id": f"QC-{number}", "themes": ["q.medicines"], "severity": severity}
    return ledger.fact("quality_concern.raised", provider, data, at=at, **more)


def filed(ledger: Ledger, provider: str, return_type: str, period: str, **more: Any) -> Sealed:
    """A return."""
    data = {"return_type": return_type, "period": period}
    return ledger.fact("returns.submitted", provider, data, **more)


def registered(ledger: Ledger, provider: str, *, commissioning: str = "council", beds: int = 40) -> Sealed:
    """A home came under watch."""
    data = {
        "name": f"Home {provider[-4:]}",
        "service_type": "care_home_residential",
        "commissioning": commissioning,
        "beds": beds,
        "aliases": {},
    }
    return ledger.fact("registry.service.registered", provider, data)


def provider_id(number: int) -> str:
    """The `number`th provider of a test."""
    return f"prv-{number:016d}"
