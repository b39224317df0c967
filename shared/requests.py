"""What is done for every request: its correlation and trace, the body limit, and the last word on the unexpected."""

import logging
import re
import secrets
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import logs, problems

logger = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
_CORRELATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PROBES: Final = ("/healthz", "/readyz", "/metrics")
_DEFAULT_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class BodyTooLarge(HTTPException):
    """More was sent than a request may hold (an HTTPException, since FastAPI makes 400 of any other)."""

    def __init__(self) -> None:
        limit = MAX_BODY_BYTES // (1024 * 1024)
        super().__init__(413, f"A body may have at most {limit} MiB. Send it in parts: a batch has at most 500 events.")


def correlation_of(headers: Headers) -> str:
    """The caller's id if it is a sane one, or a new one."""
    sent = headers.get("x-correlation-id", "")
    return sent if _CORRELATION.fullmatch(sent) else str(uuid.uuid4())


def traceparent_of(headers: Headers) -> str:
    """The caller's W3C trace context, passed on as it is, or a new one."""
    sent = headers.get("traceparent", "")
    return sent if _TRACEPARENT.fullmatch(sent) else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def _level(status: int | None, path: str) -> int:
    """Refusals of people and failures of ours are worth a line; the rest only to somebody who looks for it."""
    if path in _PROBES:
        return logging.DEBUG
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return logging.INFO
    return logging.WARNING if (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.DEBUG


@dataclass
class Edge:
    """Outermost middleware of every service."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or a lifespan or websocket, which pass as they are."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        correlation = logs.correlation.set(correlation_of(headers))
        traceparent = logs.traceparent.set(traceparent_of(headers))
        try:
            await _Exchange(scope, receive, send).run(self.app)
        finally:
            logs.traceparent.reset(traceparent)
            logs.correlation.reset(correlation)


@dataclass
class _Exchange:
    """One request and its response."""

    scope: Scope
    receive: Receive
    send: Send
    taken: int = 0
    status: int | None = None

    async def run(self, app: ASGIApp) -> None:
        try:
            await app(self.scope, self._limited, self._marked)
        except ClientDisconnect:
            logger.info("%s %s: the caller went away", self.scope["method"], self.scope["path"])
        except Exception:
            logger.exception("%s %s: unexpected", self.scope["method"], self.scope["path"])
            if self.status is None:
                await problems.unexpected().response()(self.scope, self.receive, self._marked)
        logger.log(
            _level(self.status, self.scope["path"]), "%s %s %s", self.scope["method"], self.scope["path"], self.status
        )

    async def _limited(self) -> Message:
        if int(Headers(scope=self.scope).get("content-length", 0)) > MAX_BODY_BYTES:
            raise BodyTooLarge
        message = await self.receive()
        self.taken += len(message.get("body", b""))
        if self.taken > MAX_BODY_BYTES:
            raise BodyTooLarge
        return message

    async def _marked(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-correlation-id"] = logs.correlation.get() or ""
            for name, value in _DEFAULT_HEADERS.items():
                headers.setdefault(name, value)
        await self.send(message)
