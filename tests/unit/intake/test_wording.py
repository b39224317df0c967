"""A sender's words in the field's own: nothing is dropped, and what is nobody's is counted."""

import pytest

from services.intake import wording


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Outstanding", "excellent"), ("Excellent", "excellent"), ("Requires Improvement", "requires_improvement"),
     ("RI", "requires_improvement"), ("poor", "poor"), ("Good", "good")],
)  # fmt: skip
def test_a_quality_assessments_rating_is_on_its_own_scale(said, meant):
    mapped = wording.in_our_words(
        "assessment.completed", {"overall": said, "standards": [{"standard": "care", "rating": said}]}
    )

    assert mapped["overall"] == meant
    assert mapped["standards"][0]["rating"] == meant
    assert mapped.get("as_published") == (said if said != meant else None)


def test_what_the_tool_itself_said_is_not_written_over():
    mapped = wording.in_our_words("assessment.completed", {"overall": "Outstanding", "as_published": "Outstanding!"})

    assert mapped["as_published"] == "Outstanding!"


def test_cqcs_outstanding_stays_outstanding():
    assert wording.in_our_words("cqc_rating.published", {"overall": "Outstanding"})["overall"] == "outstanding"


@pytest.mark.parametrize("field", wording.THEMES)
def test_themes_are_mapped_under_every_name_that_they_have(field):
    mapped = wording.in_our_words("partner_rating.submitted", {field: ["Staffing levels", "neglect", "the food"]})

    assert mapped[field] == ["q.staffing_levels", "abuse.neglect", "q.unclassified"]
    assert wording.unclassified(mapped) == 1


def test_themes_deep_inside_are_mapped_too():
    data = {"plans": [{"actions": [{"theme": "medicines"}, {"theme": "??"}]}], "standards": [{"themes": ["ipc"]}]}

    mapped = wording.in_our_words("carried_over.recorded", data)

    assert [action["theme"] for action in mapped["plans"][0]["actions"]] == ["q.medicines", "q.unclassified"]
    assert mapped["standards"][0]["themes"] == ["q.ipc"]
    assert wording.unclassified(mapped) == 1


def test_good_practice_has_the_same_words_behind_a_mark_of_its_own():
    mapped = wording.in_our_words("good_practice.identified", {"themes": ["Dignity", "gp.eol", "singing"]})

    assert mapped["themes"] == ["gp.dignity", "gp.eol", "gp.unclassified"]
