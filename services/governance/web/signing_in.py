"""Signing in and out: OpenID Connect, the code flow with PKCE, state and nonce (architecture §9)."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from joserfc.errors import JoseError
from starlette.responses import RedirectResponse, Response

from services.governance.settings import GovernanceSettings
from services.governance.web import cookies
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Anybody
from services.governance.web.sessions import ABSOLUTE, SIGN_IN
from shared.security import PUBLIC, InvalidToken, IssuerUnreachable, Principal, Verifier
from shared.web.refusal import Refusal

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False, route_class=PageRoute)
AGAIN = "Start again from the front page. If it happens again, ask whoever runs this service."


def client(settings: GovernanceSettings) -> Any:
    """What speaks with the issuer, as its discovery document says."""
    secret = settings.client_secret
    known = OAuth()
    known.register(
        "issuer",
        client_id=settings.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            "timeout": 5,
        },
    )
    return known.issuer


@router.get("/sign-in", dependencies=[PUBLIC])
async def sign_in(request: Request, here: Here, then: str = "/") -> Response:
    """On to the issuer. What its answer must be compared with stays here, under a cookie of ten minutes."""
    kept: dict[str, Any] = {}
    request.scope["session"] = kept  # where the library puts state, nonce and verifier
    settings: GovernanceSettings = request.app.state.settings
    try:
        answer: Response = await request.app.state.issuer.authorize_redirect(
            request, f"{settings.public_url.rstrip('/')}/sign-in/back"
        )
    except (httpx2.HTTPError, OAuthError, ValueError, RuntimeError) as error:
        raise _no_issuer(error) from error
    cookie = await run_in_threadpool(here.sessions.keep_sign_in, {"kept": kept, "then": _local(then)})
    cookies.give(request, answer, cookies.SIGN_IN, cookie, int(SIGN_IN.total_seconds()))
    return answer


@router.get("/sign-in/back", dependencies=[PUBLIC])
async def back(request: Request, here: Here) -> Response:
    """From the issuer: its code is exchanged for tokens, and these for a session."""
    cookie = cookies.read(request, cookies.SIGN_IN)
    begun = await run_in_threadpool(here.sessions.take_sign_in, cookie) if cookie else None
    if begun is None:
        raise Refusal(400, "This sign-in was begun elsewhere, or took too long", AGAIN)
    request.scope["session"] = begun["kept"]
    tokens = await _tokens(request)
    principal = await _principal(request.app.state.verifier, tokens)
    name = str(tokens["userinfo"].get("name") or principal.subject)
    session = await run_in_threadpool(here.sessions.begin, principal, name, tokens["access_token"])
    if old := cookies.read(request, cookies.SESSION):
        await run_in_threadpool(here.sessions.end, old)
    answer = RedirectResponse(begun["then"], 303)
    cookies.give(request, answer, cookies.SESSION, session, int(ABSOLUTE.total_seconds()))
    cookies.give(request, answer, cookies.SIGN_IN, "", 0)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, session: Anybody, here: Here) -> Response:
    """The session is over at once, wherever its cookie may be."""
    await run_in_threadpool(here.sessions.end, session.cookie)
    answer = RedirectResponse("/signed-out", 303)
    cookies.give(request, answer, cookies.SESSION, "", 0)
    return answer


@router.get("/signed-out", dependencies=[PUBLIC])
async def signed_out() -> Response:
    """The last page."""
    return page("message.html", None, title="You are signed out", says=("Close the browser on a shared computer.",))


async def _tokens(request: Request) -> Mapping[str, Any]:
    try:
        tokens: Mapping[str, Any] = await request.app.state.issuer.authorize_access_token(request)
    except (OAuthError, JoseError) as error:
        log.warning("a sign-in was refused: %s: %.200s", type(error).__name__, error)
        raise Refusal(400, "You could not be signed in", AGAIN) from error
    except (httpx2.HTTPError, ValueError, RuntimeError) as error:
        raise _no_issuer(error) from error
    if not tokens.get("userinfo") or not tokens.get("access_token"):
        raise Refusal(400, "You could not be signed in", AGAIN)
    return tokens


async def _principal(verifier: Verifier, tokens: Mapping[str, Any]) -> Principal:
    """Roles, organisation and places are those of the access token, checked as every bearer token is."""
    try:
        principal = await verifier.verify(tokens["access_token"])
    except InvalidToken as error:
        log.warning("the issuer's token is not for this service: %s", error)
        raise Refusal(400, "You could not be signed in", AGAIN) from error
    except IssuerUnreachable as error:
        raise _no_issuer(error) from error
    if principal.subject != tokens["userinfo"].get("sub"):
        log.warning("the issuer's two tokens are of two people")
        raise Refusal(400, "You could not be signed in", AGAIN)
    return principal


def _no_issuer(error: Exception) -> Refusal:
    log.warning("the issuer does not answer: %s: %.200s", type(error).__name__, error)
    return Refusal(503, "The sign-in service does not answer", "Try again in a few minutes.")


def _local(then: str) -> str:
    """Back to a page of ours, never elsewhere."""
    is_ours = then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable()
    return then if is_ours else "/"
