"""A service with nothing in it but the frame: started as a process of its own by the tests of `shared.service`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from shared import logs, service
from shared.security import PUBLIC
from shared.settings import ServiceSettings

asked: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """What a service opens before its tasks run, and closes after them."""
    if "cannot-start" in sys.argv:
        raise RuntimeError("no database")
    print('{"message": "opened"}', flush=True)
    yield
    print('{"message": "closed"}', flush=True)


async def answers() -> None:
    """A writer, say: requests wait for it."""
    try:
        while True:
            (await asked.get()).set_result("done")
    finally:
        print('{"message": "task ended"}', flush=True)


async def fails() -> None:
    """A consumer that meets what it cannot handle, once the service is up."""
    await asyncio.sleep(0.2)
    raise RuntimeError("a hole in the ledger")


async def returns() -> None:
    """A task that simply ends, which none may."""
    await asyncio.sleep(0.2)


async def stubborn() -> None:
    """A task that cannot be cancelled."""
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue


def main() -> None:
    """Arguments name the tasks to run."""
    settings = ServiceSettings()
    logs.configure("frame", settings.log_level)
    if "stubborn" in sys.argv:
        service.STOP_SECONDS = 1.0  # type: ignore[misc] - its test should not wait for ten
    api = service.create_api("frame", settings, lifespan)

    @api.get("/slow", dependencies=[PUBLIC])
    async def slow() -> str:
        print('{"message": "asked"}', flush=True)
        await asyncio.sleep(0.5)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await asked.put(answer)
        return await answer

    @api.post("/sent", dependencies=[PUBLIC])
    async def sent(request: Request) -> int:
        return len(await request.body())

    tasks = {"fails": fails, "returns": returns, "stubborn": stubborn}
    service.run(api, settings, answers, *(tasks[name] for name in sys.argv[1:] if name in tasks))


if __name__ == "__main__":
    main()
