"""A page of history in its forms: which types are meant, and what is asked for in vain."""

import pytest

from services.governance import refusals, tables
from services.governance.past import NotArrived

CONCERN = "careledger.quality_concern.raised.v1"


@pytest.mark.parametrize(
    "name", [CONCERN, "careledger.quality_concern.raised", "quality_concern.raised.v1", "quality_concern.raised"]
)
def test_a_type_is_meant_with_and_without_prefix_and_version(name):
    assert tables.types([name]) == [CONCERN]


@pytest.mark.parametrize("name", ["quality_concern.rased", "quality_concern.raised.v9", "", "careledger."])
def test_a_type_that_is_never_published_is_refused_not_answered_with_an_empty_page(name):
    with pytest.raises(tables.UnknownKind):
        tables.types(["decision.proposed", name])


def test_the_nearest_types_are_told():
    problem = dict(refusals.PROBLEMS)[tables.UnknownKind](tables.UnknownKind("quality_concern.rased"))

    assert (problem.status, problem.errors[0].path) == (422, "query:type")
    assert "quality_concern.raised" in problem.errors[0].fix


def test_an_instant_in_a_refusal_keeps_its_letters():
    problem = dict(refusals.PROBLEMS)[NotArrived](NotArrived("it lies beyond 2026-03-02T09:30:00Z"))

    assert problem.errors[0].problem == "It lies beyond 2026-03-02T09:30:00Z."
