"""Somebody signed in to the pages: a real session, its cookie, and the forms that go back."""

import re
from dataclasses import dataclass
from typing import Any

import httpx2

from services.governance.web.sessions import Sessions
from shared.security import Principal
from tests.component.governance.conftest import PEOPLE, PLACE, Running

COOKIE = "__Host-careledger-session"


@dataclass
class Browser:
    """One person's browser, as far as HTTP goes."""

    running: Running
    cookie: str

    @property
    def sessions(self) -> Sessions:
        return self.running.app.state.desk.sessions

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        usual = {"Cookie": f"{COOKIE}={self.cookie}", "Accept": "text/html"}
        return await self.running.client.get(path, headers=usual | headers)

    async def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx2.Response:
        usual = {"Cookie": f"{COOKIE}={self.cookie}", "Accept": "text/html"}
        return await self.running.client.post(path, data=data, headers=usual | headers)

    async def csrf(self) -> str:
        """What the forms of this session carry."""
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', (await self.get("/dashboards")).text)
        assert found
        return found[1]


def sign_in(running: Running, who: str = "officer", *, place: str = PLACE, **changes: Any) -> Browser:
    """Somebody of the tests, signed in as the sign-in would."""
    claims = {"places": [place, "X00000077"], "org": "council"} | PEOPLE[who] | changes
    principal = Principal(
        claims["sub"], claims["org"], frozenset(claims["roles"]), frozenset(claims["places"]), "council-quality",
        frozenset(claims.get("services", ())),
    )  # fmt: skip
    token = running.issuer.token(**claims)
    sessions: Sessions = running.app.state.desk.sessions
    return Browser(running, sessions.begin(principal, f"{who} (synthetic)", token))
