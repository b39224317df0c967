"""Background tasks end when they are asked to, even where a library loses the first cancellation."""

import asyncio

from shared import service


async def test_a_task_that_loses_a_cancellation_is_asked_again(monkeypatch):
    monkeypatch.setattr(service, "CANCEL_AGAIN_SECONDS", 0.01)
    lost = 0

    async def forgetful() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost > 2:
                    raise

    async def broken() -> None:
        raise ConnectionError("synthetic")

    tasks = [asyncio.create_task(forgetful()), asyncio.create_task(broken()), asyncio.create_task(asyncio.sleep(60))]
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await service.end(tasks)

    assert lost == 3
    assert [task.done() for task in tasks] == [True] * 3
