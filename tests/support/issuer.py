"""A real OIDC issuer for tests, as far as verifying goes: keys of its own, served over HTTP on a free port."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

AUDIENCE = "careledger"


class Issuer:
    """Signs tokens, publishes its keys, rotates them, and can be made to fail."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published: list[ECKey] = [self.key]
        self.status = 200
        self.fetches = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.jwks_url = f"{self.url}/jwks.json"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.fetches += 1
                body = json.dumps({"keys": [key.as_dict(private=False) for key in issuer.published]}).encode()
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler

    def rotate(self, kid: str = "second") -> None:
        """Sign with a new key from now on, and publish it beside the old."""
        self.key = ECKey.generate_key("P-256", {"kid": kid})
        self.published = [*self.published, self.key]

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a steward of the council in E06000019, changed as told; None leaves a claim out."""
        usual = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "ann",
            "exp": int(time.time()) + 300,
            "org": "council",
            "roles": ["steward"],
            "places": ["E06000019"],
            "publisher": "council-quality",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def token(self, *, key: ECKey | None = None, **changes: Any) -> str:
        """A signed token."""
        key = key or self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid}, self.claims(**changes), key, ["ES256"])

    def headers(self, **changes: Any) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(**changes)}"}

    def close(self) -> None:
        """Stop serving: from now on the issuer cannot be reached."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer of the test's own."""
    issuer = Issuer()
    yield issuer
    if issuer._thread.is_alive():
        issuer.close()
