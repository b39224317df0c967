"""Signing in at the development issuer, end to end; and every way in which somebody could try to be somebody else."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
import pytest_asyncio

from deploy.local import issuer as development
from tests.component.governance.conftest import PLACE, Running, fresh_settings, run
from tests.support.issuer import Issuer
from tests.support.servers import Servers
from tests.support.serving import listener, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
HTML = {"Accept": "text/html"}


@dataclass
class Visitor:
    """A browser between governance and the issuer, which keeps cookies."""

    running: Running
    outside: httpx2.AsyncClient
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> httpx2.Response:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.running.client.get(path, headers=HTML | {"Cookie": sent})
        for given in answer.headers.get_list("set-cookie"):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer

    async def choose(self, address: str, who: str = "quality-officer", places: str = PLACE) -> str:
        """At the issuer; the path at governance to which it leads back."""
        page = (await self.outside.get(address)).raise_for_status().text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        chosen = hidden | {"who": who, "organisation": "", "places": places, "person": ""}
        answer = await self.outside.post(address.partition("?")[0], data=chosen)
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def local(servers: Servers, tokens: Issuer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A governance of its own, whose issuer is the development issuer."""
    folder: Path = tmp_path_factory.mktemp("issuer")
    with listener() as (listens, address), serving(development.application(folder, address), listens):
        theirs: Any = SimpleNamespace(url=address, jwks_url=f"{address}/jwks.json")
        with fresh_settings(servers, theirs, public_url="http://127.0.0.1:8003") as settings:
            async with run(settings, tokens) as running:
                yield running


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(local: Running) -> AsyncIterator[Visitor]:
    async with httpx2.AsyncClient() as outside:
        yield Visitor(local, outside)


async def test_whoever_signs_in_comes_to_the_page_that_they_wanted(visitor: Visitor):
    wanted = (await visitor.get("/dashboards?x=1")).headers["location"]
    asked = await visitor.get(wanted)
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["state"] != query["nonce"]

    back = await visitor.get(await visitor.choose(asked.headers["location"]))

    assert (back.status_code, back.headers["location"]) == (303, "/dashboards?x=1")
    given = next(each for each in back.headers.get_list("set-cookie") if "careledger-session" in each)
    assert all(word in given for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28800"))
    shown = await visitor.get(f"/dashboards/{PLACE}/care-homes")
    assert shown.status_code == 200
    assert "Signed in: quality officer of council" in shown.text


async def _asked(visitor: Visitor) -> str:
    return str((await visitor.get("/sign-in")).headers["location"])


async def test_a_signing_in_that_another_browser_began_is_refused(visitor: Visitor, local: Running):
    back = await visitor.choose(await _asked(visitor))
    async with httpx2.AsyncClient() as outside:
        other = Visitor(local, outside)
        assert (await other.get(back)).status_code == 400
        await other.get("/sign-in")
        assert (await other.get(back)).status_code == 400, "its own state is another"
        assert not any(other.cookies.get(name) for name in other.cookies if "session" in name)


async def test_a_changed_state_is_refused(visitor: Visitor):
    back = await visitor.choose(await _asked(visitor))

    assert (await visitor.get(re.sub(r"state=[^&]+", "state=other", back))).status_code == 400


async def test_the_same_way_back_is_good_once(visitor: Visitor):
    back = await visitor.choose(await _asked(visitor))

    assert (await visitor.get(back)).status_code == 303
    assert (await visitor.get(back)).status_code == 400


async def test_a_changed_nonce_or_challenge_is_refused(visitor: Visitor):
    """The token of another signing-in does not fit this one; nor does a code that was asked for by another verifier."""
    for name in ("nonce", "code_challenge"):
        asked = urlsplit(await _asked(visitor))
        query = {key: values[0] for key, values in parse_qs(asked.query).items()} | {name: "A" * 43}
        back = await visitor.choose(asked._replace(query=urlencode(query)).geturl())
        assert (await visitor.get(back)).status_code == 400, name


async def test_signing_in_again_ends_the_session_before(visitor: Visitor):
    await visitor.get(await visitor.choose(await _asked(visitor)))
    before = dict(visitor.cookies)
    await visitor.get(await visitor.choose(await _asked(visitor)))

    assert (await visitor.get("/dashboards")).status_code in (200, 303)
    visitor.cookies = before
    assert (await visitor.get("/dashboards")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
async def test_nobody_is_led_elsewhere(visitor: Visitor, elsewhere: str):
    asked = (await visitor.get(f"/sign-in?{urlencode({'then': elsewhere})}")).headers["location"]

    back = await visitor.get(await visitor.choose(asked))

    assert back.headers["location"] == "/"


async def test_a_role_that_no_page_is_for_is_told_so_and_can_sign_out(visitor: Visitor):
    await visitor.get(await visitor.choose(await _asked(visitor), who="publisher"))

    refused = await visitor.get("/dashboards")

    assert refused.status_code == 403
    assert "not for your role" in refused.text
    assert "/sign-out" in refused.text
