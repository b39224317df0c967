"""The frame of a service: its web application, and the one loop in which that and its background tasks live."""

import asyncio
import inspect
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from shared import metrics, problems, security
from shared.requests import Edge
from shared.settings import ServiceSettings

logger = logging.getLogger(__name__)

Task = Callable[[], Coroutine[Any, Any, None]]
"""A part of the service that lives as long as the process: a relay, a consumer. It ends by being cancelled."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Check = Callable[[], Awaitable[str | None] | str | None]
"""Answers None when all is well, or why not. An exception is a failure too."""

FAILED: Final = 70
"""Exit code of a process that ends itself because a part of it died; the supervisor starts it again."""
REQUEST_GRACE_SECONDS: Final = 2
STOP_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 2.0
CANCEL_AGAIN_SECONDS: Final = 1.0


class Readiness:
    """What must be reached before traffic makes sense; each named."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def add(self, name: str, check: Check) -> None:
        """Raises ValueError for a name taken already."""
        if name in self._checks:
            raise ValueError(f"there is a check named {name} already")
        self._checks[name] = check

    async def report(self) -> list[dict[str, Any]]:
        """Each check's name, whether it is ok, and if not a reason fit for strangers."""
        names, checks = self._checks.keys(), self._checks.values()
        reasons = await asyncio.gather(*map(_reason, names, checks))
        return [
            {"name": name, "ok": reason is None} | ({} if reason is None else {"reason": reason})
            for name, reason in zip(names, reasons, strict=True)
        ]


async def _reason(name: str, check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            answer = check()
            return await answer if inspect.isawaitable(answer) else answer
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except Exception as error:  # whatever a check raises means "not ready"
        logger.warning("readiness check %s failed: %s", name, error)
        return type(error).__name__


def create_api(
    title: str, settings: ServiceSettings, lifespan: Lifespan | None = None, readiness: Readiness | None = None
) -> FastAPI:
    """The service's web application: problems, correlation, body limit, token verification, health and metrics."""
    app = FastAPI(title=title, lifespan=_with_tasks(lifespan), responses=problems.RESPONSES, redoc_url=None)
    app.state.settings = settings
    app.state.readiness = readiness or Readiness()
    app.state.verifier = security.Verifier(settings.issuer, settings.audience, settings.jwks_url)
    app.state.tasks = ()
    problems.install(app)
    app.add_middleware(Edge)
    _add_health(app)
    return app


def _add_health(app: FastAPI) -> None:
    public: dict[str, Any] = {"dependencies": [security.PUBLIC], "include_in_schema": False}

    @app.get("/healthz", **public)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", **public)
    async def ready() -> Response:
        checks = await app.state.readiness.report()
        whole = all(check["ok"] for check in checks)
        headers = {} if whole else {"Retry-After": str(problems.RETRY_AFTER_SECONDS)}
        return JSONResponse({"ready": whole, "checks": checks}, 200 if whole else 503, headers)

    @app.get("/metrics", **public)
    async def measured() -> Response:
        return metrics.endpoint()


def _with_tasks(lifespan: Lifespan | None) -> Lifespan:
    """Tasks start after the service's own start, and end after the last request (which may need them)."""

    @asynccontextmanager
    async def lived(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(app) if lifespan else _nothing():
            running = [asyncio.create_task(task(), name=_name(task)) for task in app.state.tasks]
            for each in running:
                each.add_done_callback(app.state.task_ended)
            try:
                yield
            finally:
                await end(running)

    return lived


async def end(running: Collection[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: `wait_for` of Python 3.11, which libraries of ours use, may lose a cancellation."""
    going = set(running)
    while going:
        for each in going:
            each.cancel()
        _, going = await asyncio.wait(going, timeout=CANCEL_AGAIN_SECONDS)
    await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _name(task: Task) -> str:
    return getattr(task, "__qualname__", type(task).__name__)


class _Server(uvicorn.Server):
    """uvicorn, told to stop by us: it would end by raising its signal again, and so never with exit code 0."""

    reason: str | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop, None)
        yield

    def stop(self, reason: str | None) -> None:
        """Begin to stop; a reason means that it failed. Whoever cannot stop in time is ended."""
        if self.should_exit:
            return
        self.reason, self.should_exit = reason, True
        watchdog = threading.Timer(STOP_SECONDS, _end)
        watchdog.daemon = True
        watchdog.start()

    def task_ended(self, task: asyncio.Task[None]) -> None:
        """Any end of a background task before the stop is a failure: a service that only looks alive loses events."""
        if self.should_exit:
            return
        error = None if task.cancelled() else task.exception()
        reason = "was cancelled" if task.cancelled() else f"failed: {error!r}" if error else "returned"
        logger.critical("the process ends: task %s %s", task.get_name(), reason, exc_info=error)
        self.stop(reason)


def _end() -> None:
    logger.critical("the process ends: it did not stop within %g s", STOP_SECONDS)
    sys.stdout.flush()
    os._exit(FAILED)


async def serve(app: FastAPI, settings: ServiceSettings, *tasks: Task) -> int:
    """Serve until SIGTERM or SIGINT, or until a task ends. Gives the exit code: 0, or 70 for a failure."""
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        logger.critical("the process ends: cannot listen on %s:%d: %s", settings.host, settings.port, reason)
        return FAILED
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=REQUEST_GRACE_SECONDS,
    )
    server = _Server(config)
    app.state.tasks, app.state.task_ended = tasks, server.task_ended
    logger.info("listening on http://%s:%d", *listener.getsockname()[:2])
    try:
        await server.serve(sockets=[listener])
    except SystemExit:  # uvicorn's way to say that the start failed; it has logged why
        logger.critical("the process ends: it could not start")
        return FAILED
    return FAILED if server.reason else 0


def run(app: FastAPI, settings: ServiceSettings, *tasks: Task) -> None:
    """`serve`, as the whole life of the process."""
    sys.exit(asyncio.run(serve(app, settings, *tasks)))
