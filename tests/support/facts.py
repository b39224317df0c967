"""Valid data for any type that a partner may send, drawn from its own schema: for properties and for the fuzz."""

import random
import string
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.intake import privacy, wording
from shared.events import registry, vocabulary

LETTERS = string.ascii_lowercase
SAID = (*sorted(vocabulary.THEMES), "zz.nobodys")
PATTERNS = {
    r"^[a-z]{1,10}\.[a-z_]{1,60}$": lambda rng: rng.choice(SAID),
    r"^gp\.[a-z_]{1,60}$": lambda rng: "gp." + rng.choice(sorted(vocabulary.QUALITY_THEMES))[2:],
    r"^[0-9]{4}(-[0-9]{2})?(-[0-9]{2})?$": lambda rng: rng.choice(["2026", "2026-02", "2026-02-27"]),
    r"^[0-9]{4}-[0-9]{2}$": lambda rng: f"2026-{rng.randint(1, 12):02d}",
    r"^[a-z0-9][a-z0-9_.-]{0,79}$": lambda rng: word(rng, "_.-"),
    r"^[a-z0-9][a-z0-9-]{0,79}$": lambda rng: word(rng, "-"),
    r"^[a-z][a-z0-9_-]{0,59}$": lambda rng: word(rng, "_-")[:50],
    r"^[0-9a-z()]{1,12}$": lambda rng: word(rng, "()")[:12],
    r"^[0-9a-f]{64}$": lambda rng: rng.randbytes(32).hex(),
    r"^[A-Z][0-9]{8}$": lambda rng: f"X{rng.randrange(10**8):08d}",
    r"^[a-z][a-z0-9_]{1,39}$": lambda rng: "a" + word(rng, "_")[:30],
    r"^prv-[0-9a-z]{1,40}$": lambda rng: "prv-" + word(rng, "")[:20],
}


def word(rng: random.Random, more: str) -> str:
    """A code: a letter, and then anything that a code may hold."""
    return rng.choice(LETTERS) + "".join(rng.choices(LETTERS + more, k=rng.randint(0, 20)))


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a type's data, as a partner sends it."""
    return registry.inbound(_model(kind)).model_json_schema()


def _model(kind: str) -> type[registry.Data]:
    return next(entry.model for entry in registry.TYPES.values() if entry.kind == kind)


def valid(kind: str, rng: random.Random) -> dict[str, Any]:
    """Data of this type that the door takes: what schemas cannot say (the models' own rules) is drawn again."""
    schema, model = schema_of(kind), registry.inbound(_model(kind))
    for _ in range(200):
        data: dict[str, Any] = _drawn(schema, schema.get("$defs", {}), rng)
        if data.get("body"):
            data["return_type"] = data["body"]["kind"]
        try:
            known = model.model_validate(wording.in_our_words(kind, data))
        except ValidationError:
            continue
        if not list(privacy.faults(known.model_dump(exclude=set(registry.texts(_model(kind)))), 2026)):
            return data
    raise AssertionError(f"no valid {kind} in 200 draws")


def _drawn(schema: dict[str, Any], defs: dict[str, Any], rng: random.Random) -> Any:  # noqa: PLR0911
    if "$ref" in schema:
        return _drawn(defs[schema["$ref"].rpartition("/")[2]], defs, rng)
    if "const" in schema or "enum" in schema:
        return rng.choice(schema.get("enum") or [schema["const"]])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _drawn(rng.choice(schema[several]), defs, rng)
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, defs, rng)
    if kind == "array":
        least = schema.get("minItems", 0)
        return [_drawn(schema["items"], defs, rng) for _ in range(rng.randint(least, max(least, 3)))]
    if kind in ("integer", "number"):
        low, high = schema.get("minimum", -1000), schema.get("maximum", 10**6)
        return rng.randint(int(low), int(high)) if kind == "integer" else round(rng.uniform(low, high), 3)
    if kind == "string":
        return _string(schema, rng)
    return {"boolean": rng.random() < 0.5, "null": None}[kind]  # type: ignore[index]


def _object(schema: dict[str, Any], defs: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    if "properties" not in schema:
        values = schema.get("additionalProperties")
        if not isinstance(values, dict):
            return {}
        return {word(rng, ""): _drawn(values, defs, rng) for _ in range(rng.randint(0, 3))}
    needed = schema.get("required", ())
    return {
        name: _drawn(each, defs, rng)
        for name, each in schema["properties"].items()
        if name in needed or rng.random() < 0.5
    }


def _string(schema: dict[str, Any], rng: random.Random) -> str:
    if pattern := schema.get("pattern"):
        return PATTERNS[pattern](rng)
    day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(10 * 365 * 24 * 60))
    form = schema.get("format")
    if form:
        drawn = {"date": day.date().isoformat(), "date-time": day.isoformat()}
        return drawn.get(form) or str(UUID(int=rng.getrandbits(128), version=4))
    letters = LETTERS + " .éß\u2019漢\U0001f9d3"
    return "x" + "".join(rng.choices(letters, k=rng.randint(0, min(schema.get("maxLength", 60), 60) - 1)))
