"""The development issuer: the code flow with PKCE, refused in every part that does not fit, and outside development."""

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.testclient import TestClient

from deploy.local import issuer, signing_in, tokens

HERE = "http://127.0.0.1:8010"
VERIFIER = "v" * 50
ASKED = {
    "response_type": "code",
    "client_id": "careledger-pages",
    "redirect_uri": "http://127.0.0.1:8003/sign-in/back",
    "scope": "openid profile",
    "state": "a-state",
    "nonce": "a-nonce",
    "code_challenge_method": "S256",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
}
CHOSEN = {"who": "panel-chair", "organisation": "", "places": "X00000001, X00000002", "person": "second"}
SENT = {"grant_type": "authorization_code", "redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(issuer.application(tmp_path, HERE), follow_redirects=False)


def code(client: TestClient, **changes: str) -> str:
    answer = client.post("/authorize", data=ASKED | CHOSEN | changes)
    assert answer.status_code == 303, answer.text
    said = parse_qs(urlsplit(answer.headers["location"]).query)
    assert said["state"] == ["a-state"]
    return said["code"][0]


def test_the_page_offers_every_persona_and_the_places_of_the_demonstration(client: TestClient):
    page = client.get("/authorize", params=ASKED).text

    assert all(f'value="{name}"' in page for name in tokens.personas())
    assert "X00000001, X00000002" in page


def test_a_code_becomes_tokens_of_whom_was_chosen(client: TestClient):
    said = client.post("/token", data=SENT | {"code": code(client)}).json()

    keys = KeySet.import_key_set(client.get("/jwks.json").json())
    who = jwt.decode(said["id_token"], keys).claims
    may = jwt.decode(said["access_token"], keys).claims
    assert (who["iss"], who["aud"], who["nonce"], who["sub"]) == (HERE, "careledger-pages", "a-nonce", may["sub"])
    assert (may["sub"], may["roles"]) == ("council.panel-chair.second", ["panel-chair"])
    assert may["places"] == ["X00000001", "X00000002"]


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "w" * 50}, {"redirect_uri": "http://127.0.0.1:1/"}, {"grant_type": "password"}]
)
def test_a_code_is_used_up_by_whoever_cannot_show_what_belongs_to_it(client: TestClient, wrong: dict[str, str]):
    given = code(client)

    assert client.post("/token", data=SENT | {"code": given} | wrong).status_code == 400
    assert client.post("/token", data=SENT | {"code": given}).json()["error"] == "invalid_grant"


def test_a_code_is_good_once_and_for_a_minute(tmp_path: Path):
    now = [0.0]
    codes = signing_in.Codes(tmp_path, HERE, monotonic=lambda: now[0])

    def new() -> str:
        return parse_qs(urlsplit(codes.choose(codes.asked(ASKED), **CHOSEN)).query)["code"][0]

    first, second = new(), new()
    assert codes.redeem(SENT | {"code": first})
    with pytest.raises(signing_in.Refused):
        codes.redeem(SENT | {"code": first})
    now[0] = 60.0
    with pytest.raises(signing_in.Refused):
        codes.redeem(SENT | {"code": second})


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"nonce": ""},
        {"redirect_uri": "https://elsewhere.example/back"},
        {"redirect_uri": "http://elsewhere.example/back"},
    ],
)
def test_what_is_less_than_the_code_flow_with_pkce_is_refused(client: TestClient, wrong: dict[str, str]):
    assert client.get("/authorize", params=ASKED | wrong).status_code == 400
    assert client.post("/authorize", data=ASKED | CHOSEN | wrong).status_code == 400


def test_it_does_not_exist_outside_development(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setenv("ENVIRONMENT", "production")

    with pytest.raises(tokens.NotLocal):
        issuer.application(tmp_path, HERE)
