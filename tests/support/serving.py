"""An ASGI application on a free port of this machine, in a thread: what a browser or another client can reach."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


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
