"""Scoring: the same whatever the order, never worse for a better answer, limited by what must never fail (SAL-4)."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.monitoring import scoring, sets
from services.governance.monitoring.question_set import RATINGS, QuestionSet

SEEDS = {
    "calderdale-2023": "calderdale-integrated-quality-strategy-2023-2027.txt",
    "herefordshire-2018": "herefordshire-quality-assurance-strategy-2018.txt",
    "oxfordshire-2013": "oxfordshire-contracts-quality-monitoring-2013.txt",
}
WORDS = Path(__file__).parents[4] / "shared" / "seeds"
HOME = "care_home_residential"
SMALL = QuestionSet.model_validate({
    "name": "small", "version": "1", "title": "Small", "source": "a test", "id": "SAL-4", "ours": "all of it",
    "tool": "question_set", "bands": {"excellent": 90, "good": 60, "requires_improvement": 40},
    "repeat_months": {"excellent": 12, "good": 12, "requires_improvement": 6, "poor": 3},
    "standards": [
        {"code": "a", "id": "SAL-4", "ours": "ours", "name": "A", "weight": 2, "questions": [
            {"id": "a.1", "asks": "?", "themes": ["q.dignity"], "key_questions": ["caring"], "weight": 2},
            {"id": "a.2", "asks": "?", "themes": ["q.medicines"], "key_questions": ["safe"], "critical": True}]},
        {"code": "b", "id": "SAL-4", "ours": "ours", "name": "B", "questions": [
            {"id": "b.1", "asks": "?", "themes": ["q.ipc"], "key_questions": ["safe"]},
            {"id": "b.2", "asks": "?", "themes": ["q.environment"], "key_questions": ["safe"],
             "service_types": ["home_care"]}]},
    ],
})  # fmt: skip
IDS = ("a.1", "a.2", "b.1")
GIVEN = st.sampled_from(("fully", "mostly", "partly", "not", "not_applicable"))
ANSWERS = st.fixed_dictionaries(dict.fromkeys(IDS, GIVEN))
BETTER = ("not", "partly", "mostly", "fully")


def rank(rating: str) -> int:
    return RATINGS.index(rating)  # type: ignore[arg-type]


def scored(**answers: str) -> scoring.Result:
    return scoring.score(SMALL, HOME, {name.replace("_", "."): value for name, value in answers.items()})


def test_weights_are_exact():
    result = scored(a_1="mostly", a_2="fully", b_1="partly")

    assert [(one.standard, one.rating, one.percent) for one in result.standards] == [
        ("a", "good", 77.8),
        ("b", "poor", 33.3),
    ]
    assert result.percent == 63.0  # (2 × 7/9 + 1/3) / 3
    assert result.overall == "requires_improvement"  # good by its share, and limited by a poor standard


def test_a_critical_question_that_is_not_met_limits_its_standard_and_the_whole():
    result = scored(a_1="fully", a_2="not", b_1="fully")

    assert result.standards[0].rating == "requires_improvement"
    assert result.overall == "requires_improvement"


def test_what_does_not_apply_counts_neither_way():
    assert scored(a_1="fully", a_2="not_applicable", b_1="not_applicable").percent == 100
    nothing = scored(a_1="not_applicable", a_2="not_applicable", b_1="not_applicable")
    assert (nothing.overall, nothing.percent, nothing.standards[0].rating) == (None, None, None)


@pytest.mark.parametrize(("b", "rating"), [("fully", "excellent"), ("mostly", "good"), ("partly", "poor")])
def test_the_bands_begin_where_they_say(b, rating):
    assert scored(a_1="fully", a_2="fully", b_1=b).standards[1].rating == rating


@given(ANSWERS, st.permutations(IDS))
def test_the_order_of_the_answers_says_nothing(answers, order):
    assert scoring.score(SMALL, HOME, {name: answers[name] for name in order}) == scoring.score(SMALL, HOME, answers)


@given(ANSWERS, st.sampled_from(IDS), st.integers(1, 3))
def test_a_better_answer_never_makes_it_worse(answers, name, steps):
    if answers[name] == "not_applicable":
        return
    better = {**answers, name: BETTER[min(BETTER.index(answers[name]) + steps, 3)]}
    before, after = scoring.score(SMALL, HOME, answers), scoring.score(SMALL, HOME, better)

    assert after.percent >= before.percent  # type: ignore[operator]
    assert rank(after.overall) >= rank(before.overall)  # type: ignore[arg-type]


@given(ANSWERS)
def test_every_figure_is_a_percentage_and_every_issue_has_its_themes(answers):
    result = scoring.score(SMALL, HOME, answers)

    assert all(0 <= one.percent <= 100 for one in result.standards if one.percent is not None)
    issues = {one.id for one in scoring.issues(SMALL, HOME, answers)}
    assert issues == {name for name, answer in answers.items() if answer in ("partly", "not")}
    themes = {theme for code in "ab" for theme in scoring.wanting(SMALL, code, HOME, answers)}
    assert len(themes) == len(issues)


def test_a_service_is_asked_what_is_for_its_kind():
    assert scoring.missing(SMALL, HOME, {}) == IDS
    assert scoring.missing(SMALL, "home_care", dict.fromkeys(IDS, "fully")) == ("b.2",)


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (("good", 70.0), ("requires_improvement", 80.0), "improved"),
        (("good", 70.0), ("good", 69.9), "improved"),
        (("good", 70.0), ("good", 70.0), "same"),
        (("poor", 70.0), ("good", 69.9), "worse"),
    ],
)
def test_improvement_on_the_baseline(now, then, said):
    assert scoring.compared(*now, *then) == said


class TestShipped:
    def test_the_four(self):
        shapes = {name: (len(one.standards), one.tool) for name, one in sets.shipped().items()}

        assert shapes == {
            "calderdale-2023": (6, "question_set"),
            "oxfordshire-2013": (8, "quality_monitoring_framework"),
            "herefordshire-2018": (4, "question_set"),
            "pamms-style": (16, "pamms"),
        }

    @pytest.mark.parametrize("name", SEEDS)
    def test_what_is_quoted_stands_in_the_councils_document_to_the_letter(self, name):
        seed = _flat((WORDS / SEEDS[name]).read_text())
        found = sets.named(name)
        said = [found.says, *(one.says for one in found.standards)]
        said += [question.says for one in found.standards for question in one.questions]

        assert [one for one in said if one is not None and _flat(one) not in seed] == []

    @pytest.mark.parametrize("name", ["home_care", HOME])
    def test_answers_of_one_kind_give_the_rating_of_its_name(self, name):
        for found in sets.shipped().values():
            ids = [one.id for _, one in found.asked(name)]
            assert scoring.score(found, name, dict.fromkeys(ids, "fully")).overall == "excellent"
            assert scoring.score(found, name, dict.fromkeys(ids, "mostly")).overall == "good"
            assert scoring.score(found, name, dict.fromkeys(ids, "not")).overall == "poor"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bands": {"excellent": 60, "good": 60, "requires_improvement": 40}}, "begins above"),
        ({"standards": [SMALL.standards[0].model_dump()] * 2}, "there twice"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_set_with_a_mistake_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        QuestionSet.model_validate(SMALL.model_dump() | changes)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
