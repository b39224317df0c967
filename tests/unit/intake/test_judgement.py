"""Which provider is meant, and whether it may be said now."""

from datetime import UTC, datetime

import pytest

from services.intake import judgement
from services.intake.judgement import ANYWHERE, Arrival, Home
from services.intake.submission import Subject
from shared.journal.rows import Row
from tests.unit.intake.test_normalise import DATA, read

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALIAS = Subject("cqc_location_id", "1-999999999")
HERE, THERE = Home("prv-1", "E06000019"), Home("prv-2", "E10000019")


def judged(homes, places=("E06000019",), **attributes):
    arrival = Arrival(it=read(**attributes), places=places, sealed={})
    return judgement.judge(arrival, {ALIAS: homes}, NOW)


def test_one_home_within_reach_is_the_provider_and_its_place_is_the_events():
    row = judged([HERE, THERE])

    assert isinstance(row, Row)
    assert (row.key, row.draft.subject, row.draft.place) == ("prv-1", "prv-1", "E06000019")


@pytest.mark.parametrize("homes", [[], [THERE]])
def test_none_within_reach_is_unknown_whether_there_is_one_or_not(homes):
    assert judged(homes) == judgement.UNKNOWN


def test_two_within_reach_are_ambiguous():
    assert judged([HERE, THERE], ("E06000019", "E10000019")) == judgement.AMBIGUOUS
    assert judged([HERE, THERE], (ANYWHERE,)) == judgement.AMBIGUOUS


@pytest.mark.parametrize(
    ("data", "is_urgent"),
    [({}, False), ({"severity": "S4"}, True), ({"themes": ["neglect"]}, True), ({"severity": "S3"}, False)],
)
def test_what_may_not_wait_is_known_as_such(data, is_urgent):
    assert read(DATA | data).is_urgent is is_urgent


def test_a_time_far_ahead_waits_and_is_not_called_unknown_for_it():
    assert judged([HERE], time="2026-03-04T12:00:00Z") == judgement.AHEAD_OF_TIME
    assert judged([], time="2026-03-04T12:00:00Z") == judgement.UNKNOWN
