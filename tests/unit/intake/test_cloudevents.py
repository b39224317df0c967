"""CloudEvents off the wire: what is one, in three forms, and what is none."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import cloudevents
from services.intake.faults import NotACloudEvent

EVENT = {"specversion": "1.0", "id": "1", "source": "/icb", "type": "t", "subject": "prv-1", "data": {"a": "é"}}


def binary(event):
    headers = [(f"CE-{name}", value) for name, value in event.items() if name != "data"]
    return cloudevents.binary(headers, "ce-", "application/json", orjson.dumps(event["data"]))


class TestForms:
    def test_structured_batch_and_binary_say_the_same(self):
        structured = cloudevents.structured(orjson.dumps(EVENT))
        (batched,) = cloudevents.batch(orjson.dumps([EVENT]))

        assert structured == batched
        assert binary(EVENT).data == structured.data
        assert binary(EVENT).attributes == dict(structured.attributes) | {"datacontenttype": "application/json"}

    def test_header_values_are_percent_decoded(self):
        assert binary(EVENT | {"subject": "local:caf%C3%A9"}).get("subject") == "local:café"

    def test_binary_data_that_is_not_json_is_left_for_the_reader_to_refuse(self):
        headers = [(f"ce-{name}", value) for name, value in EVENT.items() if name != "data"]

        assert cloudevents.binary(headers, "ce-", "image/png", b"\x89PNG").data is None

    def test_a_null_attribute_is_an_absent_one_and_extensions_may_be_numbers(self):
        read = cloudevents.structured(orjson.dumps(EVENT | {"time": None, "rank": 3, "urgent": True}))

        assert read.get("time") is None
        assert (read.get("rank"), read.get("urgent")) == ("3", "true")

    def test_a_batch_keeps_its_good_events(self):
        good, bad = cloudevents.batch(orjson.dumps([EVENT, {"specversion": "1.0"}]))

        assert isinstance(bad, NotACloudEvent)
        assert good.data == {"a": "é"}


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"id": ""}, "id"), ({"source": None}, "source"), ({"type": 7}, "type"),
            ({"specversion": "0.3"}, "specversion"),
            ({"subject": "a\x00b"}, "subject"), ({"subject": "x" * 501}, "subject"), ({"Subject": "x"}, "Subject"),
            ({"subject": ["x"]}, "subject"),
        ],
    )  # fmt: skip
    def test_each_fault_names_its_attribute(self, change, where):
        with pytest.raises(NotACloudEvent) as refused:
            cloudevents.structured(orjson.dumps(EVENT | change))

        assert where in {fault.loc[0] for fault in refused.value.faults}

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'"x"', b"\xff", b'{"a": "\\ud800"}'])
    def test_what_is_no_json_object_is_none(self, body):
        with pytest.raises(NotACloudEvent):
            cloudevents.structured(body)

    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_or_refused(self, body):
        with pytest.raises(NotACloudEvent):
            cloudevents.structured(body)

    @given(st.binary(max_size=60), st.dictionaries(st.text(max_size=10), st.text(max_size=20)))
    def test_any_headers_are_read_or_refused(self, body, headers):
        sent = [(f"ce_{name}", value) for name, value in headers.items()]

        with pytest.raises(NotACloudEvent) as refused:  # made up, it never has all that an event needs
            cloudevents.binary(sent, "ce_", None, body)

        assert refused.value.faults
