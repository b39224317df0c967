"""The permission walk: every role at every form that is sent, and whoever is not signed in."""

import re

import pytest

from services.governance.web import doors
from shared.security import ROLES
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import PLACE, Running

IN_THE_SERVICE = pytest.mark.asyncio(loop_scope="package")
NOT_YOURS = re.compile("This page is not for your role|Meetings are not open to inspectors")
PUBLIC = {"/", "/pages.css", "/pages.js", "/sign-in", "/sign-in/back", "/signed-out", "/status"}


def test_the_document_says_what_the_doors_say() -> None:
    assert doors.PAGE.read_text() == doors.table(doors.doors()), "run `python -m services.governance.web.doors`"


def test_nothing_is_open_that_shows_anything() -> None:
    assert {door.path for door in doors.doors() if not door.roles} == PUBLIC


@IN_THE_SERVICE
async def test_every_role_at_every_form(governance: Running) -> None:
    """Pages are opened in a browser, in every role: tests/browser/test_personas.py."""
    provider = await governance.register(name="Walked House (synthetic)")
    walkers = {role: sign_in(governance, roles=[role], sub=f"walker-{role}") for role in sorted(ROLES)}
    wrong = []
    for door in doors.doors():
        path = re.sub(r"\{[^}]*\}", "x", door.path.replace("{provider_id}", provider).replace("{place}", PLACE))
        for role, browser in walkers.items() if "POST" in door.methods else ():
            answer = await browser.post(path)
            assert answer.status_code < 500, (path, answer.text[:300])
            is_let_in = NOT_YOURS.search(answer.text) is None
            if is_let_in is not (role in door.roles):
                wrong.append((role, sorted(door.methods), door.path))
    assert wrong == []


@IN_THE_SERVICE
async def test_nobody_comes_in_without_signing_in(governance: Running) -> None:
    stranger = Browser(governance, "nobody")
    for door in doors.doors():
        if door.path not in PUBLIC:
            path = re.sub(r"\{[^}]*\}", "x", door.path)
            answer = await (stranger.get(path) if "GET" in door.methods else stranger.post(path))
            assert answer.status_code in (303, 401), (door.path, answer.status_code)
            assert answer.headers.get("location", "/sign-in").startswith("/sign-in"), door.path
