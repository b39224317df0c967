"""No door stands open unnoticed: every route of every service asks for a role, or is on the list below."""

import importlib
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.architecture import routes
from tests.support import settings as given

SERVICES = ("intake", "risk", "governance", "notify")
FRAME = {"GET /healthz", "GET /readyz", "GET /metrics"}
DOCUMENTS = {"GET /openapi.json", "GET /docs", "GET /docs/oauth2-redirect"}
"""What an interface looks like is no secret. The framework hangs these doors, so they bear no mark."""
STEPS = ("questions/{name}", "answers", "save", "resume")
FORMS = {
    f"{how} /{form}/{step}" for form in ("concern", "feedback", "returns") for step in STEPS for how in ("GET", "POST")
}
FORMS |= {f"GET /{form}/sent" for form in ("concern", "feedback", "returns")}
"""Pages of the forms: whoever begins may write, and a secret code alone opens what somebody has written."""
STARTS = {f"{method} /{form}" for form in ("concern", "feedback") for method in ("GET", "POST")}
STATUS = {"GET /concern/status", "POST /concern/status", "GET /returns/{token}", "POST /returns/{token}"}
STATUS |= {"GET /drafts/{token}", "POST /drafts/{token}", "GET /drafts/{token}/files/{number}"}
OPEN = {
    "intake": FRAME | FORMS | STARTS | STATUS | {"GET /look.css", "GET /concern/{place}", "GET /feedback/{place}"},
    "risk": FRAME,
    # The status page, the way in and out, the look and the script: they name no provider and no person.
    "governance": FRAME
    | {"GET /", "GET /status", "GET /sign-in", "GET /sign-in/back", "GET /signed-out"}
    | {"GET /look.css", "GET /pages.css", "GET /pages.js"},
    # The signed link of a message is its own permission; GOV.UK Notify calls back with a token that it was given.
    "notify": FRAME
    | {"GET /acknowledge/{token}", "POST /acknowledge/{token}", "GET /look.css", "POST /v1/callbacks/govuk-notify"},
}


def _app(service: str) -> FastAPI:
    app, *_ = importlib.import_module(f"services.{service}.app").create(given.settings_of(service))
    assert isinstance(app, FastAPI)
    return app


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_asks_for_a_role_or_is_on_the_list(service: str) -> None:
    doors = routes.doors(_app(service))

    assert {door.name for door in doors if not door.roles} == OPEN[service] | DOCUMENTS


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_on_the_list_is_marked_where_it_stands(service: str) -> None:
    doors = routes.doors(_app(service))

    assert {door.name for door in doors if door.marked_public} == OPEN[service]


@pytest.mark.parametrize("service", SERVICES)
def test_more_stands_behind_the_guarded_doors_than_before_them(service: str) -> None:
    """The walk sees what the service is for: a change of the framework may not make it blind."""
    assert [door for door in routes.doors(_app(service)) if door.path.startswith("/v1/") and door.roles]


@pytest.mark.parametrize("service", SERVICES)
def test_a_caller_without_a_token_gets_past_no_guarded_door(service: str) -> None:
    app = _app(service)
    caller = TestClient(app)

    answers = {
        door.name: caller.request(door.methods.partition(",")[0], re.sub(r"{[^}]*}", "1", door.path)).status_code
        for door in routes.doors(app)
        if door.roles
    }

    assert set(answers.values()) == {401}, answers
