"""The same fact has the same id and digest, however it is spelled; every fault is named; nothing is dropped."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import normalise, submission, wording
from services.intake.cloudevents import Incoming
from services.intake.faults import Unusable
from services.intake.submission import Subject
from shared.events import concerns, envelope, registry, vocabulary

KEY = b"k" * 32
TYPE = "careledger.quality_concern.raised.v1"
DATA = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def read(data=DATA, *, publisher="icb-quality", key=KEY, **attributes):
    usual = {
        "specversion": "1.0", "id": "1", "source": "/icb", "type": TYPE, "subject": "cqc:1-999999999",
        "time": "2026-03-02T09:30:00Z",
    }  # fmt: skip
    sent = {name: value for name, value in (usual | attributes).items() if value is not None}
    return normalise.cloudevent(Incoming(sent, data), publisher=publisher, digest_key=key)


def faults(data=DATA, **attributes):
    with pytest.raises(Unusable) as refused:
        read(data, **attributes)
    return {"/".join(map(str, fault.loc)): fault for fault in refused.value.faults}


class TestIdentity:
    @given(words, words, words, words)
    def test_the_same_fact_has_the_same_id_and_another_has_another(self, id_, source, other, publisher):
        one = read(id=id_, source=source, publisher=publisher)

        assert read(id=id_, source=source, publisher=publisher).id == one.id
        assert (read(id=id_ + other, source=source, publisher=publisher).id == one.id) is False
        assert (read(id=id_, source=source, publisher=publisher + other).id == one.id) is False
        assert (read(id=id_, source=source, publisher=publisher, subject="local:" + "x").id == one.id) is False

    @given(words, words)
    def test_id_and_source_are_two_things(self, one, two):
        assert (read(id=one + two, source=one).id == read(id=two, source=one + one).id) is (one + two == two)

    def test_an_id_is_for_ever(self):
        assert read().id == UUID("507dda04-4c85-5ebe-bc72-533369364312")


class TestDigest:
    @given(instants, offsets, st.permutations(list(DATA)))
    def test_it_is_of_what_was_said_not_of_how_it_was_spelled(self, at, zone, order):
        shuffled = {name: DATA[name] for name in order}

        one = read(time=at.isoformat())
        two = read(shuffled, time=at.astimezone(zone).isoformat(), correlationid="other", traceparent=None)

        assert one.digest == two.digest
        assert one.time == two.time

    @given(words, words)
    def test_other_text_has_another_digest(self, one, two):
        digests = [read(DATA | {"description": text}).digest for text in (one, two)]

        assert (digests[0] == digests[1]) is (one == two)

    def test_it_is_keyed(self):
        assert read().digest != read(key=b"other").digest


class TestTexts:
    @given(words)
    def test_no_clear_text_stays_in_the_data(self, text):
        marked = f"begin {text} end"

        it = read(DATA | {"description": marked, "immediate_action": marked})

        assert it.texts == {"description": marked, "immediate_action": marked}
        assert marked.encode() not in orjson.dumps(dict(it.data))

    def test_a_text_that_is_not_text_is_refused(self):
        assert "data/description" in faults(DATA | {"description": {"kid": "1", "nonce": "2", "ciphertext": "3"}})

    def test_the_draft_fits_its_published_model(self):
        it = read(DATA | {"description": "x"})
        sealed = {"description": {"kid": "1", "nonce": "2", "ciphertext": "3"}}

        draft = submission.draft(it, provider_id="prv-1", place="E06000019", sealed=sealed)

        data = registry.data_of(draft)
        assert isinstance(data, concerns.QualityConcernRaised)
        assert registry.dumped(data) == draft.data
        assert draft.source == "/places/E06000019/publishers/icb-quality"
        assert (draft.subject, draft.dataschema) == ("prv-1", "/schemas/quality_concern.raised.v1.json")


class TestThemes:
    @given(st.lists(st.one_of(words, st.sampled_from(sorted(vocabulary.THEMES))), min_size=1, max_size=40))
    def test_every_theme_is_one_of_ours_and_none_is_dropped(self, themes):
        mapped = read(DATA | {"themes": themes}).data["themes"]

        assert set(mapped) <= vocabulary.THEMES
        assert set(themes) & vocabulary.THEMES <= set(mapped)
        assert (vocabulary.UNCLASSIFIED in mapped) or all(wording._theme(theme, "") in mapped for theme in themes)

    @pytest.mark.parametrize(
        ("sent", "ours"),
        [
            ("Medicines", "q.medicines"), ("q.medicines ", "q.medicines"), ("staffing-levels", "q.staffing_levels"),
            ("care planning", "q.care_planning"), ("neglect", "abuse.neglect"), ("vibes", "q.unclassified"),
        ],
    )  # fmt: skip
    def test_plain_words_find_their_theme(self, sent, ours):
        assert read(DATA | {"themes": [sent]}).data["themes"] == [ours]


class TestTimes:
    @pytest.mark.parametrize(
        "time", ["2026-03-02T09:30:00", "2026-03-02", "1772444400", "yesterday", "0001-01-01T00:00:00+14:00"]
    )
    def test_what_is_not_an_instant_is_refused(self, time):
        assert set(faults(time=time)) == {"time"}

    def test_what_lies_more_than_a_day_ahead_is_ahead(self):
        now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

        assert read(time="2026-03-03T09:30:00Z").is_ahead(now) is False
        assert read(time="2026-03-03T09:30:00.000001Z").is_ahead(now) is True


class TestClassification:
    @pytest.mark.parametrize(
        ("said", "is_"),
        [(None, "official-sensitive"), ("official", "official-sensitive"), ("restricted-safeguarding",) * 2],
    )
    def test_a_sender_may_be_stricter_than_the_type_and_never_laxer(self, said, is_):
        assert read(classification=said).classification == is_


class TestSubjects:
    @pytest.mark.parametrize(
        ("named", "subject"),
        [
            ("prv-01j9zk3w7t", Subject("id", "prv-01j9zk3w7t")), ("cqc:1-999", Subject("cqc_location_id", "1-999")),
            ("local:A 17/b", Subject("local", "A 17/b")), ("ods_site_code:VNH5M", Subject("ods_site_code", "VNH5M")),
        ],
    )  # fmt: skip
    def test_each_way_to_name_a_provider(self, named, subject):
        assert read(subject=named).subject == subject

    @pytest.mark.parametrize("named", ["1-999", "cqc:", "cqc: 1", "Local:1", "prv-", ":1", "local:" + "x" * 101])
    def test_anything_else_is_told_with_the_ways_there_are(self, named):
        assert "prv-" in (faults(subject=named)["subject"].fix or "")


class TestFaults:
    def test_every_fault_is_told_at_once(self):
        found = faults(DATA | {"severity": "S9", "tehmes": []}, time="now", subject="nobody")

        assert set(found) == {"time", "subject", "data/severity", "data/tehmes"}

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | words, lambda x: st.lists(x) | st.dictionaries(words, x)
        )
    )
    def test_any_data_is_refused_and_never_breaks_the_reader(self, data):
        with pytest.raises(Unusable) as refused:  # made up, it never has all that a concern needs
            read(data)

        assert refused.value.faults

    @pytest.mark.parametrize(
        ("figures", "at"),
        [
            ({"falls": float("nan")}, "data/figures/falls"),
            ({"falls": float("inf")}, "data/figures/falls"),
            ({"falls": 10**30}, "data/figures/falls"),
            ({"fa\0lls": 1}, "data/figures/fa?lls"),
        ],
    )
    def test_what_no_event_could_carry_is_refused_and_said_where(self, figures, at):
        data = {"return_type": "RT-PMR", "period": "2026-03", "figures": figures}

        found = faults(data, type="careledger.returns.submitted.v1")

        assert {str(fault).partition(":")[0] for fault in found.values()} == {at}

    def test_a_nul_is_refused_where_it_could_not_be_kept_but_not_in_a_persons_words(self):
        assert set(faults(DATA | {"concern_id": "QC\0-1"})) == {"data/concern_id"}
        assert read(DATA | {"description": "Doses\0 were missed."}).texts == {"description": "Doses\0 were missed."}

    def test_an_unknown_type_is_told_the_nearest(self):
        assert TYPE in (faults(type="careledger.quality_concern.rased.v1")["type"].fix or "")
        assert "careledger." in (faults(type="zzz")["type"].fix or "")

    @pytest.mark.parametrize("entry", [entry for entry in registry.TYPES.values() if not entry.from_partners])
    def test_what_is_ours_to_write_is_nobodys_to_send(self, entry):
        assert "ours" in faults(type=entry.type)["type"].msg

    def test_what_would_be_too_large_once_sealed_is_refused(self):
        figures = {"return_type": "RT-PMR", "period": "2026-03", "figures": {"f" * 80 + str(n): n for n in range(3000)}}

        assert "256 KiB" in faults(figures, type="careledger.returns.submitted.v1")["data"].msg

    def test_what_fits_by_our_reckoning_fits_when_it_is_sealed(self):
        texts = {"description": "é" * 20_000, "immediate_action": "\U0001f600" * 20_000}
        it = read(DATA | texts)
        sealed = {
            name: {"kid": "k" * 36, "nonce": "n" * 16, "ciphertext": "c" * ((len(text.encode()) + 16) * 4 // 3 + 4)}
            for name, text in it.texts.items()
        }
        draft = submission.draft(it, provider_id="prv-" + "1" * 16, place="E06000019", sealed=sealed)

        body, _ = envelope.seal(
            draft, recordedtime=it.time, writer="intake", sequence=1, prevsequence=0, prevhash="0" * 64, digest="0" * 64
        )

        assert len(body) <= envelope.MAX_BYTES


def test_no_fact_has_a_field_that_typed_json_uses_for_itself():
    for entry in normalise.partner_types().values():
        fields = set(entry.model.model_fields)
        assert not fields & {"provider", "reference", "time", "observedtime", "correlationid", "classification", "data"}
