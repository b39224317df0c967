"""One deployment stands for all tests that leave it as it was; who moves the clock or kills has one of its own."""

from collections.abc import Iterator

import pytest

from tests.support.deployment import Deployment, beside
from tests.support.people import Place
from tests.support.servers import Servers

LONGEST = ("test_kills", "test_real_ratings", "test_losses")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that two workers end together."""
    items.sort(key=lambda item: min((LONGEST.index(each) for each in LONGEST if each in item.nodeid), default=9))


@pytest.fixture(scope="session")
def standing(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A whole deployment on the session's servers."""
    with beside(servers, tmp_path_factory.mktemp("standing")) as running:
        yield running


@pytest.fixture(scope="session")
def place(standing: Deployment) -> Place:
    """Its people, in a place that has adopted Herefordshire's pack."""
    return adopted(standing)


@pytest.fixture(scope="session")
def salford(standing: Deployment) -> Place:
    """The people of a place that has adopted Salford's policy."""
    return adopted(standing, "E08000006", "salford-2024")


@pytest.fixture(scope="session")
def calderdale(standing: Deployment) -> Place:
    """The people of a place that has adopted Calderdale's policy."""
    return adopted(standing, "E08000033", "calderdale-2023")


def adopted(running: Deployment, code: str = "E06000019", pack: str = "herefordshire-2018") -> Place:
    """The people of a place of a deployment, once its policy is adopted."""
    here = Place(urls=running.urls, issue=running.token, code=code)
    assert here.adopt(pack).status_code in (200, 201)
    return here
