"""The reasons for which one body brings a provider before another: each policy's own, and Calderdale's letters."""

import pytest

from services.governance import referring
from services.governance.asking import Unfit
from shared.events.processes import LETTERS, EscalationReferred
from tests.unit.governance.measured import pack


def told(name: str, to_body: str, reason: str) -> str:
    return referring.fit(EscalationReferred(to_body=to_body, reason=reason), pack(name)).reason


@pytest.mark.parametrize(
    "code", ["inadequate", "manager_or_owner", "police", "staffing", "industrial_action", "business_risk"]
)
def test_the_triggers_of_sal_27_and_of_the_oversight_group_bring_a_provider_before_the_board(code: str) -> None:
    assert told("salford-2024", "MARKET_OVERSIGHT_BOARD", code) == code
    assert told("salford-2024", "Oversight Board", "major_concern") == "major_concern"


@pytest.mark.parametrize(
    ("name", "to_body", "code"),
    [
        ("herefordshire-lga-2017", "DLT", "plan_not_met"),
        ("herefordshire-2018", "MA_QUALITY_REVIEW", "next_threshold"),
        ("oxfordshire-2013", "SCS_LEADERSHIP", "failed_inspection"),
    ],
)
def test_other_policies_have_their_own(name: str, to_body: str, code: str) -> None:
    assert told(name, to_body, code) == code


def test_calderdale_s_reasons_go_by_their_letters_however_they_are_given() -> None:
    codes = ["barriers", "not_improving", "cannot_be_resolved", "significant_risk", "provider_failure"]
    assert tuple(told("calderdale-2023", "GQAB", code) for code in codes) == LETTERS
    assert tuple(told("calderdale-2023", "GQAB", letter) for letter in LETTERS) == LETTERS


def test_what_the_policy_does_not_name_is_refused_with_what_it_does() -> None:
    with pytest.raises(Unfit) as refused:
        told("herefordshire-lga-2017", "DLT", "police")
    assert (refused.value.path, refused.value.fix) == ("/reason", "Use plan_not_met, serious_concerns.")
    with pytest.raises(Unfit):
        told("salford-2024", "MARKET_OVERSIGHT_BOARD", "d")


def test_where_the_policy_names_no_reasons_the_letters_stand() -> None:
    assert told("calderdale-2023", "PQM", "c") == "c"
    with pytest.raises(Unfit):
        told("calderdale-2023", "PQM", "police")
