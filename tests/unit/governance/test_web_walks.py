"""No page is forgotten by the walks in the browser: what they open is compared with the doors themselves."""

import re
from pathlib import Path

import pytest
from starlette.routing import compile_path

from services.governance.web import doors
from tests.browser import walks

TESTS = Path(walks.__file__).parent
PATTERNS = {door.path: compile_path(door.path)[0] for door in doors.doors() if "GET" in door.methods}


def door_of(address: str) -> str:
    """The door that an address opens; of two that fit, the one that says more of it."""
    path = address.partition("?")[0].replace("{", "").replace("}", "")
    fits = [pattern for pattern, matched in PATTERNS.items() if matched.fullmatch(path)]
    assert fits, f"{address} opens nothing"
    return min(fits, key=lambda pattern: pattern.count("{"))


def test_every_page_is_walked_or_said_not_to_be() -> None:
    walked = {door_of(address) for table in walks.WALKS.values() for address in table.values()}

    assert set(PATTERNS) - walked == set(walks.NOT_WALKED)


@pytest.mark.parametrize("name", sorted(walks.WALKS))
def test_every_walk_is_taken(name: str) -> None:
    taken = re.compile(rf"walk\(.*\bwalks\.{name}\b")
    assert any(taken.search(each.read_text()) for each in TESTS.glob("test_*.py"))


def test_no_two_pages_are_called_the_same() -> None:
    names = [name for table in walks.WALKS.values() for name in table]
    assert len(names) == len(set(names))
