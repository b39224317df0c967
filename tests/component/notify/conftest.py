"""One running service for all the tests of a module, and webhooks that end with their test."""

from collections.abc import Callable, Iterator

import pytest

from tests.component.notify.doors import Hook, Reply
from tests.component.notify.world import World, world
from tests.support.govuk import KEY, TEMPLATE, TOKEN, GovukNotify
from tests.support.servers import Servers


@pytest.fixture(scope="package")
def govuk() -> Iterator[GovukNotify]:
    """GOV.UK Notify, as far as the service can tell."""
    made = GovukNotify()
    yield made
    made.close()


@pytest.fixture(scope="package")
def notify(servers: Servers, tmp_path_factory: pytest.TempPathFactory, govuk: GovukNotify) -> Iterator[World]:
    """The service. Each test takes a place of its own."""
    account = {
        "NOTIFY_GOVUK_URL": govuk.url, "NOTIFY_GOVUK_API_KEY": KEY, "NOTIFY_GOVUK_TEMPLATE_ID": TEMPLATE,
        "NOTIFY_GOVUK_CALLBACK_TOKEN": TOKEN,
    }  # fmt: skip
    with world(servers, tmp_path_factory.mktemp("notify"), **account) as made:
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
