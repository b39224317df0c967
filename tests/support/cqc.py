"""CQC's public API as a local server, with recorded locations: real sockets, its pages, its limits, its moods."""

import gzip
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]
Mood = Callable[[int, str], Answer | None]
"""(how many requests came before, path) → an answer instead of the right one."""


@dataclass
class Cqc:
    """`with Cqc(records) as cqc:` serves at `cqc.url`; `asked` holds every path with its query, in order."""

    records: dict[str, dict[str, Any]]
    changed: list[str] = field(default_factory=list)
    per_page: int = 100
    mood: Mood | None = None
    asked: list[str] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/public/v1"

    def answer(self, path: str) -> Answer:
        """What the API says."""
        if self.mood and (instead := self.mood(len(self.asked) - 1, path)) is not None:
            return instead
        split = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        parts = split.path.removeprefix("/public/v1/").split("/")
        if parts == ["locations"]:
            found = [
                {"locationId": id_, "locationName": record["name"], "postalCode": record.get("postalCode", "")}
                for id_, record in sorted(self.records.items())
                if record.get("localAuthority") == query.get("localAuthority")
            ]
            return self._page("locations", found, query)
        if parts == ["changes", "location"]:
            return self._page("changes", list(self.changed), query)
        if parts[0] == "locations" and parts[1] in self.records:
            return _json(self.records[parts[1]])
        if parts[0] == "reports":
            return 200, {"Content-Type": "text/plain"}, f"Report {parts[1]} (synthetic)".encode()
        return 404, {}, b"{}"

    def _page(self, member: str, found: list[Any], query: dict[str, str]) -> Answer:
        size = min(int(query.get("perPage", self.per_page)), self.per_page)
        page = int(query.get("page", 1))
        pages = max(-(-len(found) // size), 1)
        shown = found[(page - 1) * size : page * size]
        return _json({"total": len(found), "page": page, "totalPages": pages, "perPage": size, member: shown})


def recorded(path: Path) -> dict[str, dict[str, Any]]:
    """Locations by their id, from a file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return by_id(map(json.loads, file))


def by_id(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Locations by their id."""
    return {record["locationId"]: record for record in records}


def _json(body: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def _handler(cqc: Cqc) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            cqc.asked.append(self.path)
            cqc.keys.add(self.headers.get("Ocp-Apim-Subscription-Key"))
            status, headers, body = cqc.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    return Handler
