"""Who may see a page: somebody signed in, in one of its roles; and what they send must come from a page of ours."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from services.governance.parts import KNOWING, READING
from services.governance.web import cookies
from services.governance.web.desk import NotSignedIn, desk
from services.governance.web.sessions import Session
from shared import security
from shared.web.refusal import Refusal

SAFE: Final = ("GET", "HEAD")
OURS: Final = ("same-origin", "none")


class SignedIn(security.Guard):
    """The dependency that lets only people of one of its roles in.

    It checks the form's token itself, on every route that is not a GET, so that no route can forget to.
    """

    async def __call__(self, request: Request) -> Session:
        """Raises NotSignedIn, Refusal."""
        # What the script fetches by itself is nobody's use: an open page does not keep its reader signed in.
        session = await found(request, used=request.headers.get("sec-fetch-mode", "navigate") == "navigate")
        request.state.session = session
        if not session.principal.has(*self.roles):
            needed = ", ".join(sorted(self.roles))
            raise Refusal(403, "This page is not for your role", f"It needs one of the roles: {needed}.")
        if request.method not in SAFE:
            await _must_be_ours(request, session)
        return session


async def found(request: Request, *, used: bool = True) -> Session:
    """The session of this browser. Raises NotSignedIn."""
    cookie = cookies.read(request, cookies.SESSION)
    session = await run_in_threadpool(desk(request).sessions.find, cookie, used=used) if cookie else None
    if session is None:
        raise NotSignedIn
    return session


async def _must_be_ours(request: Request, session: Session) -> None:
    if request.headers.get("sec-fetch-site", "same-origin") not in OURS:
        raise Refusal(403, "This did not come from a page of ours", "Nothing was changed. Start again from here.")
    sent = (await request.form()).get("csrf_token", "")
    if not session.is_ours(str(sent)):
        raise Refusal(403, "This page is out of date", "Nothing was changed. Load the page again, and send it again.")


Reader = Annotated[Session, Depends(SignedIn(*READING))]
Knower = Annotated[Session, Depends(SignedIn(*KNOWING))]
Anybody = Annotated[Session, Depends(SignedIn(*security.ROLES))]
"""Whoever is signed in."""
