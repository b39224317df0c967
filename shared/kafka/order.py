"""The repeat and hole rule of the whole system (architecture §4), in one place. Pure."""

from typing import Literal

Verdict = Literal["next", "repeat", "hole"]


def judge(last: int | None, sequence: int, prevsequence: int) -> Verdict:
    """What a record is to a reader that has applied `last` of this writer in this partition.

    Not greater: a repeat, dropped. `prevsequence` is not the last one applied: something is missing before it.
    Who reads from the very beginning starts at 0; who begins in the middle (None) takes the first that it sees.
    """
    if last is None:
        return "next"
    if sequence <= last:
        return "repeat"
    return "next" if prevsequence == last else "hole"
