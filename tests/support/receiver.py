"""A partner's webhook: a real HTTP server on a free port that keeps what it is sent and can be told to fail."""

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Request:
    """One call of the webhook."""

    headers: dict[str, str]
    body: bytes
    answered: int
    at: float
    """When it came, on the monotonic clock."""

    @property
    def told(self) -> list[dict[str, Any]]:
        """What it tells of: itself, or each of several."""
        said = json.loads(self.body)
        return list(said.get("alerts", [said]))


class Receiver:
    """Answers 204, or what `answers` says next."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def taken(self) -> list[Request]:
        """The calls that were answered with success."""
        return [one for one in self.requests if one.answered < 300]

    def about(self, provider: str) -> list[Request]:
        """The calls taken that speak of one provider, alone or among others."""
        return [one for one in self.taken if provider in {said["provider"]["id"] for said in one.told}]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 204
                receiver.requests.append(Request(dict(self.headers), body, status, time.monotonic()))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler
