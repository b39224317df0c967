"""Tokens against a real issuer: which are taken, which are refused, and what happens when the issuer is away."""

import asyncio
import base64
import hmac
import json
from typing import Annotated, Any

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared import security, service
from tests.support import settings as given
from tests.support.issuer import AUDIENCE, Issuer, issuer

__all__ = ["issuer"]


def _client(issuer: Issuer) -> TestClient:
    api = service.create_api("test", given.settings(issuer=issuer.url, jwks_url=issuer.jwks_url))

    @api.get("/places/{place}")
    async def read(
        place: str, principal: Annotated[security.Principal, Depends(security.require("steward", "auditor"))]
    ) -> dict[str, Any]:
        principal.demand_place(place)
        return {"by": principal.subject, "for": principal.publisher}

    return TestClient(api)


def _get(issuer: Issuer, token: str, place: str = "E06000019") -> Any:
    return _client(issuer).get(f"/places/{place}", headers={"Authorization": f"Bearer {token}"})


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


class TestTakes:
    def test_a_good_token(self, issuer: Issuer) -> None:
        answer = _get(issuer, issuer.token())

        assert (answer.status_code, answer.json()) == (200, {"by": "ann", "for": "council-quality"})

    def test_one_for_several_audiences_or_just_expired(self, issuer: Issuer) -> None:
        now = issuer.claims()["exp"] - 300

        assert _get(issuer, issuer.token(aud=["other", AUDIENCE])).status_code == 200
        assert _get(issuer, issuer.token(exp=now - security.LEEWAY_SECONDS + 20)).status_code == 200

    def test_rsa_as_well(self, issuer: Issuer) -> None:
        key = RSAKey.generate_key(2048, {"kid": "rsa"})
        issuer.published.append(key)  # type: ignore[arg-type]
        token = jwt.encode({"alg": "RS256", "kid": "rsa"}, issuer.claims(), key, ["RS256"])

        assert _get(issuer, token).status_code == 200


class TestRefuses:
    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "somebody-else"},
            {"iss": "https://other.example"},
            {"exp": 1},
            {"exp": None},
            {"exp": "soon"},
            {"nbf": 99_999_999_999},
            {"sub": None},
            {"sub": ""},
            {"sub": 7},
            {"org": None},
            {"aud": None},
            {"roles": "steward"},
            {"roles": [1]},
            {"places": "E06000019"},
            {"publisher": ["council-quality"]},
        ],
    )
    def test_wrong_claims(self, issuer: Issuer, changes: dict[str, Any]) -> None:
        answer = _get(issuer, issuer.token(**changes))

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.headers["content-type"] == "application/problem+json"

    def test_an_unsigned_token(self, issuer: Issuer) -> None:
        token = f"{_encoded({'alg': 'none', 'kid': 'first'})}.{_encoded(issuer.claims())}."

        assert _get(issuer, token).status_code == 401

    def test_another_key_under_a_known_id(self, issuer: Issuer) -> None:
        forged = ECKey.generate_key("P-256", {"kid": "first"})

        assert _get(issuer, issuer.token(key=forged)).status_code == 401

    def test_the_public_key_used_as_a_shared_secret(self, issuer: Issuer) -> None:
        signed = f"{_encoded({'alg': 'HS256', 'kid': 'first'})}.{_encoded(issuer.claims())}"
        mark = hmac.digest(issuer.key.as_pem(private=False), signed.encode(), "sha256")

        assert _get(issuer, f"{signed}.{_base64(mark)}").status_code == 401

    def test_a_changed_token(self, issuer: Issuer) -> None:
        head, _, signature = issuer.token().split(".")
        claims = issuer.claims(places=["E10000019"])

        assert _get(issuer, f"{head}.{_encoded(claims)}.{signature}", "E10000019").status_code == 401

    def test_a_token_without_key_id(self, issuer: Issuer) -> None:
        token = jwt.encode({"alg": "ES256"}, issuer.claims(), issuer.key, ["ES256"])

        assert _get(issuer, token).status_code == 401

    def test_no_token_or_another_scheme(self, issuer: Issuer) -> None:
        client = _client(issuer)

        assert client.get("/places/E06000019").status_code == 401
        assert client.get("/places/E06000019", headers={"Authorization": "Basic YTpi"}).status_code == 401

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
    @for_any(
        token=st.one_of(st.text(), st.binary(max_size=60).map(lambda raw: f"{base64.b64encode(raw).decode()}.e30."))
    )
    def test_any_rubbish_is_refused_and_breaks_nothing(self, issuer: Issuer, token: str) -> None:
        verifier = security.Verifier(issuer.url, AUDIENCE, issuer.jwks_url)

        with pytest.raises(security.InvalidToken):
            asyncio.run(verifier.verify(token))


class TestForbids:
    def test_a_role_that_is_not_held(self, issuer: Issuer) -> None:
        answer = _get(issuer, issuer.token(roles=["publisher"]))

        assert (answer.status_code, answer.json()["type"]) == (403, "urn:careledger:problem:role-not-held")
        assert "auditor, steward" in answer.json()["detail"]

    def test_a_token_without_roles(self, issuer: Issuer) -> None:
        assert _get(issuer, issuer.token(roles=None)).status_code == 403

    def test_a_place_that_is_not_held(self, issuer: Issuer) -> None:
        answer = _get(issuer, issuer.token(), "E10000019")

        assert (answer.status_code, answer.json()["type"]) == (403, "urn:careledger:problem:place-not-held")

    def test_every_place_to_a_token_without_places(self, issuer: Issuer) -> None:
        assert _get(issuer, issuer.token(places=None)).status_code == 403
        assert _get(issuer, issuer.token(places=["*"])).status_code == 403

    def test_a_route_cannot_be_declared_without_a_known_role(self) -> None:
        for roles in ((), ("stewart",)):
            with pytest.raises(ValueError, match="name roles"):
                security.require(*roles)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class TestKeys:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def verifier(self, issuer: Issuer, clock: Clock) -> security.Verifier:
        return security.Verifier(issuer.url, AUDIENCE, issuer.jwks_url, timeout=1.0, monotonic=clock)

    async def test_are_fetched_once_for_many_tokens(self, issuer: Issuer, verifier: security.Verifier) -> None:
        await asyncio.gather(*(verifier.verify(issuer.token()) for _ in range(20)))

        assert issuer.fetches == 1

    async def test_a_new_one_is_found(self, issuer: Issuer, verifier: security.Verifier, clock: Clock) -> None:
        old = issuer.token()
        await verifier.verify(old)
        issuer.rotate()
        clock.seconds += verifier.pause_seconds

        assert (await verifier.verify(issuer.token())).subject == "ann"
        assert (await verifier.verify(old)).subject == "ann"
        assert issuer.fetches == 2

    async def test_invented_ids_do_not_flood_the_issuer(
        self, issuer: Issuer, verifier: security.Verifier, clock: Clock
    ) -> None:
        for number in range(20):
            with pytest.raises(security.InvalidToken):
                await verifier.verify(issuer.token(key=ECKey.generate_key("P-256", {"kid": f"invented-{number}"})))

        assert issuer.fetches == 1
        assert (await verifier.verify(issuer.token())).subject == "ann"

    async def test_a_withdrawn_one_is_forgotten(
        self, issuer: Issuer, verifier: security.Verifier, clock: Clock
    ) -> None:
        stolen = issuer.token()
        await verifier.verify(stolen)
        issuer.rotate()
        issuer.published = [issuer.key]
        clock.seconds += verifier.refresh_seconds + 1

        with pytest.raises(security.InvalidToken):
            await verifier.verify(stolen)

    async def test_are_kept_while_the_issuer_is_away_but_not_for_ever(
        self, issuer: Issuer, verifier: security.Verifier, clock: Clock
    ) -> None:
        token = issuer.token()
        await verifier.verify(token)
        issuer.close()

        clock.seconds += verifier.refresh_seconds + 1
        assert (await verifier.verify(token)).subject == "ann"
        clock.seconds += verifier.keep_seconds
        with pytest.raises(security.IssuerUnreachable):
            await verifier.verify(token)

    @pytest.mark.parametrize("status", [404, 500])
    async def test_an_issuer_that_fails_is_not_believed(
        self, issuer: Issuer, verifier: security.Verifier, status: int, clock: Clock
    ) -> None:
        issuer.status = status
        with pytest.raises(security.IssuerUnreachable):
            await verifier.verify(issuer.token())

        issuer.status = 200
        clock.seconds += verifier.pause_seconds
        assert (await verifier.verify(issuer.token())).subject == "ann"

    def test_an_issuer_that_cannot_be_reached_is_503(self, issuer: Issuer) -> None:
        token = issuer.token()
        issuer.close()

        answer = _get(issuer, token)

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert issuer.url not in answer.text
