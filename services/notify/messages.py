"""The words that are sent: the webhook's body, the e-mail's text. Names of services, codes and links only (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jinja2
import orjson

from services.notify import sharing
from services.notify.notice import TITLES, Item, Notice
from shared import calendar, councils
from shared.events import envelope

LATE_AFTER = timedelta(minutes=15)
"""A message that leaves later than this after its event says so: our lateness never silences."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a message leads."""

    provider: str
    """The provider's page, or the place's."""
    acknowledge: str | None
    """The acknowledgement page of this delivery; None where no acknowledgement is asked for."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient, whatever the channel."""

    delivery_id: UUID
    type: str
    alert: str
    provider_id: str | None
    name: str
    place: str
    summary: str
    links: Links
    acknowledge_by: datetime | None
    role: str
    items: tuple[Item, ...] = ()
    """Of a message that tells of several."""
    repeat: bool = False
    """It was tried before, and may have arrived."""


def compose(
    notice: Notice,
    *,
    delivery_id: UUID,
    role: str,
    links: Links,
    now: datetime,
    acknowledge_by: datetime | None,
    repeat: bool = False,
) -> Message:
    """What this role is told, now."""
    return Message(
        delivery_id=delivery_id,
        type=notice.type,
        alert=notice.alert,
        provider_id=notice.provider_id,
        name=notice.name,
        place=notice.place,
        summary=late(notice, now) + sharing.summary_for(notice, role),
        links=links,
        acknowledge_by=acknowledge_by,
        role=role,
        items=notice.items,
        repeat=repeat,
    )


def page_of(notice: Notice) -> str:
    """Where the record's pages show what it is about, as a path."""
    return f"/providers/{notice.provider_id}" if notice.provider_id else f"/?place={notice.place}"


def webhook_body(message: Message) -> bytes:
    """The JSON body of architecture §5.1: these members, and `alerts` where it tells of several."""
    by = message.acknowledge_by
    several = {"alerts": [_listed(one) for one in message.items]} if message.items else {}
    return orjson.dumps(
        {
            "type": message.type,
            "delivery_id": str(message.delivery_id),
            "alert": message.alert,
            "provider": {"id": message.provider_id, "name": message.name},
            "place": message.place,
            "summary": message.summary,
            "link": message.links.provider,
            "acknowledge_by": envelope.instant(by) if by else None,
            "acknowledge_url": message.links.acknowledge,
        }
        | several
    )


def _listed(one: Item) -> dict[str, Any]:
    return {
        "type": one.type,
        "delivery_id": str(one.delivery_id),
        "alert": one.alert,
        "provider": {"id": one.provider_id, "name": one.name},
        "summary": one.summary,
    }


def email(message: Message, *, sender: Address, to: str, now: datetime) -> EmailMessage:
    """Plain text and HTML. Its Message-ID is the delivery's, so that a repeat is known for one."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject(message)
    mail["Date"] = now
    mail["Message-ID"] = f"<{message.delivery_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain(message))
    mail.add_alternative(html(message), subtype="html")
    return mail


def subject(message: Message) -> str:
    """One line: what it is, and of whom."""
    # A name from outside must not begin a header of its own.
    return " ".join(f"{heading(message)}: {councils.called(message.name)}".split())


def plain(message: Message) -> str:
    """The message as plain text."""
    return _rendered(message, "txt")


def html(message: Message) -> str:
    """The message as a page."""
    return _rendered(message, "html")


def _rendered(message: Message, form: str) -> str:
    by = message.acknowledge_by
    words = {"message": message, "heading": heading(message), "acknowledge_by": spoken(by) if by else None}
    found = templates().select_template([f"alerts/{message.alert}.{form}", f"email.{form}"])
    return found.render(words)


def spoken(instant: datetime) -> str:
    """An instant as people in England write it: `14:05 on 3 May 2026`, London time."""
    local = instant.astimezone(calendar.LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"


def heading(message: Message) -> str:
    """What kind of message it is."""
    title = TITLES.get(message.alert, "Summary of alerts")
    if message.type == "alerts.statement":
        return title
    if message.items:
        title = title if message.alert == "summary" else f"{message.alert} {title}"
        return f"{'Reminder: ' if message.type == 'alerts.reminder' else ''}{title} ({len(message.items)})"
    if message.type == "alerts.summary":
        return title
    return f"{'Ended: ' if message.type == 'alert.cleared' else ''}{message.alert} {title}"


def late(notice: Notice, now: datetime) -> str:
    """What a message says first that leaves late."""
    return f"Late: recorded at {spoken(notice.raised_at)}. " if now - notice.raised_at > LATE_AFTER else ""


@cache
def templates() -> jinja2.Environment:
    """What people are sent; `called` says a place's name, also where a place stands instead of a service."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    made = jinja2.Environment(
        loader=loader, autoescape=jinja2.select_autoescape(["html"]), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    made.filters["called"] = councils.called
    return made
