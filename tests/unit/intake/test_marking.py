"""Sharing markings, said in the envelope or in the data, once."""

import pytest

from services.intake import marking


def gathered(attributes, data):
    wrong = []
    return *marking.gathered(attributes, data, wrong), ["/".join(map(str, fault.loc)) for fault in wrong]


def test_those_of_the_data_become_attributes():
    sharing = {"audiences": ["council", "icb"], "not_to_provider": True, "embargo_until": "2026-04-01T00:00:00Z"}

    marks, data, wrong = gathered({}, {"sharing": sharing, "concern_id": "1"})

    assert marks == {"audiences": "council icb", "nottoprovider": "true", "embargountil": "2026-04-01T00:00:00Z"}
    assert data == {"concern_id": "1"}
    assert wrong == []


def test_commas_and_blanks_are_one():
    assert gathered({"audiences": " council,  icb"}, {})[0] == {"audiences": "council icb"}


@pytest.mark.parametrize(
    ("attributes", "data", "at"),
    [
        ({"audiences": "Council & ICB"}, {}, "audiences"),
        ({"nottoprovider": "perhaps"}, {}, "nottoprovider"),
        ({}, {"sharing": ["council"]}, "data/sharing"),
        ({}, {"sharing": {"audience": ["council"]}}, "data/sharing"),
        ({"nottoprovider": "true"}, {"sharing": {"not_to_provider": False}}, "data/sharing/not_to_provider"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(attributes, data, at):
    assert at in gathered(attributes, data)[2]


def test_nothing_said_is_nothing_marked():
    assert gathered({"time": "x", "audiences": None}, {"sharing": {"audiences": None}}) == ({}, {}, [])
