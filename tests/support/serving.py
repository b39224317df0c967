"""An ASGI application on a free port of this machine, in a thread: what a browser or another client can reach."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import uvicorn

R = TypeVar("R")
T = TypeVar("T")


@contextmanager
def listener() -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens already, and its address: so that an application can be told where it will be."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made, f"http://127.0.0.1:{made.getsockname()[1]}"


@contextmanager
def serving(app: Any, on: socket.socket) -> Iterator[None]:
    """Until the end of the block."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [on]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass(frozen=True)
class Hosted(Generic[R]):
    """A service that runs with all its tasks, and the loop that they run in."""

    running: R
    _loop: asyncio.AbstractEventLoop

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        """In the service's own loop."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(60)


@contextmanager
def hosting(opened: AbstractAsyncContextManager[R], on: socket.socket) -> Iterator[Hosted[R]]:
    """A service in a loop and a thread of its own, its `app` served on this socket, until the end of the block."""
    made: list[Hosted[R]] = []
    is_up, is_over = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with opened as running:
            app: Any = running
            config = uvicorn.Config(app.app, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            serve = asyncio.create_task(server.serve(sockets=[on]))
            made.append(Hosted(running, asyncio.get_running_loop()))
            is_up.set()
            await is_over.wait()
            server.should_exit = True
            await serve

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert is_up.wait(90), "it did not start"
    try:
        yield made[0]
    finally:
        made[0]._loop.call_soon_threadsafe(is_over.set)
        thread.join(20)
