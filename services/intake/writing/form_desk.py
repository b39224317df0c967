"""What every page of the forms needs: the draft that the browser holds, forgery checks, limits, errors as pages."""

import hashlib
import hmac
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from fastapi import Depends, Request
from fastapi.routing import APIRoute
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake.parts import Parts
from services.intake.writing import form_pages, limits
from services.intake.writing.drafts import Draft, Drafts, Kind
from services.intake.writing.limits import Limit
from services.intake.writing.questions import Posted
from services.intake.writing.submitting import Submitting
from shared.journal import append
from shared.vault import KeyDestroyed
from shared.web.refusal import Refusal

log = logging.getLogger(__name__)

MOST_BYTES = 128 * 1024
MOST_FIELDS = 300
FORM = "application/x-www-form-urlencoded"
FAILED = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, append.Unavailable)


@dataclass(frozen=True, slots=True)
class Desk:
    """The forms' own parts."""

    parts: Parts
    drafts: Drafts
    submitting: Submitting
    is_secure: bool
    """Whether cookies go over TLS alone; only a local deployment has none."""

    async def held(self, request: Request, kind: Kind) -> tuple[Draft, str] | None:
        """The draft whose code the browser holds, and the code."""
        code = request.cookies.get(self.cookie(kind), "")
        draft = await self.drafts.find(kind, code, self.parts.now()) if code else None
        return (draft, code) if draft else None

    def hold(self, answer: Response, kind: Kind, code: str) -> None:
        """Let the browser hold this draft until it is closed."""
        answer.set_cookie(
            self.cookie(kind), code, path=f"/{kind}", secure=self.is_secure, httponly=True, samesite="lax"
        )

    def let_go(self, answer: Response, kind: Kind) -> None:
        """The browser holds no draft any more: the next person at this computer finds nothing."""
        answer.delete_cookie(self.cookie(kind), path=f"/{kind}", secure=self.is_secure, httponly=True, samesite="lax")

    def cookie(self, kind: Kind) -> str:
        """The cookie of one kind of form."""
        return f"{'__Secure-' if self.is_secure else ''}careledger-{kind}"

    def token(self, code: str) -> str:
        """What a page sends back, to show that it is ours."""
        return hmac.new(self.parts.digest_key, b"form " + code.encode(), hashlib.sha256).hexdigest()

    def must_be_ours(self, sent: Posted, code: str) -> None:
        """Raises Refusal for a page that we did not make for this browser."""
        if not hmac.compare_digest("".join(sent.get("token", ())[:1]).encode(), self.token(code).encode()):
            raise Refusal(403, "This page is out of date", "Go back, load the page again and send it once more.")

    async def count(self, request: Request, limit: Limit) -> None:
        """Count one try of this address. Raises Refusal, which says how long to wait."""
        address = request.client.host if request.client else "unknown"
        async with self.parts.pool.connection() as connection, connection.cursor() as cursor:
            wait = await limits.wait(cursor, limit, address, key=self.parts.digest_key, now=self.parts.now())
        if wait is not None:
            minutes = int(wait.total_seconds() // 60) + 1
            raise Refusal(
                429,
                "Please wait a little",
                f"There were very many tries from your network. Try again in {minutes} minutes. Nothing is lost.",
                "If it is urgent, telephone the council; if somebody is in danger, call 999.",
            )


class HtmlRoute(APIRoute):
    """Errors as pages: whoever fills in a form is no program."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises as a page."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except Refusal as refusal:
                return form_pages.message(refusal.title, *refusal.says, status=refusal.status)
            except KeyDestroyed:
                return form_pages.message("Your answers were deleted", "Please start again.", status=410)
            except FAILED as error:
                log.warning("a form was not served: %s: %.300s", type(error).__name__, error)
                return _out_of_order()

        return handle


def desk(request: Request) -> Desk:
    """For endpoints: the desk of this application."""
    made: Desk = request.app.state.desk
    return made


async def posted(request: Request) -> Posted:
    """What a page sent, by field. Raises Refusal for what no page of ours sends, or what came from elsewhere."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise _from_elsewhere()
    origin = request.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise _from_elsewhere()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refusal(415, "This cannot be read", "Please use the form on our page.")
    too_long = Refusal(413, "This is too long", "Go back and shorten your text. Nothing of it has been kept.")
    body = await _limited(request, too_long)
    try:
        return parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise too_long from error


async def _limited(request: Request, too_long: Refusal) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise too_long
    except HTTPException as error:  # the frame's own limit
        raise too_long from error
    return bytes(body)


def see(path: str) -> RedirectResponse:
    """On to another page, so that loading it again sends nothing again."""
    return RedirectResponse(path, 303)


def of(values: Posted, name: str) -> str:
    """One field that was sent, shortened to what could be meant."""
    sent: Sequence[str] = values.get(name, ())
    return sent[0].strip()[:1000] if sent else ""


def _from_elsewhere() -> Refusal:
    return Refusal(403, "This was not sent from our page", "Open our page and fill in the form there.")


def _out_of_order() -> HTMLResponse:
    return form_pages.message(
        "Sorry, this does not work at the moment",
        "Your last page was not saved. Go back and send it again in a few minutes.",
        "If it is urgent, telephone the council; if somebody is in danger, call 999.",
        status=503,
    )


Here = Annotated[Desk, Depends(desk)]
Sent = Annotated[Posted, Depends(posted)]
