"""One running service for all the tests of a module, and webhooks that end with their test."""

from collections.abc import Callable, Iterator

import pytest

from tests.component.notify.doors import Hook, Reply
from tests.component.notify.world import World, world
from tests.support.servers import Servers


@pytest.fixture(scope="package")
def notify(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The service. Each test takes a place of its own."""
    with world(servers, tmp_path_factory.mktemp("notify")) as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Callable[..., Hook]]:
    """Makes webhooks."""
    made: list[Hook] = []

    def make(always: Reply | None = None) -> Hook:
        made.append(Hook(always))
        return made[-1]

    yield make
    for each in made:
        each.close()
