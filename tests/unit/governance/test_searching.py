"""A history is searched by codes and references, and never by what is sealed or may not be read."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.governance import searching
from services.governance.history import Entry, Position
from services.governance.searching import Search, UnknownGroup

MAY = frozenset({"official-sensitive"})


def entry(
    classification: str = "official-sensitive", source: str = "/places/x/publishers/icb-quality/7", **data: Any
) -> Entry:
    event = {
        "id": "0a-1",
        "type": "careledger.quality_concern.raised.v1",
        "source": source,
        "writer": "intake",
        "data": data,
    }
    return Entry(Position(datetime(2026, 3, 2, tzinfo=UTC), 0, 1, 1), "ledger", classification, orjson.dumps(event))


def fits(words: str, **data: Any) -> bool:
    return Search(words=words, may=MAY).fits(entry(**data))


def test_a_code_or_a_reference_is_found_however_deep_and_in_any_case() -> None:
    assert fits("qc-17", concern_id="QC-17")
    assert fits("medicines", themes=["q.falls", "q.medicines"])
    assert fits("4", deep={"counts": [{"n": 41}]})
    assert fits("quality_concern")
    assert not fits("QC-18", concern_id="QC-17")


def test_a_sealed_text_is_not_searched() -> None:
    sealed = {"kid": "abc", "nonce": "def", "ciphertext": "ghi"}

    assert not any(fits(words, description=sealed) for words in ("abc", "def", "ghi"))


def test_what_may_not_be_read_is_not_searched() -> None:
    assert not fits("SG-1", classification="restricted-safeguarding", sg_ref="SG-1")


def test_by_publisher() -> None:
    assert Search(publisher="icb-quality").fits(entry())
    assert not Search(publisher="council-quality").fits(entry())
    assert Search(publisher="intake").fits(entry(source="/intake"))


def test_groups_are_the_parts_of_the_published_language() -> None:
    assert "careledger.plan.drafted.v1" in searching.types_of("plans")
    with pytest.raises(UnknownGroup) as refused:
        searching.types_of("nonsense")
    assert "concerns" in refused.value.known
