"""The published language: every type has a model, an example, a schema, writers and readers that exist."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import AwareDatetime, TypeAdapter

from shared import events, topics
from shared.events import documents, envelope, reference, registry

ENTRIES = list(events.TYPES.values())
SERVICES = {"intake", "risk", "governance", "notify"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.type)
class TestEveryType:
    def test_its_example_round_trips_to_the_very_bytes(self, entry):
        committed = documents.example(entry)
        event = events.decode(json.dumps(committed).encode())

        body, mark = envelope.seal(
            envelope.Draft.model_validate(event.model_dump(include=set(envelope.Draft.model_fields))),
            recordedtime=event.recordedtime,
            writer=event.writer,
            sequence=event.sequence,
            prevsequence=event.prevsequence,
            prevhash=event.prevhash,
            digest=event.digest,
        )

        assert json.loads(body) == committed
        assert mark == event.hash
        assert envelope.is_whole(body)
        assert registry.dumped(events.data_of(event)) == event.data

    def test_its_schema_is_the_committed_one(self, entry):
        committed = json.loads((documents.SCHEMAS / f"{entry.kind}.v{entry.version}.json").read_text())

        assert committed == documents.schema(entry), "run `make schemas`"

    def test_its_topics_writers_and_readers_exist(self, entry):
        listed = {topic.name: topic for topic in topics.TOPICS}

        assert set(entry.readers) <= SERVICES
        for topic, writers in entry.topics.items():
            assert set(writers) <= set(listed[topic].writers)
            assert set(entry.readers) <= set(listed[topic].readers)

    def test_it_says_what_fact_it_records(self, entry):
        assert (entry.model.__doc__ or "").strip()


def test_there_is_no_orphan_schema_or_example():
    names = {f"{e.kind}.v{e.version}.json" for e in ENTRIES}

    assert {p.name for p in documents.SCHEMAS.iterdir()} == names
    assert {p.name for p in documents.EXAMPLES.iterdir()} == names


def test_the_asyncapi_document_is_the_committed_one():
    assert json.loads(documents.ASYNCAPI.read_text()) == json.loads(json.dumps(documents.asyncapi())), (
        "run `make schemas`"
    )


def test_the_guide_is_the_committed_one():
    assert reference.GUIDE.read_text() == reference.guide(), "run `make schemas`"


def _is_intelligence(entry):
    writes = entry.topics.get("ledger", ())
    is_own = entry.kind.startswith(("alert.", "decision.")) or entry.model.__module__ == "shared.events.marks"
    return not is_own and ("intake" in writes or entry.kind.startswith("plan."))


@pytest.mark.parametrize("entry", list(filter(_is_intelligence, ENTRIES)), ids=lambda e: e.type)
def test_what_is_recorded_feeds_a_fact_or_says_why_it_does_not(entry):
    fed = reference.feeds(entry)

    assert bool(fed) is not bool(entry.no_fact), (fed, entry.no_fact)
    assert "risk" in entry.readers if fed else True


def test_a_changed_byte_is_seen():
    entry = events.TYPES["careledger.quality_concern.raised.v1"]
    body = json.dumps(documents.example(entry), separators=(",", ":"), ensure_ascii=False).encode()

    assert envelope.is_whole(body)
    assert not envelope.is_whole(body.replace(b'"S2"', b'"S1"'))


@pytest.mark.parametrize("year", [1, 206, 2026, 9999])
def test_an_instant_of_any_year_can_be_read_again(year):
    instant = datetime(year, 3, 2, 9, 30, tzinfo=UTC)

    assert TypeAdapter(AwareDatetime).validate_json(f'"{envelope.instant(instant)}"') == instant


class TestInbound:
    def test_free_text_is_clear_at_the_door_and_sealed_when_published(self):
        model = registry.inbound(events.concerns.QualityConcernRaised)
        clear = model.model_validate(
            {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S1", "description": "A tablet was missed."}
        )

        assert clear.description == "A tablet was missed."  # type: ignore[attr-defined]
        assert registry.texts(events.concerns.QualityConcernRaised) == (
            "description",
            "immediate_action",
            "reporter",
        )

    def test_a_field_that_nobody_knows_is_refused(self):
        model = registry.inbound(events.concerns.QualityConcernRaised)

        with pytest.raises(ValueError, match="descripton"):
            model.model_validate({"concern_id": "1", "themes": ["q.ipc"], "severity": "S1", "descripton": "typo"})
