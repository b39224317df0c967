"""An assessment's life: blind until the draft, fourteen days, disputes reviewed by a second officer (CAL-4, SAL-4)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.domain import quality_assessment as fold
from services.governance.matter import Matter, NotFitting
from shared import identifiers
from shared.events import Data
from shared.events import quality_assessments as published
from tests.unit.governance.given import MORNING, PLACE, PROVIDER, REASON

NAME = "assessment-0123456789abcdef"
DAY, DUE = date(2026, 3, 2), date(2026, 3, 16)


def said(model: type[Data], actor: str = "officer", **data: Any) -> Any:
    return model.model_validate({"assessment_id": NAME, "actor": actor} | data)


BEGUN = said(
    published.AssessmentBegun, question_set="calderdale-2023", version="1", service_type="care_home_residential"
)
DRAFT = said(
    published.AssessmentDraftShared, shared_on=DAY, comments_due=DUE, overall="good", percent=70,
    standards=[{"standard": "s1", "rating": "good", "percent": 70}],
)  # fmt: skip
DISPUTED = said(published.AssessmentDisputed, question="q1", grounds=REASON)
ACCEPTED = said(published.AssessmentCommented, accepted=True)


def answer(question: str = "q1", given: str = "partly", actor: str = "officer") -> Any:
    return said(published.AssessmentAnswered, actor, question=question, answer=given, evidence=REASON)


def reviewed(actor: str = "second", given: str = "mostly", outcome: str = "changed") -> Any:
    return said(published.AssessmentDisputeReviewed, actor, question="q1", outcome=outcome, answer=given, reason=REASON)


def final(day: date = DUE + timedelta(days=1)) -> Any:
    return said(published.AssessmentCompleted, tool="question_set", overall="good", final_on=day)


def assessment(*steps: Data) -> Matter:
    made = Matter("assessment", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


def test_what_the_provider_accepted_was_the_draft_as_it_was():
    accepted = (BEGUN, answer(), DRAFT, ACCEPTED)
    more_evidence, changed = assessment(*accepted, answer()), assessment(*accepted, answer(given="not"))

    more_evidence.take(final(DAY), identifiers.derived_id("test", "final"), MORNING)
    with pytest.raises(NotFitting, match="the provider has until 2026-03-16"):
        changed.take(final(DAY), identifiers.derived_id("test", "final"), MORNING)

    assert more_evidence.state.status == "final"


@given(st.lists(st.tuples(st.sampled_from(("q1", "q2")), st.sampled_from(("fully", "partly", "not"))), max_size=8))
def test_no_score_is_shown_before_the_draft_and_the_newest_answer_counts(answers):
    made = assessment(BEGUN, *(answer(question, given) for question, given in answers))

    shown = fold.document(made.state)
    assert (shown["draft"], shown["overall"], shown["percent"], shown["standards"]) == (None, None, None, [])
    assert made.state.given == dict(answers)


def test_a_second_officer_changes_what_counts():
    made = assessment(BEGUN, answer(), DRAFT, DISPUTED, reviewed(), final())

    assert made.state.given == {"q1": "mostly"}
    assert fold.document(made.state)["disputes"] == {"q1": "changed"}
    assert not fold.KIND.is_open(made.state)


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((), answer(), "begun once, and first"),
        ((BEGUN,), final(), "sees a draft first"),
        ((BEGUN, answer()), DISPUTED, "has not seen a draft"),
        ((BEGUN,), ACCEPTED, "has not seen a draft"),
        ((BEGUN, answer(), DRAFT), DRAFT, "draft was shared"),
        ((BEGUN, DRAFT), DISPUTED, "was not answered"),
        ((BEGUN, answer(), DRAFT, DISPUTED), DISPUTED, "is, or was, disputed"),
        ((BEGUN, answer(), DRAFT, DISPUTED), answer(), "a second officer reviews it"),
        ((BEGUN, answer(), DRAFT, DISPUTED, reviewed()), answer(), "was decided"),
        ((BEGUN, answer(), DRAFT, DISPUTED), reviewed("officer"), "second officer"),
        ((BEGUN, answer(), answer(actor="helper"), DRAFT, DISPUTED), reviewed("helper"), "second officer"),
        ((BEGUN, answer(), DRAFT, DISPUTED), reviewed(given="partly"), "stands is the same"),
        ((BEGUN, answer(), DRAFT), reviewed(), "nobody disputes"),
        ((BEGUN, answer(), DRAFT, DISPUTED), final(), "review first: q1"),
        ((BEGUN, answer(), DRAFT), final(DUE), "has until 2026-03-16"),
        ((BEGUN, answer(), DRAFT, final()), answer(), "is final"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(before, step, why):
    with pytest.raises(NotFitting, match=why):
        assessment(*before, step)


@pytest.mark.parametrize(("steps", "day"), [((), DUE + timedelta(days=1)), ((ACCEPTED,), DAY)])
def test_it_is_concluded_when_the_days_are_over_or_the_provider_agrees(steps, day):
    made = assessment(BEGUN, answer(), DRAFT, *steps, final(day))

    assert made.state.status == "final"


def test_the_providers_days_are_what_is_due():
    assert [fold.KIND.due(assessment(*steps).state) for steps in ((BEGUN,), (BEGUN, DRAFT))] == [None, DUE]
