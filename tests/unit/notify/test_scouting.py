"""What is looked for ahead of a backlog."""

from typing import Any
from uuid import UUID

import pytest

from services.notify import scouting
from shared import identifiers
from shared.kafka.record import RawRecord, Record
from shared.topics import ASSESSMENTS
from tests.support import ledger as ledgers

ALERT = {"cause": "c1", "name": "Synthetic Home", "summary": "It happened"}


def raw(kind: str, alert: str, **more: Any) -> RawRecord:
    """A record of risk's."""
    ledger = ledgers.Ledger()
    data = ALERT | {"alert": alert} | more.pop("data", {})
    found = ledger._seal(kind, "prv-1", "prv-1", data, "risk", None, ASSESSMENTS, **more)
    return RawRecord(
        topic=ASSESSMENTS, partition=0, offset=0, key="prv-1", raw=found.value, headers=dict(found.headers)
    )


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (raw("alert.raised", "A2"), True),
        (raw("alert.raised", "A12"), True),
        (raw("alert.raised", "A10"), False),
        (raw("alert.raised", "A19", data={"urgent": True}), True),
        (raw("alert.raised", "A19"), False),
        (raw("alert.raised", "A2", basis="import"), False),
    ],
)
def test_it_is_what_is_urgent_and_live(record: RawRecord, wanted: bool) -> None:
    urgent, over = list[Record](), set[UUID]()

    scouting.sort(record, urgent, over)

    assert (len(urgent), over) == (int(wanted), set())


def test_what_is_over_is_noted_and_what_cannot_be_read_is_left() -> None:
    urgent, over, key = list[Record](), set[UUID](), identifiers.derived_id("raised")

    scouting.sort(raw("alert.cleared", "A2", data={"raised_id": str(key)}), urgent, over)
    scouting.sort(
        RawRecord(topic="t", partition=0, offset=1, key="", raw=b"[]", headers={"type": scouting.RAISED}), urgent, over
    )

    assert (urgent, over) == ([], {key})
