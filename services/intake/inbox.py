"""Kafka in: partners' inbox topics. Effect and offset are one transaction; what cannot be used goes to quarantine."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import orjson

from services.intake import authority, cloudevents, heard, normalise, quarantine
from services.intake.door import Admit, measure
from services.intake.faults import NotACloudEvent, Refused
from services.intake.judgement import Arrival
from services.intake.parts import Parts
from services.intake.quarantine import Item
from services.intake.submission import Submission
from shared import calendar, clock, identifiers, topics
from shared.journal import append, days
from shared.kafka import offsets, positions
from shared.kafka.consumer import Consumer, Cursor
from shared.kafka.producer import FAILURES
from shared.kafka.record import RawRecord
from shared.vault import Vault

log = logging.getLogger(__name__)

NAME = "intake-inbox"
DANGER = (b'"S4"', b'"abuse.')
"""Words in what cannot be read that somebody may be in danger: looked at, not understood."""


class Inbox:
    """Reads every inbox topic. The publisher is the topic's, never the record's word."""

    def __init__(
        self, parts: Parts, publishers: Mapping[str, Sequence[str]], *, bootstrap: str, names: topics.Topics
    ) -> None:
        """`publishers`: whose topics are read, and of which places each may speak."""
        self._parts, self._bootstrap, self._names = parts, bootstrap, names
        self._places = {f"{topics.INBOX}{publisher}": tuple(places) for publisher, places in publishers.items()}
        self.consumer = Consumer(
            NAME, sorted(self._places), parts.pool, self.handle, bootstrap=bootstrap, names=names, enveloped=False
        )

    async def handle(self, cursor: Cursor, records: list[RawRecord]) -> None:
        """Take these records in, in order, in the transaction that moves their positions."""
        now, read = self._parts.now(), list[Submission | quarantine.Entry]()
        for record in records:
            read.append(await self._read(record))
        facts = [(it, record) for it, record in zip(read, records, strict=True) if isinstance(it, Submission)]
        sealed = await self._parts.door.seal([it for it, _ in facts])
        arrivals = [
            Arrival(it=it, places=self._places[record.topic], sealed=texts)
            for (it, record), texts in zip(facts, sealed, strict=True)
        ]
        work = Admit(arrivals, now, keep_conflicts=True)
        await cursor.execute(append.LOCK)
        await quarantine.keep(cursor, [entry for entry in read if isinstance(entry, quarantine.Entry)])
        rows = await work.rows(cursor)
        async with cursor.connection.cursor(binary=True) as ours:
            results = await append.arun(ours, append.append(rows, self._parts.writer.name, clock.offset()))
        measure(zip((it for it, _ in facts), await work.done(cursor, results), strict=True))

    async def ready(self, day: date) -> days.Sources | None:
        """For the day closer: what was heard, once everything that came before the end of this London day is in."""
        end = calendar.midnight(day + timedelta(days=1)) - clock.offset()
        try:
            wanted = await offsets.before(self._bootstrap, self._names, self._places, end)
        except FAILURES as error:
            log.warning("%s is not closed yet: the inboxes cannot be asked: %s", day, type(error).__name__)
            return None
        async with self._parts.pool.connection() as connection, connection.cursor() as cursor:
            at = await positions.read(cursor, NAME, wanted)
            behind = [lane for lane, (begin, to) in wanted.items() if max(at[lane].offset + 1, begin) < to]
            if behind:
                log.info("%s is not closed yet: %d inbox partitions are not read up to its end", day, len(behind))
                return None
            return await heard.since_last_close(cursor, day)

    async def _read(self, record: RawRecord) -> Submission | quarantine.Entry:
        publisher, key = record.topic.removeprefix(topics.INBOX), self._parts.digest_key
        try:
            return _submission(record.raw, record.headers, publisher=publisher, digest_key=key)
        except Refused as refused:
            id_ = identifiers.derived_id("inbox", record.topic, str(record.partition), str(record.offset))
            raw = await self._parts.vault.seal(_packed(record), event_id=id_, subjects=(f"event:{id_}",))
            return quarantine.Entry(
                id=id_,
                digest=hmac.new(key, record.raw, hashlib.sha256).digest(),
                reason=quarantine.NO_EVENT if isinstance(refused, NotACloudEvent) else quarantine.UNUSABLE,
                detail=str(refused)[:2000],
                publisher=publisher,
                places=self._places[record.topic],
                receivedtime=self._parts.now(),
                sealed={quarantine.RAW: raw.model_dump()},
                urgent=any(word in record.raw for word in DANGER),
            )


async def reread(vault: Vault, item: Item, digest_key: bytes) -> Submission:
    """Read once more what could not be read when it came. Raises Refused, and the vault's KeyDestroyed."""
    packed = orjson.loads(await vault.open(item.raw(), event_id=item.id))
    headers = {name: base64.b64decode(value) for name, value in packed["headers"].items()}
    return _submission(base64.b64decode(packed["value"]), headers, publisher=item.publisher, digest_key=digest_key)


def _packed(record: RawRecord) -> str:
    """A record as text: any bytes may have come."""
    headers = {name: base64.b64encode(value).decode() for name, value in record.headers.items()}
    return orjson.dumps({"headers": headers, "value": base64.b64encode(record.raw).decode()}).decode()


def _submission(raw: bytes, headers: Mapping[str, bytes], *, publisher: str, digest_key: bytes) -> Submission:
    """Structured or binary, as Kafka's binding of CloudEvents has it. Raises Refused."""
    texts = {name.lower(): value.decode(errors="replace") for name, value in headers.items()}
    content_type = texts.get("content-type")
    if "ce_specversion" in texts:
        incoming = cloudevents.binary(texts.items(), "ce_", content_type, raw)
    else:  # whatever the content type: on this topic an unmarked record can be nothing else
        incoming = cloudevents.structured(raw)
    return normalise.cloudevent(
        incoming,
        publisher=publisher,
        digest_key=digest_key,
        defaults={"traceparent": texts.get("traceparent")},
        sender=authority.kinds(authority.organisation_of(publisher)),
    )
