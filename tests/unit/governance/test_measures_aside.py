"""Long counts: one at a time, and everything as it was afterwards, also when one fails."""

import gc
import sys
import threading
import time

import pytest

from services.governance.measures.aside import TURN, aside


def test_one_counts_at_a_time_and_leaves_everything_as_it_was():
    usual, inside, most = sys.getswitchinterval(), list[int](), list[int]()
    together = threading.Barrier(3)

    @aside
    def count(number: int) -> int:
        inside.append(number)
        most.append(len(inside))
        assert not gc.isenabled()
        assert sys.getswitchinterval() == pytest.approx(TURN)
        for _ in range(100):
            time.sleep(0)  # let the others in, if they may
        inside.pop()
        return number

    def asks(number: int) -> None:
        together.wait(10)
        assert count(number) == number

    threads = [threading.Thread(target=asks, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)

    assert most == [1, 1, 1]
    assert (gc.isenabled(), sys.getswitchinterval()) == (True, usual)


def test_one_that_fails_says_so_and_holds_up_nobody():
    @aside
    def fails() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            fails()
    assert gc.isenabled()
