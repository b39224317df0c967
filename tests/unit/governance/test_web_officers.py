"""Officers' pages, pure: answering a set of questions, the steps that fit, what is owed in words."""

from typing import Any

import pytest

from services.governance.monitoring import sets
from services.governance.web import form_reading
from services.governance.web.officers import answering, contract_forms, visit_forms, wording

QUESTIONS = sets.named("pamms-style")
SECTION = next(one for one in answering.sections(QUESTIONS, "care_home_residential") if one.code == "involvement")
GIVEN = {"involvement.q1": {"answer": "fully", "evidenced": True}}


def said(**sent: str) -> Any:
    form = answering.form(SECTION, GIVEN, {}, "/providers/prv-1/events")
    return form_reading.order(form, {name: [value] for name, value in sent.items()})


def test_every_question_stands_on_one_page_and_no_other():
    for kind in ("care_home_nursing", "home_care"):
        asked = [one.id for each in answering.sections(QUESTIONS, kind) for one in each.asked]
        assert asked == [one.id for _, one in QUESTIONS.asked(kind)]


def test_what_stands_already_is_not_said_again_and_an_open_question_is_left():
    new = answering.changed(SECTION, GIVEN, said(a0_answer="fully", a2_answer="not", a2_evidence="No notices."))

    assert [(number, one.question, one.answer) for number, one in new] == [(2, "involvement.q3", "not")]
    assert answering.changed(SECTION, GIVEN, said(a0_answer="mostly"))[0][1].answer == "mostly"
    assert answering.changed(SECTION, GIVEN, said(a0_answer="fully", a0_evidence="More.")) != []
    assert answering.known(SECTION, GIVEN) == {"a0_answer": ["fully"]}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/answers/0/evidence", "/a2_evidence"),
        ("/answers/0/references/3", "/a2_references"),
        ("/answers/7/evidence", "/answers/7/evidence"),
        ("/question_set", "/question_set"),
    ],
)
def test_a_refusal_stands_beside_the_question_that_it_is_about(path: str, field: str):
    assert answering.beside(path, [2]) == field


def test_only_steps_that_fit_are_offered():
    contract: dict[str, Any] = {"ended_on": None, "clauses": [], "breached": [], "documents_due": []}
    visit = {"status": "planned", "joint": False, "consultations": []}

    names = {name for name, _ in contract_forms.offered(contract)}
    assert names == {"reviewed", "rated", "allocated", "changed", "ended"}
    assert contract_forms.offered(contract | {"ended_on": "2026-01-01"}) == []
    assert {"breached", "remedied"} <= {
        name for name, _ in contract_forms.offered(contract | {"clauses": ["returns"], "breached": ["returns"]})
    }
    assert "feedback_given" not in dict(visit_forms.offered(visit))
    assert {"lead_agreed", "answered"} <= set(
        dict(visit_forms.offered(visit | {"joint": True, "consultations": [{"answer": None}]}))
    )
    assert visit_forms.offered(visit | {"status": "closed"}) == []


def test_what_is_owed_is_said_in_words_and_leads_to_where_it_is_done():
    one = {
        "kind": "consultation", "id": "visit-1", "reason": "gp", "item": "c", "provider_id": "prv-1", "role": None,
        "officer": None, "body": "MA_QUALITY_REVIEW", "waits_for": ["gp", "icb"],
    }  # fmt: skip

    assert wording.reason(one) == "GP was asked before a visit"
    assert wording.address(one) == "/visits/visit-1"
    assert wording.address(one | {"kind": "contact"}) == "/providers/prv-1"
    assert wording.address(one | {"kind": "something_new"}) == "/providers/prv-1"
    assert wording.whose(one, {"MA_QUALITY_REVIEW": "The panel"}) == "The panel, waits for GP and the ICB"
