"""What the pages share: the sessions, where they are found, how a page looks, and what is answered when one fails."""

import logging
import re
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import psycopg
from eventsourcing.persistence import DataError, PersistenceError
from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.governance import asking, refusals
from services.governance.history import BadCursor
from services.governance.parts import KNOWING
from services.governance.past import NotArrived
from services.governance.web import navigation, words
from services.governance.web.counted import Counted, StillCounting
from services.governance.web.dashboard_rows import Dashboards
from services.governance.web.live import Live
from services.governance.web.saved_views import SavedViews
from services.governance.web.sessions import Session, Sessions
from shared import logs, problems
from shared.web import look
from shared.web.refusal import Refusal

log = logging.getLogger(__name__)

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
SERVICE: Final = "Care quality"
HEADERS: Final = look.HEADERS | {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
DONE: Final = re.compile(r"[a-z][a-z_.]{0,59}")
"""What a page may be told that was done: a step's name, so that no link can put words of its own here."""
UNFIT: Final = "That does not fit"
UNPROCESSABLE: Final = 422
TEXT: Final = 20
"""So many letters in several words are a text that somebody wrote, and would not write again."""
_asked: ContextVar[Request | None] = ContextVar("asked", default=None)
"""The request that is being answered, for what stands on every page."""


class NotSignedIn(Exception):
    """There is no session, or it is over."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The living parts of the pages alone."""

    sessions: Sessions
    live: Live
    dashboards: Dashboards
    saved: SavedViews
    counted: Counted = field(default_factory=Counted)


def desk(request: Request) -> Desk:
    """For endpoints: the desk of this application."""
    made: Desk = request.app.state.desk
    return made


Here = Annotated[Desk, Depends(desk)]


def page(template: str, session: Session | None, status: int = 200, **more: Any) -> HTMLResponse:
    """A page, with its reader's name and way out at the top."""
    templates = look.environment(TEMPLATES)
    templates.globals["say"] = words
    known: dict[str, Any] = {"service": SERVICE, "session": session, "foot": "", "mainClass": "app-wide"}
    if session is not None and (request := _asked.get()) is not None:
        done = DONE.fullmatch(request.query_params.get("done", ""))
        known |= {"sections": navigation.sections(session.principal, request.url.path), "done": done and done[0]}
    if session is not None:
        known["knows"] = session.principal.has(*KNOWING)
    return HTMLResponse(templates.get_template(template).render(known | more), status, HEADERS)


class PageRoute(APIRoute):
    """Errors as pages, and whoever is not signed in to the sign-in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises as a page."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            _asked.set(request)
            try:
                return await inner(request)
            except NotSignedIn:
                return await _sign_in(request)
            except ClientDisconnect:
                raise
            except Exception as error:
                refusal = _refusal(error)
                if refusal is None:
                    log.exception("%s %s: unexpected", request.method, request.url.path)
                    refusal = Refusal(500, "Something went wrong on our side", *_unexpected())
                elif refusal.status >= problems.unexpected().status:
                    log.warning("a page was not shown: %s: %.300s", type(error).__name__, error)
                return await _message(request, getattr(request.state, "session", None), refusal)

        return handle


async def _message(request: Request, session: Session | None, refusal: Refusal) -> Response:
    kept = await _written(request)
    return page("message.html", session, refusal.status, title=refusal.title, says=refusal.says, kept=kept)


async def _sign_in(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        then = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'then': then})}", 303)
    return await _message(request, None, Refusal(401, "You are not signed in", "Sign in, and try again."))


async def _written(request: Request) -> list[tuple[str, str]]:
    """The texts that somebody wrote into a form that was not taken, so that they are not lost with it.

    Shown to whoever sent them from a page of ours alone: no other site can put words of its own here.
    """
    if request.method == "GET" or request.headers.get("sec-fetch-site") != "same-origin":
        return []
    sent = (await request.form()).multi_items()
    texts = [(name, each) for name, each in sent if isinstance(each, str) and len(each) >= TEXT and " " in each.strip()]
    return [(words.plain(name.rpartition(".")[2]), each) for name, each in texts]


def _unexpected() -> tuple[str, ...]:
    number = logs.correlation.get()
    told = "It is logged. Try again; if it happens again, tell whoever runs this service"
    return (f"{told}, with this number: {number}." if number else f"{told}.",)


def _refusal(error: Exception) -> Refusal | None:
    found: Refusal | None = None
    match error:
        case Refusal():
            found = error
        case asking.Unknown():
            found = Refusal(404, "There is nothing here", "No provider or event of yours has this address.")
        case StillCounting():
            found = Refusal(503, "This is still being counted", "The record is long. Load the page again in a minute.")
        case NotArrived():
            said = words.spoken(str(error))
            found = Refusal(422, "That is not known yet", f"What was known then cannot be shown: {said}.")
        case BadCursor() | RequestValidationError() | DataError() | psycopg.DataError():
            found = Refusal(422, UNFIT, "Go back, and choose again.")
        case problems.Problem(status=status, title=title):
            why = [f"{each.problem} {each.fix}" for each in error.errors] or [error.detail or ""]
            found = Refusal(status, UNFIT if status == UNPROCESSABLE else title, *map(words.spoken, why))
        case HTTPException(status_code=status):
            found = Refusal(status, "This is not possible", str(error.detail))
        case PersistenceError() | psycopg.Error() | ConnectionError() | TimeoutError():
            found = Refusal(503, "This cannot be shown at the moment", "Try again in a minute. Nothing was lost.")
        case _ if (problem := refusals.problem_of(error)) is not None:  # as the interface refuses it
            found = _refusal(problem)
    return found
