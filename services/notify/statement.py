"""What one recipient was told in a month: as a table, as words, as the items of a message (pure)."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.notify import messages
from services.notify.notice import TITLES, Item
from shared import calendar

AT = time(8)
"""So early on the first working day of a month the last one's statements go, London time."""
MOST = 200
"""So many are listed in a message; all are in the table."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD = (
    "told at", "kind", "what", "service", "number", "channel", "answer asked by", "acknowledged at", "acknowledged by",
    "reference",
)  # fmt: skip


class Line(BaseModel):
    """One thing that was told, at its first arrival. No summary: what a service is called, codes and a link."""

    model_config = ConfigDict(frozen=True)

    told_at: datetime
    type: Literal["alert.raised", "alert.cleared", "alerts.summary"]
    alert: str
    title: str
    provider_id: str | None
    name: str
    channel: str | None
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    """A role, never a person's name."""
    delivery_id: UUID
    event_id: UUID
    link: str


class Statement(BaseModel):
    """A month of one recipient, in the order of telling."""

    model_config = ConfigDict(frozen=True)

    recipient_id: UUID
    place: str
    role: str
    month: str
    is_over: bool
    """False: the month is not over, and more may come."""
    told: tuple[Line, ...]
    undelivered: int
    """What was recorded in the month and could not be sent to this recipient. The ladder was told instead."""


def span(month: str) -> tuple[datetime, datetime]:
    """Beginning and end of a London month, `2026-05`."""
    first = date.fromisoformat(f"{month}-01")
    return calendar.midnight(first), calendar.midnight(calendar.add_months(first, 1))


def due(now: datetime) -> str | None:
    """The month of which statements are due: the last one, from eight on its successor's first working day."""
    first = calendar.london_date(now).replace(day=1)
    working = calendar.working_days_after(calendar.add_days(first, -1), 1)
    start = datetime.combine(working, AT, calendar.LONDON)
    return f"{calendar.add_months(first, -1):%Y-%m}" if now >= start else None


def spoken(month: str) -> str:
    """`May 2026`."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def title(alert: str, type_: str) -> str:
    """What people call it."""
    return f"{TITLES.get(alert, 'Summary of alerts')}{' (ended)' if type_ == 'alert.cleared' else ''}"


def sentence(one: Statement) -> str:
    """`In May 2026 3 things were told: A2 Safeguarding concern to consider (3). 2 were acknowledged.`"""
    if not one.told:
        return f"In {spoken(one.month)} nothing was told.{_lost(one)}"
    counts = Counter(f"{line.alert} {line.title}" if line.alert in TITLES else line.title for line in one.told)
    kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(counts.items()))
    answered = sum(line.acknowledged_at is not None for line in one.told)
    told = f"{len(one.told)} thing{' was' if len(one.told) == 1 else 's were'} told"
    # The numbers come before the list of kinds, which may have to be cut.
    return f"In {spoken(one.month)} {told}, {answered} acknowledged.{_lost(one)} {kinds}."[:500]


def _lost(one: Statement) -> str:
    return f" {one.undelivered} could not be sent, and the ladder was told." if one.undelivered else ""


def items(one: Statement) -> tuple[Item, ...]:
    """The newest of what was told, for the message that brings the statement."""
    return tuple(
        Item(line.delivery_id, line.event_id, line.type, line.alert, line.provider_id, line.name, _said(line))
        for line in one.told[-MOST:]
    )


def _said(line: Line) -> str:
    told = f"{line.title}. Told at {messages.spoken(line.told_at)}."
    if line.acknowledged_at is None:
        return f"{told} Not acknowledged." if line.acknowledge_by else told
    return f"{told} Acknowledged at {messages.spoken(line.acknowledged_at)} by {line.acknowledged_by}."


def table(one: Statement) -> str:
    """As CSV. What a spreadsheet would take for a formula is text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_cells(row(line)) for line in one.told)
    return file.getvalue()


def row(line: Line) -> tuple[Any, ...]:
    """Its cells, in the order of HEAD; instants in UTC."""
    return (
        _instant(line.told_at), line.alert, line.title, line.name, line.provider_id, line.channel,
        _instant(line.acknowledge_by), _instant(line.acknowledged_at), line.acknowledged_by, line.delivery_id,
    )  # fmt: skip


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _cells(values: Sequence[Any]) -> list[str]:
    words = ["" if value is None else str(value) for value in values]
    return [f"'{word}" if word.startswith(_FORMULA) else word for word in words]
