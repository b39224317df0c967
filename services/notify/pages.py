"""The acknowledgement page that a message links to: GET shows, POST acknowledges, so that a mail scanner does not."""

from functools import cache
from pathlib import Path as File
from typing import Annotated, Any

import jinja2
from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse

from services.notify import links
from services.notify.acknowledgement import NoSuchDelivery, NotTold
from services.notify.application import Notify
from services.notify.deliveries import Delivery
from services.notify.messages import spoken
from services.notify.notice import TITLES
from shared.journal.append import Unavailable
from shared.security import PUBLIC

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,200}$")]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_HTML: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _HTML | {"description": "The page"},
    404: _HTML | {"description": "The link is not one of ours, or too old"},
    503: _HTML | {"description": "Try again later"},
}


def router(notify: Notify, key: bytes) -> APIRouter:
    """The page, for whoever holds a link that is signed with `key`."""
    routes = APIRouter(prefix="/acknowledge", dependencies=[PUBLIC], responses=ANSWERS)

    @routes.get("/{token}", response_class=HTMLResponse)
    async def show(token: Token) -> HTMLResponse:
        """Shows what the message was about, and asks."""
        try:
            one = await notify.find(links.delivery_of(key, token, notify.now()))
        except (links.BadLink, NoSuchDelivery):
            return _bad_link()
        if one.acknowledged_at is not None:
            return _page(one, "Already acknowledged", f"This was acknowledged at {spoken(one.acknowledged_at)}.")
        if one.cleared:
            return _page(one, "This alert has ended", "You can still record that you have the message.", ask=True)
        return _page(one, "Acknowledge this alert", ask=True)

    @routes.post("/{token}", response_class=HTMLResponse)
    async def acknowledge(token: Token, note: Annotated[str, Form(max_length=2000)] = "") -> HTMLResponse:
        """Records it, once: the link says again what was recorded."""
        try:
            one = await notify.find(links.delivery_of(key, token, notify.now()))
            told = await notify.acknowledge(one, by=one.role, note=note.strip() or None, how="link")
        except (links.BadLink, NoSuchDelivery, NotTold):
            return _bad_link()
        except Unavailable:
            return _render(503, title="Please try again", message="Nothing can be recorded at the moment.")
        if not told.is_new:
            return _page(one, "Already acknowledged", f"This was acknowledged at {spoken(told.at)}.")
        return _page(one, "Thank you", f"Recorded at {spoken(told.at)} for {one.role}.")

    return routes


def _bad_link() -> HTMLResponse:
    words = "This link does not work. Open the record, or use the newest message."
    return _render(404, title="This link does not work", message=words)


def _page(one: Delivery, title: str, message: str = "", *, ask: bool = False) -> HTMLResponse:
    heading = TITLES.get(one.notice.alert, "")
    return _render(200, title=title, message=message, notice=one.notice, heading=heading, role=one.role, ask=ask)


def _render(status: int, **words: Any) -> HTMLResponse:
    page = _templates().get_template("acknowledge.html").render({"notice": None, "ask": False} | words)
    return HTMLResponse(page, status, HEADERS)


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(File(__file__).parent / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
