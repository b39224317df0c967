"""A page of history as JSON, CSV or JSON lines; what a reader may not see is left out, and said to be. Pure."""

import csv
import difflib
import io
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import orjson
from starlette.responses import Response

from services.governance.history import Entry, Position
from shared.events import TYPES, envelope

Format = Literal["json", "csv", "jsonl", "bundle"]
MEDIA: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "bundle": "application/zip",
}
COLUMNS = ("recordedtime", "time", "type", "id", "subject", "writer", "place", "basis", "classification")
HEADER = ("position", "topic", "partition", "offset", *COLUMNS, "data")


class UnknownKind(Exception):
    """A type that is never published: the nearest ones are told. An empty page would say that nothing happened."""

    def __init__(self, name: str) -> None:
        kinds = sorted({entry.kind for entry in TYPES.values()})
        super().__init__(f"there is no type {name}")
        self.nearest = difflib.get_close_matches(name.removeprefix(envelope.PREFIX), kinds, n=3, cutoff=0.4) or kinds


def types(names: Iterable[str]) -> list[str]:
    """Types as they are stored, from names with or without our prefix and the version. Raises UnknownKind."""
    return [type_ for name in names for type_ in _versions(name)]


def _versions(name: str) -> list[str]:
    kind = name.removeprefix(envelope.PREFIX)
    found = [type_ for type_, one in TYPES.items() if kind in (one.kind, f"{one.kind}.v{one.version}")]
    if not found:
        raise UnknownKind(name)
    return found


def format_of(asked: Format | None, accept: str | None) -> Format:
    """By `format`, else by `Accept`, else JSON."""
    if asked is not None:
        return asked
    wanted = accept or ""
    if "text/csv" in wanted:
        return "csv"
    return "jsonl" if "application/jsonl" in wanted or "application/x-ndjson" in wanted else "json"


def render(form: Format, entries: Sequence[Entry], after: Position | None, *, may: frozenset[str]) -> Response:
    """One page. Where the form has no room for it, `next` stands in the header `X-Next-Cursor`."""
    shown = [shape(entry, may) for entry in entries]
    headers = {"Vary": "Accept"} | ({"X-Next-Cursor": str(after)} if after else {})
    if form == "json":
        body = orjson.dumps({"entries": shown, "next": str(after) if after else None})
    elif form == "jsonl":
        body = b"".join(orjson.dumps(entry) + b"\n" for entry in shown)
    else:
        body = _csv(shown)
    return Response(body, media_type=MEDIA[form], headers=headers)


def shape(entry: Entry, may: frozenset[str]) -> dict[str, Any]:
    """One entry as it is shown."""
    event = entry.event
    withheld = {} if entry.classification in may else {"withheld": entry.classification}
    if withheld:
        event = event | {"data": {}}
    position = entry.position
    return {
        "position": str(position),
        "topic": entry.topic,
        "partition": position.partition,
        "offset": position.offset,
        **withheld,
        "event": event,
    }


def _csv(shown: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEADER)
    for entry in shown:
        event = entry["event"]
        row = [entry[name] for name in HEADER[:4]] + [event.get(name, "") for name in COLUMNS]
        table.writerow([safe(value) for value in (*row, orjson.dumps(event["data"]).decode())])
    return out.getvalue().encode("utf-8", "replace")


def safe(value: object) -> str:
    """A spreadsheet must not take a value for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
