"""A real browser on the real pages: governance with its issuer on this machine, a synthetic place, people signed in."""

import os
import re
import shutil
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import joserfc.jwt
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from deploy.local import issuer as development
from deploy.local import tokens as development_tokens
from services.governance.settings import GovernanceSettings
from services.risk import api as judging_api
from services.risk.settings import RiskSettings
from shared.service import Readiness
from shared.settings import ServiceSettings
from tests.browser import place as synthetic
from tests.component.governance.conftest import Running, fresh_settings, run
from tests.support.servers import Servers
from tests.support.serving import Hosted, hosting, listener, serving

T = TypeVar("T")
BACKTESTS = Path(__file__).parents[2] / "docs" / "backtest"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
NONE = "NO BROWSER: run `make browser`, or set BROWSER_PATH"


def find_browser() -> str | None:
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser: said loudly on somebody's machine; in CI a skip is a failure (tests/conftest.py)."""
    if find_browser() is None:
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=NONE))


class DevelopmentIssuer:
    """What the helpers of governance's tests ask of an issuer, of the development issuer's key."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self.url, self.jwks_url = folder, address, f"{address}/jwks.json"

    def headers(self, **claims: Any) -> dict[str, str]:
        key = development_tokens.key(self._folder)
        usual = {"iss": self.url, "aud": "careledger", "exp": int(time.time()) + 3600, "org": "council", "sub": "ann"}
        said = {name: value for name, value in (usual | claims).items() if value is not None}
        return {"Authorization": f"Bearer {joserfc.jwt.encode({'alg': 'ES256', 'kid': key.kid}, said, key)}"}


@dataclass
class Site:
    """The pages as they are served, and the hand behind them that writes what the other services would."""

    address: str
    place: synthetic.Place
    _hosted: Hosted[Running]

    @property
    def running(self) -> Running:
        return self._hosted.running

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        """In the service's own loop."""
        return self._hosted.do(what)


def _risk(settings: GovernanceSettings) -> FastAPI:
    """What risk answers beside its stream: it checks and compares policies, and recomputes."""
    own = settings.model_dump(include=set(ServiceSettings.model_fields))
    return judging_api.create(RiskSettings(**(own | {"port": 0})), Readiness())


@pytest.fixture(scope="session")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all these tests."""
    folder = tmp_path_factory.mktemp("issuer")
    with listener() as (issuing, address), listener() as (listening, here), listener() as (judging, risk):
        issuer: Any = DevelopmentIssuer(folder, address)
        with (
            serving(development.application(folder, address), issuing),
            fresh_settings(servers, issuer, public_url=here, risk_url=risk, backtests=BACKTESTS) as settings,
            serving(_risk(settings), judging),
            hosting(run(settings, issuer), listening) as hosted,
        ):
            yield Site(here, hosted.do(synthetic.fill(hosted.running)), hosted)


@pytest.fixture(scope="session")
def browser(site: Site) -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_browser(), args=[*arguments, "--disable-dev-shm-usage"])
        yield made
        made.close()


@dataclass
class Watched:
    """Contexts in which nothing may go wrong unseen: an error of a script, a broken policy, a request elsewhere."""

    browser: Browser
    site: Site
    problems: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def page(self, **options: Any) -> Page:
        usual = {"locale": "en-GB", "timezone_id": "Europe/London", "base_url": self.site.address}
        context = self.browser.new_context(**(usual | options))
        context.set_default_timeout(15_000)
        context.route("**/*", self._gate)
        self._open.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", self._heard)
        return page

    def _gate(self, route: Route) -> None:
        if route.request.url.startswith("http://127.0.0.1:"):
            route.continue_()
            return
        self.problems.append(f"a request elsewhere: {route.request.url}")
        route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.problems.append(message.text)

    def close(self) -> None:
        for context in self._open:
            context.close()
        assert self.problems == []


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    made = Watched(browser, site)
    yield made
    made.close()


SignIn = Callable[..., Page]


@pytest.fixture
def signed_in(watched: Watched, site: Site) -> SignIn:
    """A page of somebody signed in at the issuer's own page, by clicking."""

    def sign_in(
        who: str = "quality-officer",
        then: str = "/",
        *,
        place: str = "",
        organisation: str = "",
        services: str = "",
        **options: Any,
    ) -> Page:
        page = watched.page(**options)
        page.goto(then)
        page.get_by_role("radio", name=re.compile(f"^{who}:")).check()
        page.get_by_label("Places").fill(place or site.place.code)
        if organisation:
            page.get_by_label("Organisation").select_option(organisation)
        if services:
            page.get_by_label("Services (role provider alone)").fill(services)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site.address}/**")
        return page

    return sign_in
