"""What is known of a delivery from its receipts."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import learning
from services.notify.publish import Publisher, Telling
from shared.events import Event, Sealed
from shared.journal.rows import Row
from tests.unit.notify.given import NOW, notice, uuid

PUBLISHER = Publisher(b"d" * 32)
TELLING = Telling(uuid("delivery"), notice(), "cqc", uuid("recipient"), "webhook")


def event(row: Row) -> Event:
    chain: dict[str, Any] = {"recordedtime": NOW, "writer": "notify", "sequence": 1, "prevsequence": 0}
    return Event.model_validate(row.draft.model_dump() | chain)


SENT = event(PUBLISHER.sent(TELLING, attempt=2, acknowledge_by=NOW, now=NOW))
FAILED = event(PUBLISHER.failed(TELLING, attempt=1, reason="500", dead=False, now=NOW))
DEAD = event(PUBLISHER.failed(TELLING, attempt=9, reason="410", dead=True, now=NOW))
ACKNOWLEDGED = event(PUBLISHER.acknowledged(TELLING, by="cqc", how="link", note=None, now=NOW))
ESCALATED = event(PUBLISHER.escalated(TELLING, to_role="director", now=NOW))
CLEARED = event(PUBLISHER.suppressed(TELLING, reason="cleared", now=NOW))
IMPORTED = event(PUBLISHER.suppressed(TELLING, reason="import", now=NOW))
WHY = Sealed(kid="k", nonce="n", ciphertext="c")
REPLAYED = event(PUBLISHER.replayed(TELLING, attempt=10, actor="a", why=WHY, now=NOW))
BOUNCED = event(PUBLISHER.failed(TELLING, attempt=2, reason="bounced", dead=True, now=NOW))
ALL = [SENT, FAILED, DEAD, ACKNOWLEDGED, ESCALATED, CLEARED, IMPORTED, REPLAYED, BOUNCED]


@pytest.mark.parametrize(
    ("said", "state", "waits"),
    [
        ([FAILED], "failed", False),
        ([FAILED, SENT], "sent", True),
        ([FAILED, DEAD], "dead", True),
        ([DEAD, ESCALATED], "dead", False),
        ([SENT, ESCALATED], "escalated", False),
        ([SENT, ESCALATED, ACKNOWLEDGED], "acknowledged", False),
        ([ACKNOWLEDGED, SENT], "acknowledged", False),
        ([ESCALATED], "due", False),
        ([CLEARED], "cancelled", False),
        ([IMPORTED], "suppressed", False),
        ([DEAD, ESCALATED, REPLAYED], "due", False),
        ([DEAD, REPLAYED, SENT], "sent", True),
        ([SENT, BOUNCED], "dead", True),
    ],
)
def test_the_last_word_counts(said: list[Event], state: str, waits: bool) -> None:
    known = None
    for one in said:
        known = learning.after(known, one)

    assert known is not None
    assert known.state == state
    assert (known.escalate_at is not None) is waits


@given(st.lists(st.sampled_from(ALL), max_size=8))
def test_an_answer_is_never_forgotten(more: list[Event]) -> None:
    known = learning.after(None, ACKNOWLEDGED)
    for one in more:
        known = learning.after(known, one)

    assert known is not None
    assert (known.state, known.by_role, known.escalate_at) == ("acknowledged", "cqc", None)


def test_each_step_has_an_id_of_its_own_and_a_repeat_has_the_same() -> None:
    assert len({one.id for one in ALL}) == len(ALL)
    again = PUBLISHER.sent(TELLING, attempt=3, acknowledge_by=None, now=NOW)
    assert again.draft.id == SENT.id
    assert PUBLISHER.sent(replace(TELLING, replay=3), attempt=4, acknowledge_by=None, now=NOW).draft.id != SENT.id
