"""GOV.UK Notify on loopback: a real HTTP server that answers as its API does, and keeps what it was asked."""

import json
import threading
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

SERVICE = "6d3f2e5a-0b41-4c8e-9d6a-2f7b1c0e9a11"
SECRET = "f1c2d3e4-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
KEY = f"synthetic-{SERVICE}-{SECRET}"
TEMPLATE = "11111111-2222-3333-4444-555555555555"
TOKEN = "synthetic-callback-token-0123456789"


@dataclass
class Answer:
    """What it answers next, instead of taking the message."""

    status: int
    message: str = "Synthetic"
    headers: dict[str, str] = field(default_factory=dict)
    takes: bool = False
    """It has taken the message all the same, and its answer says otherwise."""
    drops: bool = False
    """It closes the connection without a word."""


class GovukNotify:
    """`answers` are given one by one, then everything is taken."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """No more calls."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        kept = {"id": str(uuid.uuid4()), "status": "created", **body}
        self.taken.append(kept)
        return kept

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        notify = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                notify.asked += 1
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self._is_signed():
                    self._say(403, {"status_code": 403, "errors": [{"error": "AuthError", "message": "Invalid token"}]})
                    return
                answer = notify.answers.pop(0) if notify.answers else None
                if answer is None or answer.takes:
                    kept = notify._take(body)
                if answer is None:
                    self._say(201, {"id": kept["id"], "reference": body.get("reference"), "uri": "", "content": {}})
                elif answer.drops:
                    self.close_connection = True
                else:
                    errors = [{"error": "Synthetic", "message": answer.message}]
                    self._say(answer.status, {"status_code": answer.status, "errors": errors}, answer.headers)

            def do_GET(self) -> None:
                wanted = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
                found = [one for one in notify.taken if one.get("reference") == wanted]
                self._say(200, {"notifications": found, "links": {}})

            def _is_signed(self) -> bool:
                try:
                    jwt.decode(self.headers["Authorization"].removeprefix("Bearer "), SECRET, algorithms=["HS256"])
                except jwt.InvalidTokenError:
                    return False
                return True

            def _say(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
                raw = json.dumps(body).encode()
                self.send_response(status)
                said = {"Content-Length": str(len(raw)), "Content-Type": "application/json"} | (headers or {})
                for name, value in said.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler
