"""What takes long to count: once for all who ask, kept for a while, and never a reader who waits without a word."""

import asyncio
import threading

import pytest

from services.governance.web import counted
from services.governance.web.counted import Counted, StillCounting


async def test_it_is_counted_once_for_everybody_who_asks_meanwhile(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counted, "QUICK", 0.0)
    asked, go = list[int](), threading.Event()

    def count() -> str:
        asked.append(1)
        go.wait(10)
        return "figures"

    pages = Counted()
    with pytest.raises(StillCounting):
        await pages.of("a", count, waiting=0.01)
    others = [asyncio.create_task(pages.of("a", count)) for _ in range(3)]
    await asyncio.sleep(0)
    go.set()

    assert {(await each)[0] for each in others} == {"figures"}
    assert (await pages.of("a", count))[0] == "figures"
    assert len(asked) == 1


async def test_what_is_quick_is_counted_anew_and_what_failed_too():
    pages, numbers = Counted(), iter(range(10))
    assert [(await pages.of("a", lambda: next(numbers)))[0] for _ in range(2)] == [0, 1]

    def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await pages.of("b", fail)
    assert (await pages.of("b", lambda: "yes"))[0] == "yes"
