"""CloudEvents 1.0 off the wire: structured, batch and binary, over HTTP and Kafka → attributes and data (pure)."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from services.intake.faults import Fault, NotACloudEvent

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
HTTP, KAFKA = "ce-", "ce_"
"""How the names of headers begin in binary mode."""
MAX_ATTRIBUTE = 500
_NAME = re.compile(r"[a-z0-9]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NO_CHARACTERS = frozenset((
    *range(0xD800, 0xE000),
    *range(0xFDD0, 0xFDF0),
    *(plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF)),
))  # fmt: skip
"""Lone surrogates, and what Unicode says is none (CloudEvents §3.1.1)."""
_INTEGERS = range(-(2**31), 2**31)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)
_REQUIRED = ("id", "source", "type", "specversion")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A CloudEvent as it was sent. Its attributes are texts without control characters; its data is any JSON."""

    attributes: Mapping[str, str]
    data: Any

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self.attributes.get(name)


def media_type(content_type: str | None) -> str:
    """`application/json; charset=utf-8` → `application/json`."""
    return (content_type or "").partition(";")[0].strip().lower()


def structured(body: bytes) -> Incoming:
    """One event, structured. Raises NotACloudEvent."""
    return _event(_json(body))


def batch(body: bytes) -> list[Incoming | NotACloudEvent]:
    """A batch: each event, or why it is none. Raises NotACloudEvent where the whole is no JSON array."""
    events = _json(body)
    if not isinstance(events, list):
        raise NotACloudEvent([Fault((), "a batch is a JSON array of events", "list_type")])
    return [_judged(event) for event in events]


def binary(headers: Iterable[tuple[str, str]], prefix: str, content_type: str | None, body: bytes) -> Incoming:
    """One event whose attributes are headers: `ce-` over HTTP, `ce_` over Kafka. Raises NotACloudEvent.

    Over HTTP values are unquoted, then percent-decoded, once each (HTTP binding §3.1.3.2); over Kafka they are UTF-8.
    """
    named = [(name.lower().removeprefix(prefix), value) for name, value in headers if name.lower().startswith(prefix)]
    attributes: dict[str, Any] = {name: _decoded(name, value) if prefix == HTTP else value for name, value in named}
    if content_type:
        attributes["datacontenttype"] = content_type
    if not _JSON.fullmatch(content_type or "application/json"):
        return _event(attributes | {"data": None})
    return _event(attributes | {"data": _json(body) if body else None})


def _decoded(name: str, value: str) -> str:
    bare = re.sub(r"\\(.)", r"\1", quoted[1]) if (quoted := _QUOTED.fullmatch(value.strip())) else value
    try:
        return unquote(bare, errors="strict")
    except UnicodeDecodeError as error:
        fault_ = Fault((name[:40],), "percent-encodes what is no UTF-8", fix="Encode UTF-8.")
        raise NotACloudEvent([fault_]) from error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotACloudEvent([Fault((), f"not JSON: {error}", "json_invalid")]) from error


def _judged(event: Any) -> Incoming | NotACloudEvent:
    try:
        return _event(event)
    except NotACloudEvent as refused:
        return refused


def _event(event: Any) -> Incoming:
    if not isinstance(event, dict):
        raise NotACloudEvent([Fault((), "an event is a JSON object", "dict_type")])
    named = {name: value for name, value in event.items() if name not in ("data", "data_base64") and value is not None}
    faults = [Fault((name,), "Field required", "missing") for name in _REQUIRED if not named.get(name)]
    faults += [found for name, value in named.items() if (found := fault(name, value))]
    if faults:
        raise NotACloudEvent(faults)
    return Incoming({name: _text(value) for name, value in named.items()}, _data(event))


def _data(event: dict[str, Any]) -> Any:
    """JSON as it is, or as bytes in base64 (JSON format §3.1.1); never both."""
    coded = event.get("data_base64")
    if coded is None:
        return event.get("data")
    if event.get("data") is not None:
        raise NotACloudEvent([Fault(("data_base64",), "stands beside data", fix="Send one of the two.")])
    if not isinstance(coded, str):
        raise NotACloudEvent([Fault(("data_base64",), "Input should be a valid string", "string_type")])
    try:
        plain = base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise NotACloudEvent([Fault(("data_base64",), "is no base64", fix="Encode the bytes of the data.")]) from error
    is_json = _JSON.fullmatch(event.get("datacontenttype") or "application/json")
    return _json(plain) if is_json and plain else None


def fault(name: str, value: Any) -> Fault | None:  # noqa: PLR0911 - one rule of the specification each
    """What is wrong with one attribute. Extensions may be numbers and truth values (CloudEvents §3.1)."""
    if not _NAME.fullmatch(name):
        return Fault((name[:40],), "attribute names are lower-case letters and digits, at most 40", fix="Rename it.")
    if not isinstance(value, str | int | bool) or (name in _REQUIRED and not isinstance(value, str)):
        return Fault((name,), "Input should be a valid string", "string_type")
    if len(_text(value)) > MAX_ATTRIBUTE:
        return Fault((name,), "too long", "string_too_long", {"max_length": MAX_ATTRIBUTE})
    if _CONTROL.search(_text(value)) or not _NO_CHARACTERS.isdisjoint(map(ord, _text(value))):
        return Fault((name,), "holds a control character", fix="Remove it.")
    if isinstance(value, int) and value not in _INTEGERS:
        return Fault((name,), "is no integer of 32 bits", fix="Send it as text.")
    if name == "specversion" and value != "1.0":
        return Fault((name,), "this version of CloudEvents is not known", "literal_error", {"expected": "'1.0'"})
    return None


def _text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
