"""The acknowledgement page that a message links to: GET shows, POST acknowledges, so that a mail scanner does not."""

from pathlib import Path as File
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse

from services.notify import links, messages
from services.notify.acknowledgement import NoSuchDelivery, NotTold
from services.notify.application import Notify
from services.notify.deliveries import Delivery
from services.notify.messages import spoken
from services.notify.notice import TITLES, Item, Notice
from shared import councils
from shared.journal.append import Unavailable
from shared.security import PUBLIC
from shared.web import look

TEMPLATES: Final = File(__file__).parent / "templates"
SERVICE, FOOT = "Care quality", "This page is not an emergency service."
MOST = 2000
SHORTENED: Final = {"icb": "ICB", "nhs": "NHS", "cqc": "CQC"}
Token = Annotated[str, Path(max_length=500)]
"""As the address has it: a link that a mail program cut short is told so in words, like every other bad one."""
_HTML: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _HTML | {"description": "The page"},
    404: _HTML | {"description": "The link is not one of ours, or too old"},
    503: _HTML | {"description": "Try again later"},
}


def router(notify: Notify, key: bytes, record: str) -> APIRouter:
    """The page, for whoever holds a link that is signed with `key`. `record`: the start of links to the record."""
    routes = APIRouter(prefix="/acknowledge", dependencies=[PUBLIC], responses=ANSWERS)

    def page(one: Delivery, title: str, message: str = "", *, ask: bool = False, note: str = "") -> HTMLResponse:
        return _page(one, record + messages.page_of(one.notice), title, message, ask=ask, note=note)

    @routes.get("/{token}", response_class=HTMLResponse)
    async def show(token: Token) -> HTMLResponse:
        """Shows what the message was about, and asks."""
        try:
            one = await notify.find(links.delivery_of(key, token, notify.now()))
        except (links.BadLink, NoSuchDelivery):
            return _bad_link()
        if one.acknowledged_at is not None:
            return page(one, "Already acknowledged", f"This was acknowledged at {spoken(one.acknowledged_at)}.")
        if one.cleared:
            return page(one, "This alert has ended", "You can still record that you have the message.", ask=True)
        return page(one, "Acknowledge this alert", ask=True)

    @routes.post("/{token}", response_class=HTMLResponse)
    async def acknowledge(token: Token, note: Annotated[str, Form()] = "") -> HTMLResponse:
        """Records it, once: the link says again what was recorded."""
        try:
            one = await notify.find(links.delivery_of(key, token, notify.now()))
            if len(note) > MOST:
                too_long = f"Nothing was recorded: the note has more than {MOST:,} characters. Shorten it."
                return page(one, "Acknowledge this alert", too_long, ask=True, note=note)
            told = await notify.acknowledge(one, by=one.role, note=note.strip() or None, how="link")
        except (links.BadLink, NoSuchDelivery, NotTold):
            return _bad_link()
        except Unavailable:
            again = "Nothing can be recorded at the moment. Go back, and send it again in a minute."
            return _render(503, title="Please try again", message=again)
        if not told.is_new:
            return page(one, "Already acknowledged", f"This was acknowledged at {spoken(told.at)}.")
        return page(one, "Thank you", f"Recorded at {spoken(told.at)} for {role(one.role)}.")

    return routes


def role(code: str) -> str:
    """`icb_quality` → ICB quality; `panel_chair` → panel chair."""
    return " ".join(SHORTENED.get(word, word) for word in code.split("_"))


def _bad_link() -> HTMLResponse:
    words = "It is not complete, or older than 90 days. Copy the whole link, or open the newest message."
    return _render(404, title="This link does not work", message=words)


def _page(one: Delivery, record: str, title: str, message: str, *, ask: bool, note: str) -> HTMLResponse:
    by = spoken(one.acknowledge_by) if ask and one.acknowledge_by else ""
    return _render(
        422 if note else 200, title=title, message=message, notice=one.notice, heading=_said(one.notice),
        said=[_said(each) for each in one.notice.items], raised=spoken(one.notice.raised_at), by=by,
        role=role(one.role), ask=ask, record=record, note=note, called=councils.called,
    )  # fmt: skip


def _said(one: Notice | Item) -> str:
    """What kind of alert it is, with its code."""
    title = TITLES.get(one.alert)
    return f"{title} ({one.alert})" if title and one.alert[1:].isdigit() else title or "Several alerts"


def _render(status: int, **words: Any) -> HTMLResponse:
    return look.page(TEMPLATES, "acknowledge.html", status, service=SERVICE, foot=FOOT, **words)
