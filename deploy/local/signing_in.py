"""Signing in at the development issuer: a page to choose who one is, a code, and the tokens for it (OIDC, PKCE)."""

import base64
import hashlib
import json
import pathlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import joserfc.jwt

from deploy.local import tokens

CODE_SECONDS = 60
ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
LOOPBACK = ("127.0.0.1", "localhost")


class Refused(Exception):
    """What a client asked for is not given: `error` is the protocol's own word."""

    def __init__(self, error: str, says: str) -> None:
        super().__init__(says)
        self.error = error


@dataclass(frozen=True)
class Chosen:
    """Who somebody said they were, and what the client must still show."""

    who: str
    organisation: str
    places: tuple[str, ...]
    person: str
    services: tuple[str, ...]
    asked: Mapping[str, str]
    until: float


@dataclass
class Codes:
    """Codes that were given out: each is good once, and for a minute."""

    directory: pathlib.Path
    issuer: str
    monotonic: Callable[[], float] = time.monotonic
    _given: dict[str, Chosen] = field(default_factory=dict)

    def asked(self, query: Mapping[str, str]) -> dict[str, str]:
        """What the client asks for. Raises Refused for anything but a code with PKCE, for a client on this machine."""
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            raise Refused("invalid_request", "only the code flow with PKCE (S256) is offered")
        if missing := [name for name in ASKED if not query.get(name)]:
            raise Refused("invalid_request", f"{', '.join(missing)} must be given")
        address = urlsplit(query["redirect_uri"])
        if address.scheme != "http" or address.hostname not in LOOPBACK:
            raise Refused("invalid_request", "the development issuer leads back to this machine alone")
        return {name: query[name] for name in ASKED}

    def choose(
        self, asked: Mapping[str, str], who: str, organisation: str, places: str, person: str, *, services: str = ""
    ) -> str:
        """The address to go back to, with a code. Raises Refused."""
        if who not in tokens.personas():
            raise Refused("invalid_request", "there is no such persona")
        held, own = (tuple(dict.fromkeys(each.replace(",", " ").split())) for each in (places, services))
        now = self.monotonic()
        self._given = {code: one for code, one in self._given.items() if one.until > now}
        code = secrets.token_urlsafe(24)
        self._given[code] = Chosen(who, organisation, held, person, own, asked, now + CODE_SECONDS)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, sent: Mapping[str, str]) -> dict[str, object]:
        """The tokens for a code. Raises Refused: it is used up, whatever is wrong."""
        chosen = self._given.pop(sent.get("code", ""), None)
        if sent.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "give a code")
        if chosen is None or chosen.until <= self.monotonic():
            raise Refused("invalid_grant", "this code was never given, was used, or is too old")
        if sent.get("redirect_uri") != chosen.asked["redirect_uri"]:
            raise Refused("invalid_grant", "the code was given for another address")
        if not _shows(sent.get("code_verifier", ""), chosen.asked["code_challenge"]):
            raise Refused("invalid_grant", "the verifier is not the one whose digest was sent")
        return {"token_type": "Bearer", "expires_in": tokens.HOURS * 3600, **self._tokens(chosen)}

    def _tokens(self, chosen: Chosen) -> dict[str, object]:
        organisation = chosen.organisation or None
        access = tokens.token(
            self.directory, self.issuer, chosen.who, chosen.places, organisation, person=chosen.person,
            services=chosen.services,
        )  # fmt: skip
        who = chosen.who.replace("-", " ")
        said, signing, now = _said(access), tokens.key(self.directory), int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": chosen.asked["client_id"],
            "iat": now,
            "exp": now + CODE_SECONDS * 5,
            "sub": said["sub"],
            "nonce": chosen.asked["nonce"],
            "name": f"{who} of {said['org']}" + (f" ({chosen.person})" if chosen.person else ""),
        }
        return {
            "access_token": access,
            "id_token": joserfc.jwt.encode({"alg": "ES256", "kid": signing.kid}, claims, signing),
        }


def _shows(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), challenge.encode())


def _said(token: str) -> dict[str, str]:
    body = token.split(".")[1]
    found: dict[str, str] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found
