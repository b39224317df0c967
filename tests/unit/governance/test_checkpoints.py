"""Checkpoints prove one another: what was changed, taken out or signed by somebody else is named."""

import pathlib
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.governance.proof import checkpoints, keys
from services.governance.proof.checkpoints import Kept
from services.governance.proof.findings import Bad, Findings
from shared.journal import checkpoint
from shared.journal.checkpoint import Checkpoint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key()


def three() -> list[Kept]:
    """Three days of one writer, each with the chain that moved."""
    made, previous = [], ""
    for number in (1, 2, 3):
        one = Checkpoint(
            "intake", datetime(2026, 3, number, tzinfo=UTC), number * 10, {("ledger", f"prv-{number}"): f"h{number}"},
            since=number * 10 - 10, previous=previous,
        )  # fmt: skip
        made.append(Kept("intake", date(2026, 3, number), one.signed(KEY)))
        previous = checkpoint.digest(made[-1].kept)
    return made


def said(table: list[Kept], outside: list[Kept] | None = None, key: Ed25519PrivateKey = KEY) -> list[str]:
    return [bad.says for bad in checkpoints.proven(table, outside, [key.public_key()])[1]]


def test_whole_ones_give_the_heads_that_must_be_there() -> None:
    heads, bad = checkpoints.proven(three(), three(), [PUBLIC])

    assert bad == []
    assert heads[("intake", "ledger", "prv-2", "h2")] == "2026-03-02"
    assert len(heads) == 3


def test_one_taken_out_of_the_middle_is_missed_by_the_next() -> None:
    first, _, last = three()

    assert said([first, last]) == ["the checkpoint of intake for 2026-03-03 does not follow the one before it"]


def test_the_last_one_taken_out_is_known_to_the_file_alone() -> None:
    first, second, last = three()

    assert said([first, second]) == []
    assert said([first, second], [first, second, last]) == [
        "the checkpoint of intake for 2026-03-03 stands in the file, and the table lacks it"
    ]


def test_a_file_that_was_begun_later_lacks_nothing_from_before() -> None:
    first, second, last = three()

    assert said([first, second, last], [second, last]) == []
    assert said([first, second, last], [second]) == [
        "the checkpoint of intake for 2026-03-03 stands in the table, and the file lacks it"
    ]


@pytest.mark.parametrize("at", [0, 70, -3])
def test_a_changed_byte_is_no_signature_of_ours(at: int) -> None:
    one = three()[0]
    changed = bytearray(one.kept)
    changed[at] ^= 1

    assert "was not signed by a key that is known" in said([Kept(one.writer, one.day, bytes(changed))])[0]


def test_another_key_proves_nothing_unless_it_is_known() -> None:
    other = Ed25519PrivateKey.generate()

    assert len(said(three(), key=other)) == 3
    assert checkpoints.proven(three(), None, [other.public_key(), PUBLIC])[1] == []


def test_a_line_of_the_file_is_read_back(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_bytes(b"".join(one.line() for one in three()))

    assert checkpoints.in_file(file) == three()


def test_public_keys_are_given_as_text() -> None:
    assert keys.written(keys.read(keys.written(PUBLIC))) == keys.written(PUBLIC)
    with pytest.raises(keys.NoKey):
        keys.read("not a key")


def test_the_first_bad_row_is_the_first_in_kafka_and_of_the_place() -> None:
    found = Findings(place="E06000019")
    for offset, place in ((9, "E06000019"), (2, "E08000006"), (5, "E06000019"), (7, "")):
        found.add(Bad("ledger", 3, offset, "id", "is wrong", place))

    assert str(found.first) == "ledger/3 offset 5 event id: is wrong"
    assert [bad.offset for bad in sorted(found.rows)] == [5, 7, 9]
