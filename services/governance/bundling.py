"""A provider's whole history in one file that proves itself: events with their chains, policies, a signed manifest.

How it is proven without us stands in the file itself; `python -m services.governance verify-bundle FILE` does it.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.governance import history
from services.governance.asking import Asking
from services.governance.event_store import EventStore
from services.governance.history import Entry, Wanted
from services.governance.searching import leaves
from shared.events import envelope

FORMAT = "careledger-bundle-1"
MANIFEST, SIGNATURE, EVENTS, READ_ME = "manifest.json", "manifest.sig", "events.jsonl", "README.txt"
EVENT = b',"event":'
"""Before the bytes of an event, exactly as they stand in Kafka, up to the last brace of its line."""
TOLD = ("id", "type", "writer", "sequence", "prevsequence", "prevhash", "hash")
"""What is told of an event that the reader may not see: enough to follow its chain."""
DIGEST = 64
"""Letters of a policy's digest."""
_DATE = (1980, 1, 1, 0, 0, 0)
_TEXTS = "SELECT digest, text FROM policy_texts WHERE digest = ANY(%s)"

READ = """This is the record of one provider, as CareLedger held it. To prove it, without CareLedger:

1. manifest.sig is an Ed25519 signature (base64) of the bytes of manifest.json. Check it with the public key that the
   council has published, not with the one that is named inside: that one only says which key it was.
2. manifest.json names the SHA-256 of every other file. Compare.
3. Each line of events.jsonl is {"topic","partition","offset","event"}. The bytes of the event end in
   ,"hash":"..."} ; its hash is the SHA-256 (hex) of all bytes before that ending.
4. By writer and topic, each event's "prevhash" is the "hash" of the one before it; the first has none.
   An event that the reader was not allowed to see is told by its hashes alone ("withheld").
5. policies/ holds the policies by which it was judged, by their digests.

With CareLedger's software: python -m services.governance verify-bundle FILE --key PUBLIC_KEY
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """Blocks: call it from a thread."""

    store: EventStore
    signing: Ed25519PrivateKey

    def bundle(self, provider_id: str, known_at: datetime | None, may: frozenset[str], asking: Asking) -> bytes:
        """The zip. `may`: the classifications whose contents the asker may read."""
        with self.store.reading() as cursor:
            entries = list(_entries(cursor, provider_id, known_at))
            named = {word for entry in entries for word in leaves(entry.event["data"]) if len(word) == DIGEST}
            cursor.execute(_TEXTS, (sorted(named),))
            texts = {row["digest"]: bytes(row["text"]) for row in cursor}
        about = {
            "format": FORMAT,
            "provider_id": provider_id,
            "made_at": envelope.instant(asking.at),
            "known_at": known_at and envelope.instant(known_at),
            "made_by": asking.actor,
        }
        return pack(about, entries, texts, may, self.signing)


def pack(
    about: Mapping[str, Any], entries: Sequence[Entry], texts: Mapping[str, bytes], may: frozenset[str],
    key: Ed25519PrivateKey,
) -> bytes:  # fmt: skip
    """The zip of these entries. The same entries give the same bytes but for `about`."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    files = {EVENTS: b"".join(line(entry, may) for entry in entries), READ_ME: READ.encode()}
    files |= {f"policies/{digest}.json": text for digest, text in sorted(texts.items())}
    manifest = orjson.dumps(
        dict(about)
        | {
            "events": len(entries),
            "withheld": sum(entry.classification not in may for entry in entries),
            "chains": chains(entries),
            "files": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
            "public_key": base64.b64encode(public).decode(),
        },
        option=orjson.OPT_INDENT_2,
    )
    signed = {MANIFEST: manifest, SIGNATURE: base64.b64encode(key.sign(manifest))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in (signed | files).items():
            made.writestr(zipfile.ZipInfo(name, _DATE), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def line(entry: Entry, may: frozenset[str]) -> bytes:
    """One event with its place in Kafka."""
    where: dict[str, Any] = {
        "topic": entry.topic, "partition": entry.position.partition, "offset": entry.position.offset,
    }  # fmt: skip
    if entry.classification in may:
        return orjson.dumps(where)[:-1] + EVENT + entry.body + b"}\n"
    event = entry.event
    told = {name: event.get(name, "") for name in TOLD}
    return orjson.dumps(where | {"withheld": entry.classification, "told": told}) + b"\n"


def chains(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """By writer and topic: how many events, and the hash of the last."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.topic, entry.position.partition, entry.position.offset)):
        event = entry.event
        one = found.setdefault(
            (event["writer"], entry.topic), {"writer": event["writer"], "topic": entry.topic, "events": 0}
        )
        one["events"] += 1
        one["head"] = event["hash"]
    return list(found.values())


def _entries(cursor: Any, provider_id: str, known_at: datetime | None) -> Iterator[Entry]:
    wanted = Wanted(known_at=known_at)
    while True:
        entries, after = history.page(cursor, provider_id, wanted)
        yield from entries
        if after is None:
            return
        wanted = replace(wanted, after=after)
