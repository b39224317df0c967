"""Whatever is repeated, each record is applied once; whatever is missing is seen."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared import events
from shared.events import envelope
from shared.kafka import dead_letter
from shared.kafka.positions import Position
from shared.kafka.record import RawRecord
from shared.kafka.sorting import Hole, Step, sort

LANE = ("ledger", 3)


@dataclass
class Log:
    """A partition that two writers write to, as their relays do: in order, with repeats."""

    records: list[RawRecord] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)

    def write(self, writer: str) -> bytes:
        draft = events.Draft(
            id=uuid.uuid4(),
            type="careledger.contact.recorded.v1",
            source="/x",
            subject="prv-1",
            time=datetime(2026, 3, 2, tzinfo=UTC),
            dataschema="/x",
            place="X00000001",
            data={},
        )
        before = self.heads.get(writer, 0)
        self.heads[writer] = before + 5
        body, _ = envelope.seal(
            draft,
            recordedtime=draft.time,
            writer=writer,
            sequence=before + 5,
            prevsequence=before,
            prevhash="",
            digest="",
        )
        self.put(body)
        return body

    def put(self, body: bytes, **headers: bytes) -> None:
        offset = len(self.records)
        self.records.append(
            RawRecord(topic="ledger", partition=3, offset=offset, key="prv-1", raw=body, headers=headers)
        )


def applied(steps: list[Step]) -> list[bytes]:
    return [step.record.raw for step in steps if step.apply]


def run(records: list[RawRecord], *, enveloped: bool = True, whole: bool = True) -> tuple[list[Step], Hole | None]:
    return sort(LANE, Position(), records, enveloped=enveloped, whole=whole)


writers = st.lists(st.sampled_from(["intake", "governance"]), min_size=1, max_size=25)


@given(writers, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5), st.lists(st.integers(1, 6)))
def test_repeats_are_dropped_however_they_come_and_are_cut(
    written: list[str], repeats: list[tuple[int, int]], cuts: list[int]
) -> None:
    """A relay that begins again at its mark repeats a stretch of what it has sent, at new offsets."""
    log, bodies = Log(), []
    for n, writer in enumerate(written):
        bodies.append(log.write(writer))
        for at, length in repeats:
            if at == n:
                for body in bodies[-length:] if length else []:
                    log.put(body)

    position, done, rest = Position(), list[bytes](), log.records
    for cut in [*cuts, len(log.records)]:
        steps, hole = sort(LANE, position, rest[:cut], enveloped=True)
        assert hole is None
        done += applied(steps)
        position, rest = steps[-1].after if steps else position, rest[cut:]

    assert done == bodies
    assert dict(position.sequences) == log.heads
    assert position.offset == len(log.records) - 1


@given(writers, st.data())
def test_a_missing_record_is_seen_before_the_next_of_its_writer(written: list[str], data: st.DataObject) -> None:
    log = Log()
    for writer in written:
        log.write(writer)
    gone = data.draw(st.integers(0, len(written) - 1))
    following = next((n for n in range(gone + 1, len(written)) if written[n] == written[gone]), None)

    steps, hole = run([record for record in log.records if record.offset != gone])

    assert (hole and hole.offset) == following
    expected = log.records[: following if following is not None else len(written)]
    assert applied(steps) == [record.raw for record in expected if record.offset != gone]


def test_who_begins_in_the_middle_takes_the_first_that_it_sees() -> None:
    log = Log()
    for _ in range(3):
        log.write("intake")
    assert run(log.records[1:])[1] == Hole(1, "intake: after 0 came one that follows 5")
    steps, hole = run(log.records[1:], whole=False)
    assert (len(applied(steps)), hole) == (2, None)


def test_what_cannot_be_read_is_set_aside_and_takes_its_sequence_along() -> None:
    log = Log()
    log.write("intake")
    log.put(b'{"secret text"', writer=b"intake", sequence=b"0000000000000000010")
    log.heads["intake"] = 10
    log.write("intake")

    steps, hole = run(log.records)

    assert hole is None
    assert [step.apply for step in steps] == [True, False, True]
    assert steps[1].dead
    assert "secret" not in steps[1].dead


def test_a_partition_that_goes_back_is_another_topic() -> None:
    log = Log()
    log.write("intake")
    steps, hole = sort(LANE, Position(40), log.records, enveloped=True)
    assert (steps, hole is not None) == ([], True)


def test_raw_records_have_only_their_offsets() -> None:
    records = [RawRecord(topic="inbox", partition=3, offset=n, key="", raw=b"x") for n in (0, 1, 3)]
    steps, hole = run(records, enveloped=False)
    assert (len(steps), hole and hole.offset) == (2, 3)
    steps, hole = sort(LANE, steps[-1].after, records[2:], enveloped=False, accept=3)
    assert (len(steps), hole) == (1, None)


def test_a_dead_letter_says_where_and_why_and_nothing_of_what_was_said() -> None:
    record = RawRecord(
        topic="ledger", partition=3, offset=7, key="prv-1", raw=b"a secret", headers={"id": b"i", "type": b"t"}
    )
    try:
        events.decode(b'{"specversion": "a secret"}')
    except ValueError as error:
        why = dead_letter.reason(error)
    letter = dead_letter.letter("history", record, why)
    assert orjson.loads(letter) | {"reason": "", "digest": ""} == {
        "consumer": "history",
        "topic": "ledger",
        "partition": 3,
        "offset": 7,
        "id": "i",
        "type": "t",
        "reason": "",
        "digest": "",
    }
    assert "specversion" in why
    assert b"secret" not in letter
