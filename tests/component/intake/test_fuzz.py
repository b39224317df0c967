"""A slice of `python -m tests.fuzz`, the same each time: no server error, nothing lost, nothing under another's key."""

import pytest

from tests.fuzz import running

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_whatever_is_sent_is_kept_as_it_was_answered(intake):
    tally, homes = await running.send(intake, 1000, "slice")
    verdict = await running.judge(intake, tally, homes)

    assert tally.broken == []
    assert verdict == running.Verdict(lost=0, mis_keyed=0, unasked=0, unpublished=0)
    assert {"accepted", "quarantined", "refused", "400", "422"} <= set(tally.answers)
    assert sum(tally.answers.values()) == 1000
