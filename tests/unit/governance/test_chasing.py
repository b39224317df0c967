"""What is past its day says what it is, by when it was owed and by which clause; its end names what was raised."""

from typing import Any

from services.governance.domain.alerts import Facts
from services.governance.watching import chasing
from shared import identifiers

FACTS = Facts("prv-1", "Rowan House (synthetic)", "joint")
TASK: dict[str, Any] = {
    "task_id": "task-0123456789abcdef", "task": "host_asks.move_people", "due": "2026-03-02", "clause": "CAL-38",
    "outcome": "not_done",
}  # fmt: skip


def test_it_is_told_in_plain_words_and_cleared_by_the_id_that_was_raised():
    late, settled = chasing.late(FACTS, TASK, "digest"), chasing.settled(FACTS, TASK)

    assert late.summary == "Host asks: move people was owed by 2026-03-02 and is open"
    assert (late.alert, late.clause, str(late.due)) == ("A10", "CAL-38", "2026-03-02")
    assert late.cause == settled.cause == "task:task-0123456789abcdef"
    assert settled.raised_id == str(identifiers.alert_id("A10", "prv-1", late.cause))
    assert settled.summary == "Host asks: move people: not done"
