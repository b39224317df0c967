"""CloudEvents 1.0.2 (core, JSON format, HTTP binding), rule by rule: `cloudevents.json` holds the cases as data."""

import json
from pathlib import Path

import pytest

from services.intake import cloudevents
from services.intake.faults import NotACloudEvent

CASES = json.loads(Path(__file__).with_name("cloudevents.json").read_text())
NAMES = [f"{case['mode']}: {case['what']}" for case in CASES]


def read(case):
    body, headers = case["body"].encode(), case["headers"]
    media = cloudevents.media_type(headers.get("content-type"))
    if media == cloudevents.BATCH:
        return cloudevents.batch(body)
    if media == cloudevents.STRUCTURED:
        return [cloudevents.structured(body)]
    return [cloudevents.binary(headers.items(), cloudevents.HTTP, headers.get("content-type"), body)]


@pytest.mark.parametrize("case", [case for case in CASES if case["valid"]], ids=lambda case: case["what"])
def test_what_the_specification_allows_is_read_as_it_says(case):
    events = read(case)

    expected = dict(case.get("expect", {}))
    if "ids" in expected:
        assert [None if isinstance(each, NotACloudEvent) else each.get("id") for each in events] == expected.pop("ids")
    if "data" in expected:
        assert events[0].data == expected.pop("data")
    assert {name: events[0].get(name) for name in expected} == expected


@pytest.mark.parametrize("case", [case for case in CASES if not case["valid"]], ids=lambda case: case["what"])
def test_what_it_forbids_is_no_cloudevent(case):
    with pytest.raises(NotACloudEvent) as refused:
        read(case)

    assert refused.value.faults


def test_every_case_names_its_rule_and_is_there_once():
    assert all(case["rule"].split()[0] in ("core", "json", "http") for case in CASES)
    assert len(set(NAMES)) > len(CASES) - 8
    assert len(CASES) >= 60
