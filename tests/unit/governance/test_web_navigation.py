"""Where a reader may go, and where they are."""

import pytest

from services.governance.web import navigation
from shared.security import Principal


def of(*roles: str) -> Principal:
    return Principal("someone", "council", frozenset(roles), frozenset({"E06000019"}), None)


@pytest.mark.parametrize(
    ("here", "section"),
    [
        ("/contracts/contract-1", "Monitoring"), ("/visits", "Monitoring"), ("/tasks/t-1", "My work"),
        ("/providers/prv-1/compare", "Dashboards"), ("/meetings/new", "Meetings"), ("/workshop", None),
    ],
)  # fmt: skip
def test_the_section_of_a_page_is_marked(here: str, section: str | None) -> None:
    marked = [title for title, _, is_here in navigation.sections(of("quality-officer"), here) if is_here]
    assert marked == ([section] if section else [])


def test_a_provider_has_its_own_section_alone() -> None:
    assert [title for title, _, _ in navigation.sections(of("provider"), "/my")] == ["My service"]
    assert navigation.front(of("provider")) == "/my"
