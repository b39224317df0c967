"""Who is asking: bearer tokens verified against the issuer's keys, and what their bearer may do (architecture §9)."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import httpx2
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared import problems

logger = logging.getLogger(__name__)

ROLES: Final = frozenset(
    {
        "publisher",
        "quality-officer",
        "team-manager",
        "panel-chair",
        "icb-quality",
        "director",
        "safeguarding",
        "contracts-officer",
        "cqc-inspector",
        "provider",
        "auditor",
        "steward",
        "ops",
    }
)
ALGORITHMS: Final = ("ES256", "RS256")
LEEWAY_SECONDS: Final = 30


class InvalidToken(Exception):
    """The token proves nothing: the reason says which check it failed."""


class IssuerUnreachable(Exception):
    """The issuer's keys could not be fetched, so no token can be judged."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, in the issuer's word."""

    subject: str
    organisation: str
    """council, icb, nhs, …"""
    roles: frozenset[str]
    places: frozenset[str]
    """GSS codes. There is no wildcard: a token reaches the places it names, and no others."""
    publisher: str | None = None
    """In whose name it may publish (`icb-quality`)."""
    services: frozenset[str] = frozenset()
    """The services that somebody with the role `provider` answers for, by their ids: no others exist for them."""

    def may_see(self, place: str) -> bool:
        """Whether the token holds this place."""
        return place in self.places

    def has(self, *roles: str) -> bool:
        """Whether the token holds any of these roles."""
        return not self.roles.isdisjoint(roles)

    def demand_place(self, place: str) -> None:
        """Raises the 403 problem for a place that the token does not hold."""
        if not self.may_see(place):
            raise problems.Problem(403, "place-not-held", "Not allowed", f"Your token does not hold the place {place}.")


@dataclass
class Verifier:
    """Turns a token into a Principal. Keys are cached, and fetched once more for a key id that is not known."""

    issuer: str
    audience: str
    jwks_url: str
    timeout: float = 3.0
    refresh_seconds: float = 600.0
    keep_seconds: float = 3600.0
    """How long keys are trusted while the issuer does not answer; a withdrawn key lives no longer."""
    pause_seconds: float = 5.0
    """At least so long between two fetches, so that nobody can make us flood the issuer with invented key ids."""
    monotonic: Callable[[], float] = time.monotonic
    _keys: KeySet | None = field(default=None, init=False)
    _fetched: float = field(default=float("-inf"), init=False)
    _tried: float = field(default=float("-inf"), init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def verify(self, token: str) -> Principal:
        """Raises InvalidToken, or IssuerUnreachable when there are no keys to judge by."""
        try:
            keys = await self._keys_for(_key_id(token))
            claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                # Real time, never the development clock: the issuer does not move with it.
                now=lambda: int(time.time()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.audience},
                exp={"essential": True},
                sub={"essential": True},
                org={"essential": True},
            ).validate(claims)
        except JoseError as error:
            raise InvalidToken(error.description or error.error) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidToken("the token cannot be read") from error
        return _principal(claims)

    async def _keys_for(self, kid: str) -> KeySet:
        if self._usable(kid, self.refresh_seconds):
            return self._known()
        if self._lock.locked() and self._usable(kid, self.keep_seconds):
            return self._known()  # somebody is fetching, perhaps from an issuer that hangs: do not queue for it
        async with self._lock:
            due = not self._usable(kid, self.refresh_seconds)
            if due and self.monotonic() - self._tried >= self.pause_seconds:
                await self._fetch()
            if self.monotonic() - self._fetched > self.keep_seconds:
                self._keys = None
            return self._known()

    def _usable(self, kid: str, seconds: float) -> bool:
        fresh = self.monotonic() - self._fetched <= seconds
        return fresh and self._keys is not None and any(key.kid == kid for key in self._keys.keys)

    def _known(self) -> KeySet:
        if self._keys is None:
            raise IssuerUnreachable(self.jwks_url)
        return self._keys

    async def _fetch(self) -> None:
        self._tried = self.monotonic()
        try:
            async with httpx2.AsyncClient(timeout=self.timeout) as client:
                answer = (await client.get(self.jwks_url)).raise_for_status().json()
            public = [key for key in answer["keys"] if key.get("kty") in ("EC", "RSA") and key.get("kid")]
            self._keys = KeySet.import_key_set({"keys": public})
        except (httpx2.HTTPError, JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            logger.warning("the issuer's keys could not be fetched from %s: %s", self.jwks_url, error)
            return
        self._fetched = self.monotonic()


def _key_id(token: str) -> str:
    kid = jws.extract_compact(token.encode("ascii")).headers().get("kid")
    if not isinstance(kid, str):
        raise InvalidToken("the token names no key")
    return kid


def _principal(claims: dict[str, Any]) -> Principal:
    subject, organisation, publisher = claims["sub"], claims["org"], claims.get("publisher")
    if not isinstance(subject, str) or not isinstance(organisation, str) or not isinstance(publisher, str | None):
        raise InvalidToken("sub, org and publisher must be texts")
    lists = _texts(claims, "roles"), _texts(claims, "places")
    return Principal(subject, organisation, *lists, publisher or None, _texts(claims, "services"))


def _texts(claims: dict[str, Any], name: str) -> frozenset[str]:
    values = claims.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidToken(f"{name} must be a list of texts")
    return frozenset(values)


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the deployment's OIDC issuer.")


def _unauthenticated(reason: str) -> problems.Problem:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return problems.Problem(401, "unauthenticated", "A valid bearer token is needed", reason, headers=headers)


class Guard:
    """Whoever stands at a door and lets only these roles in. A test walks all routes and reads `.roles`.

    Raises ValueError for no role, or one unknown.
    """

    def __init__(self, *roles: str) -> None:
        if not roles or not ROLES.issuperset(roles):
            raise ValueError(f"name roles out of {sorted(ROLES)}, not {roles}")
        self.roles = frozenset(roles)


class Require(Guard):
    """The dependency that lets only bearers of one of its roles in."""

    async def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Principal:
        """Raises the problems 401 (no token, or an invalid one), 403 (no such role) and 503 (issuer unreachable)."""
        if credentials is None:
            raise _unauthenticated("Send the header `Authorization: Bearer …`.")
        verifier: Verifier = request.app.state.verifier
        try:
            principal = await verifier.verify(credentials.credentials)
        except InvalidToken as error:
            raise _unauthenticated(f"The token was refused: {error}.") from error
        except IssuerUnreachable as error:
            raise problems.unavailable("The sign-in service does not answer, so no token can be checked.") from error
        if not principal.has(*self.roles):
            needed = ", ".join(sorted(self.roles))
            raise problems.Problem(403, "role-not-held", "Not allowed", f"This needs one of the roles: {needed}.")
        return principal


def require(*roles: str) -> Require:
    """`principal: Annotated[Principal, Depends(require("steward"))]`. Raises ValueError for no role or one unknown."""
    return Require(*roles)


async def open_to_all() -> None:
    """Marks a route that asks for no token; a test holds the list of those there may be."""


PUBLIC: Final = Depends(open_to_all)
"""`@app.get("/concern", dependencies=[PUBLIC])`."""
