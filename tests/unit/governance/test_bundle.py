"""A bundle proves itself, and every change to it is told."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.governance import bundling
from services.governance.history import Entry, Position
from services.governance.proof import bundle
from shared.events import Draft, envelope

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
MAY = frozenset({"official-sensitive"})
AT = datetime(2026, 3, 2, tzinfo=UTC)


def entries(count: int = 4, restricted: int = 2) -> list[Entry]:
    """One chain on the ledger; the event at `restricted` is of a classification that is not read."""
    made, head = [], ""
    for n in range(count):
        kind = "restricted-safeguarding" if n == restricted else "official-sensitive"
        draft = Draft(
            id=UUID(int=n + 1), type="careledger.quality_concern.raised.v1", source="/places/x/publishers/icb",
            subject="prv-1", time=AT, dataschema="/s", place="E06000019", classification=kind,
            data={"concern_id": f"QC-{n}", "event": "Zoë"},
        )  # fmt: skip
        body, head = envelope.seal(
            draft, recordedtime=AT, writer="intake", sequence=n + 1, prevsequence=n, prevhash=head, digest=""
        )
        made.append(Entry(Position(AT, 0, 3, n * 2), "ledger", kind, body))
    return made


def packed(found: list[Entry] | None = None) -> bytes:
    about = {"format": bundling.FORMAT, "provider_id": "prv-1", "made_at": "2026-03-02T00:00:00Z"}
    return bundling.pack(about, found or entries(), {"d" * 64: b"{}"}, MAY, KEY)


def changed(body: bytes, name: str, how: Callable[[bytes], bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            said = how(old.read(each)) if each == name else old.read(each)
            if said is not None:
                new.writestr(each, said)
    return out.getvalue()


def test_it_proves_itself_and_withholds_what_may_not_be_read() -> None:
    found = bundle.prove(packed(), [KEY.public_key()])

    assert (found.bad, found.is_known) == ([], True)
    assert (found.manifest["events"], found.manifest["withheld"]) == (4, 1)
    with zipfile.ZipFile(io.BytesIO(packed())) as zipped:
        lines = zipped.read("events.jsonl").splitlines()
    assert b"QC-2" not in lines[2]
    assert entries()[1].body in lines[1]


def test_without_a_key_it_says_that_it_names_its_own() -> None:
    found = bundle.prove(packed(), [])

    assert (found.bad, found.is_known) == ([], False)


CHANGES: dict[str, tuple[str, Any, str]] = {
    "an event's content": ("events.jsonl", lambda b: b.replace(b"QC-1", b"QC-9"), "does not fit its hash"),
    "an event taken out": (
        "events.jsonl",
        lambda b: b"".join(b.splitlines(True)[:1] + b.splitlines(True)[2:]),
        "broken",
    ),
    "the last event taken out": ("events.jsonl", lambda b: b"".join(b.splitlines(True)[:-1]), "does not end as"),
    "a hash of what is withheld": (
        "events.jsonl",
        lambda b: b.replace(b'"told":{"id":', b'"told":{"id":1,"x":'),
        "was changed",
    ),
    "a policy": ("policies/" + "d" * 64 + ".json", lambda _: b"[]", "was changed"),
    "a policy taken out": ("policies/" + "d" * 64 + ".json", lambda _: None, "is missing"),
    "the manifest": ("manifest.json", lambda b: b.replace(b"prv-1", b"prv-2"), "was not signed by this key"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_told(what: str) -> None:
    name, how, says = CHANGES[what]

    bad = bundle.prove(changed(packed(), name, how), [KEY.public_key()]).bad

    assert any(says in one for one in bad), bad


def test_somebody_elses_key_proves_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"1" * 32)

    assert bundle.prove(packed(), [other.public_key()]).bad


@pytest.mark.parametrize("body", [b"", b"PK", packed()[:200], changed(packed(), "manifest.json", lambda _: b"[]")])
def test_what_is_no_bundle_is_refused(body: bytes) -> None:
    with pytest.raises(bundle.NoBundle):
        bundle.prove(body, [])


def test_its_own_words_on_the_hash_are_true() -> None:
    """What README.txt tells a stranger to do."""
    raw = entries()[0].body
    front, _, _ = raw.rpartition(b',"hash":"')
    assert hashlib.sha256(front).hexdigest().encode() == raw[-66:-2]
