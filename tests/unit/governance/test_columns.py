"""Whoever tampers need not write JSON, nor numbers for numbers: such a record is named, and the proof goes on."""

import orjson
import pytest

from services.governance.proof import columns

EVENT = dict.fromkeys(columns.NO_EVENT, "said") | {
    "id": "0d7c1f6e-5a0e-5f39-8d5e-0c2b7c6f1a11", "sequence": f"{7:019d}", "prevsequence": f"{0:019d}", "data": {},
}  # fmt: skip


def test_an_event_is_read() -> None:
    assert columns.read(orjson.dumps(EVENT)) == EVENT


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x00", b"[]", b"null", b"{}", b"7",
        *(orjson.dumps(EVENT | change) for change in (
            {"sequence": "seven"}, {"sequence": 7}, {"sequence": "-7"}, {"prevsequence": None}, {"id": "none"},
            {"writer": ["intake"]}, {"place": {}}, {"hash": 1}, {"sequence": "9" * 5000},
        )),
    ],
)  # fmt: skip
def test_anything_else_is_no_event(body: bytes) -> None:
    assert columns.read(body) is columns.NO_EVENT
