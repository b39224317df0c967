"""Our cookies: for this host alone, unreadable to scripts, and never in clear but on a developer's own machine."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

from services.governance.settings import GovernanceSettings

SESSION: Final = "careledger-session"
SIGN_IN: Final = "careledger-sign-in"


def read(request: Request, name: str) -> str | None:
    """What the browser sent."""
    return request.cookies.get(_name(request, name))


def give(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    """Set one; 0 seconds take it away."""
    secure = not _plain(request)
    answer.set_cookie(
        _name(request, name), value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
    )


def _name(request: Request, name: str) -> str:
    # The prefix makes browsers refuse one that is not Secure, or that another host of the domain has set.
    return name if _plain(request) else f"__Host-{name}"


def _plain(request: Request) -> bool:
    settings: GovernanceSettings = request.app.state.settings
    return settings.is_plain_http
