"""Who may read what."""

import pytest

from services.notify import sharing
from services.notify.notice import TITLES
from tests.unit.notify.given import notice


@pytest.mark.parametrize("alert", sorted(set(TITLES) - {"A10", "A11"}))
def test_a_provider_is_never_told_of_a_concern(alert: str) -> None:
    assert sharing.share(notice(alert), "provider") == "not_shared"


@pytest.mark.parametrize("alert", ["A10", "A11"])
def test_a_provider_is_told_of_its_limits_and_returns(alert: str) -> None:
    assert sharing.share(notice(alert), "provider") == "whole"


@pytest.mark.parametrize(
    ("role", "summary"),
    [
        ("safeguarding", "Something happened"),
        ("director", "Something happened"),
        ("quality_lead", "Safeguarding concern to consider. The record says more to those who may read it."),
        ("cqc", "Safeguarding concern to consider. The record says more to those who may read it."),
    ],
)
def test_what_is_restricted_is_read_by_safeguarding_alone(role: str, summary: str) -> None:
    restricted = notice("A2", classification="restricted-safeguarding")

    assert sharing.summary_for(restricted, role) == summary


def test_another_authority_learns_that_not_what() -> None:
    assert sharing.summary_for(notice("A6"), "placing_authorities").startswith("Notice to placing authorities.")
