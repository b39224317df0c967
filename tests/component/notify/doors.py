"""Where messages arrive: a partner's webhook and a mail server, real ones on free ports, that can be made to fail."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Call:
    """One call of a webhook."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The body."""
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        """The webhook-id."""
        return self.headers["webhook-id"]


@dataclass(frozen=True)
class Reply:
    """What a webhook answers, and how long it thinks."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    body: bytes = b""
    """Fewer bytes than its Content-Length says, where that is among the headers: it closes in the middle."""
    is_hung_up: bool = False
    """It takes the call and closes without a word."""


class Hook:
    """A webhook. `replies` says what it answers next; then it answers `always`."""

    def __init__(self, always: Reply | None = None) -> None:
        self.calls: list[Call] = []
        self.replies: list[Reply] = []
        self.always = always or Reply()
        self.on_call: Callable[[Call], object] = lambda _: None
        """Done before it answers."""
        self.let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def told(self) -> list[tuple[str, str]]:
        """The provider of each alert that it was told of, singly or together, and the message's id."""
        several = [(call.id, call.said.get("alerts", [call.said])) for call in self.calls]
        return [(one["provider"]["id"], key) for key, alerts in several for one in alerts]

    def close(self) -> None:
        """No more calls."""
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = hook.replies.pop(0) if hook.replies else hook.always
                hook.calls.append(Call({k.lower(): v for k, v in self.headers.items()}, body))
                hook.on_call(hook.calls[-1])
                hook.let_go.wait(reply.seconds)
                self.close_connection = True
                if reply.is_hung_up:
                    return
                try:
                    self.send_response(reply.status)
                    for name, value in ({"Content-Length": str(len(reply.body))} | reply.headers).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(reply.body)
                except OSError:
                    """The caller is gone: killed, or out of patience."""

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler


class Mailbox:
    """A mail server that keeps what it takes. `refuse` answers a recipient's address with a line, or takes it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: Callable[[str], str | None] = lambda _: None
        self.hang_up: Callable[[EmailMessage], bool] = lambda _: False
        """Asked when a mail is there: whether to close instead of saying that it is kept."""
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take the recipient, or say why not."""
        if answer := self.refuse(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.hang_up(mail):
            server.transport.close()
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [mail for mail in self.mails if mail["To"] == address]

    def close(self) -> None:
        """No more mail."""
        self._controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until(what: Callable[[], Any], *, seconds: float = 20, why: str = "") -> Any:
    """Ask again until the answer is true; the last answer. AssertionError after the deadline."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {why or 'the condition'} (last: {found!r})")
        time.sleep(0.03)
    return found
