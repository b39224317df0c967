"""Proves a bundle without any of our services: signature, files, hashes, chains. Pure."""

import base64
import binascii
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.governance.bundling import EVENT, EVENTS, FORMAT, MANIFEST, SIGNATURE, TOLD
from services.governance.proof import keys
from shared.events import envelope


class NoBundle(Exception):
    """The file is no bundle of ours, or was cut short."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What was found."""

    manifest: dict[str, Any]
    bad: list[str]
    key: str
    """The public key that signed it: the given one, else the one that it names itself."""
    is_known: bool
    """Whether that key was given from outside. If not, only that nothing was changed since it was made is proven."""


def prove(body: bytes, known: Sequence[Ed25519PublicKey]) -> Proven:
    """Prove a bundle. Raises NoBundle."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as zipped:
            files = {name: zipped.read(name) for name in zipped.namelist()}
        manifest = orjson.loads(files[MANIFEST])
        signature = base64.b64decode(files[SIGNATURE], validate=True)
        named = keys.read(manifest["public_key"])
        listed: dict[str, str] = manifest["files"]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, binascii.Error, keys.NoKey) as error:
        raise NoBundle(f"{type(error).__name__}: {error}") from error
    if manifest.get("format") != FORMAT:
        raise NoBundle(f"its format is {manifest.get('format')!r}, not {FORMAT}")
    signer = keys.signer(signature, files[MANIFEST], known or [named])
    bad = [] if signer else ["manifest.json was not signed by this key, or was changed since"]
    bad += _files({name: one for name, one in files.items() if name not in (MANIFEST, SIGNATURE)}, listed)
    bad += _events(files.get(EVENTS, b""), manifest)
    return Proven(manifest, bad, keys.written(signer or named), bool(known))


def _files(files: dict[str, bytes], listed: dict[str, str]) -> Iterator[str]:
    for name in sorted(files.keys() - listed.keys()):
        yield f"{name} is not in the manifest"
    for name, digest in listed.items():
        if name not in files:
            yield f"{name} is missing"
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            yield f"{name} was changed"


def _events(body: bytes, manifest: dict[str, Any]) -> Iterator[str]:
    heads: dict[tuple[str, str], str] = {}
    read = []
    for number, line in enumerate(body.splitlines(), 1):
        try:
            read.append((*_read(line), number))
        except (ValueError, KeyError, TypeError):
            yield f"events.jsonl line {number} is no event"
    for topic, _, _, told, raw, number in sorted(read, key=lambda one: one[:3]):
        chain = (told["writer"], topic)
        if raw is not None and not envelope.is_whole(raw):
            yield f"events.jsonl line {number}, event {told['id']}: the content does not fit its hash"
        if told["prevhash"] != heads.get(chain, ""):
            yield f"events.jsonl line {number}, event {told['id']}: the chain is broken before it"
        heads[chain] = told["hash"]
    for one in manifest.get("chains", ()):
        if heads.pop((one["writer"], one["topic"]), None) != one["head"]:
            yield f"the chain of {one['writer']} on {one['topic']} does not end as the manifest says"
    for writer, topic in heads:
        yield f"the manifest does not know of the chain of {writer} on {topic}"


def _read(line: bytes) -> tuple[str, int, int, dict[str, Any], bytes | None]:
    where, _, rest = line.partition(EVENT)
    if rest:
        said = orjson.loads(where + b"}")
        raw = rest[:-1]
        event = orjson.loads(raw)
        return said["topic"], said["partition"], said["offset"], {name: event.get(name, "") for name in TOLD}, raw
    said = orjson.loads(line)
    return said["topic"], said["partition"], said["offset"], {name: said["told"][name] for name in TOLD}, None
