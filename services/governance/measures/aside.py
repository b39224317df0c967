"""Long counts in threads beside others: one at a time, and nobody else waits long for the processor."""

import functools
import gc
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
TURN = 0.0005
"""Seconds after which another thread of the process has its turn: a page needs many of them."""
_one = threading.RLock()


def aside(count: Callable[P, T]) -> Callable[P, T]:
    """Count one at a time: each holds a whole record in memory, and two would share the same processor."""

    @functools.wraps(count)
    def counting(*args: P.args, **more: P.kwargs) -> T:
        with _one:
            usual = sys.getswitchinterval()
            sys.setswitchinterval(TURN)
            # A large place's record is millions of objects without a cycle among them. To look through them for garbage
            # again and again would be nearly half of the work, and everybody stands still each time.
            gc.disable()
            try:
                return count(*args, **more)
            finally:  # the record is gone with the frame of the count
                gc.enable()
                sys.setswitchinterval(usual)

    return counting
