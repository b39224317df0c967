"""A synthetic place under Calderdale's policy: a home that three of four partners rated, meetings in every state."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared import calendar, clock
from shared.events import envelope, partners
from tests.component.governance.conftest import Running, until
from tests.component.governance.test_meetings import PARTNERS, close, judge

CODE = "X00000008"
HOME = "Elder Grange (synthetic)"
JSON = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """The place, its home, and its meetings."""

    code: str
    home: str
    prepared: str
    item: str
    held: str


async def fill(running: Running) -> Board:
    """A meeting that is prepared, with somebody there; one that was held, minuted, with its pack frozen."""
    answer = await running.adopt("calderdale-2023", place=CODE)
    assert answer.status_code == 201, answer.text
    home = await running.register(place=CODE, name=HOME)
    today = calendar.london_date(clock.now())
    for partner in PARTNERS[:3]:
        await rate(running, home, partner, today)
    await judge(running, home, "red", "red", CODE)
    await running.kinds(home, 5, place=CODE)
    prepared = await _fixed(running, "GQAB", "2031-03-20T10:00:00Z", providers=[home])
    seats = [{"organisation": "council", "role": "director"}, {"organisation": "cqc", "role": "cqc-inspector"}]
    cause = {"item": "item-1", "cause": f"provider:{home}"}
    for said in ({"type": "item_added"} | cause, {"type": "attended", "attendees": seats}):
        await _step(running, prepared, said)
    return Board(CODE, home, prepared, "item-1", await _held(running, home, today))


async def rate(running: Running, home: str, partner: str, day: date) -> None:
    """A partner's rating of the month."""
    said = {"partner": partner, "period": f"{day:%Y-%m}", "rating": "green"}
    await running.others.write(partners.PartnerRatingSubmitted, home, said, place=CODE)


async def frozen(running: Running, meeting: str) -> None:
    """Once the pack of a meeting is frozen."""

    async def there() -> bool:
        found = await running.ask("POST", f"/v1/meetings/{meeting}/freeze", "manager", place=CODE)
        return found.status_code == 200

    await until(there)


async def _held(running: Running, home: str, today: date) -> str:
    cut_off = calendar.add_days(calendar.last_closed_day(clock.now()), -1)
    meeting = await _fixed(running, "PQM", envelope.instant(clock.now()), cut_off=cut_off.isoformat())
    await _step(running, meeting, {"type": "item_added", "item": "item-1", "kind": "provider", "provider_id": home})
    await close(running, cut_off)
    await frozen(running, meeting)
    there = [{"organisation": "council", "role": "panel-chair"}, {"organisation": "provider", "role": "provider"}]
    action = {"task": "focused_visit", "role": "quality-officer", "due": "2031-03-20", "note": "Synthetic."}
    for said in (
        {"type": "attended", "attendees": there},
        {"type": "conflict_declared", "organisation": "council", "role": "panel-chair", "item": "item-1",
         "nature": "personal", "handled": "noted"},
        {"type": "item_discussed", "item": "item-1", "provider_present": True, "actions": [action]},
        {"type": "held", "held_on": today.isoformat()},
        {"type": "minutes_recorded", "minutes": "Synthetic minutes: the home gave an account of itself."},
        {"type": "summarised", "report": "CAL-10.e"},
        {"type": "summarised", "direction": "down", "to": ["PROVIDER_CONCERN"]},
    ):  # fmt: skip
        await _step(running, meeting, said)
    return meeting


async def _fixed(running: Running, body: str, at: str, **more: Any) -> str:
    order = {"place": CODE, "body": body, "at": at} | more
    answer = await running.ask("POST", "/v1/meetings", "manager", place=CODE, body=order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["meeting_id"])


async def _step(running: Running, meeting: str, said: JSON) -> None:
    answer = await running.ask("POST", f"/v1/meetings/{meeting}/steps", "manager", place=CODE, body=said)
    assert answer.status_code == 201, answer.text
