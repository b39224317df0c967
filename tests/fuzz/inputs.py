"""One input from its number: a valid event of any type in any of four forms, most of them then spoilt."""

import json
import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from services.intake import normalise
from tests.support import facts

KINDS = tuple(sorted(normalise.partner_types()))
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
NHS = "943 476 5919"
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**64), 10**400, 0.1, -1e308, "", " ", "x" * 5000, "\0",
    "\ud800", "\u202e", "null", "2026-02-30", "0206-01-01T00:00:00Z", "1899-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00", NHS, "DOB 1/2/1941", [], [[]], {}, {"": {}}, [None] * 300, "cqc:", "' OR 1=1 --",
    "careledger.quality_concern.raised.v1",
)  # fmt: skip
READABLE = tuple(junk for junk in JUNK if junk not in (10**400, "\ud800"))
"""What leaves a body JSON: in a batch one unreadable number would spare all the others."""
JSON = dict[str, Any]


@dataclass(frozen=True)
class Input:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    subjects: tuple[Any, ...]
    """Whom each of its events is about, in their order."""


def event(rng: random.Random, number: str, subjects: tuple[str, ...]) -> JSON:
    """A valid event, of a type, about one of these providers."""
    kind = rng.choice(KINDS)
    return {
        "specversion": "1.0", "id": number, "source": "/fuzz", "type": f"careledger.{kind}.v1",
        "subject": rng.choice(subjects), "time": f"2026-03-{rng.randint(1, 28):02d}T09:30:00Z",
        "data": facts.valid(kind, rng),
    }  # fmt: skip


def spoilt(it: Any, rng: random.Random, junk: tuple[Any, ...] = JUNK) -> Any:
    """The same with something in it lost, replaced, renamed, repeated or nested."""
    if isinstance(it, dict) and it and rng.random() < 0.85:
        name = rng.choice(list(it))
        inside = name == "data" or rng.random() < 0.5
        changed = spoilt(it[name], rng, junk) if inside else rng.choice(junk)
        how = rng.random()
        if how < 0.15:
            return {key: value for key, value in it.items() if key != name}
        if how < 0.25:
            return it | {name.upper() + "x": it[name]}
        return it | {name: changed}
    if isinstance(it, list) and it and rng.random() < 0.7:
        at = rng.randrange(len(it))
        return [*it[:at], spoilt(it[at], rng, junk), *it[at + rng.randint(0, 1) :]]
    return rng.choice(junk)


def single(rng: random.Random, number: str, subjects: tuple[str, ...]) -> Input:
    """One event in one request: structured, binary or typed; spoilt in its members, or in its bytes."""
    it = event(rng, number, subjects)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        it = spoilt(it, rng) if isinstance(it, dict) else it
    form = rng.choice((_structured, _binary, _typed)) if isinstance(it, dict) else _structured
    made = form(it)
    if rng.random() < 0.2:
        return Input(made.path, made.headers, _torn(made.body, rng), made.subjects)
    return made


def batch(rng: random.Random, numbers: list[str], subjects: tuple[str, ...]) -> Input:
    """Many events in one request; half of them spoilt."""
    events = [event(rng, number, subjects) for number in numbers]
    sent = [spoilt(it, rng, READABLE) if rng.random() < 0.5 else it for it in events]
    about = tuple(it.get("subject") if isinstance(it, dict) else None for it in sent)
    return Input("/v1/events", {"content-type": BATCH}, _json(sent), about)


def _structured(it: Any) -> Input:
    about = it.get("subject") if isinstance(it, dict) else None
    return Input("/v1/events", {"content-type": STRUCTURED}, _json(it), (about,))


def _binary(it: JSON) -> Input:
    headers = {f"ce-{quote(str(name)) or 'x'}": quote(_text(value)) for name, value in it.items() if name != "data"}
    return Input("/v1/events", headers | {"content-type": "application/json"}, _json(it.get("data")),
                 (it.get("subject"),))  # fmt: skip


def _typed(it: JSON) -> Input:
    kind = _text(it.get("type", "")).removeprefix("careledger.").removesuffix(".v1")
    body = {"provider": it.get("subject"), "reference": it.get("id"), "time": it.get("time"), "data": it.get("data")}
    path = f"/v1/intelligence/{quote(kind, safe='')[:300] or 'x'}"
    return Input(path, {"content-type": "application/json"}, _json(body), (it.get("subject"),))


def _torn(body: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    return rng.choice((body[:at], body[:at] + rng.randbytes(3) + body[at:], body[:at] + body[at + 1 :], body * 2))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()[:2000]
