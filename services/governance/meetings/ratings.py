"""Whether the partners' ratings are complete before a body meets: who rated, whose is missing (CAL-7). Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from shared import calendar
from shared.events import Event, data_of, partners
from shared.policies.pack import Pack


def completeness(
    pack: Pack, body: str, cut_off: date, providers: Sequence[tuple[str, Iterable[Event]]]
) -> dict[str, Any] | None:
    """For the month that was put together by the end of `cut_off`, which what is indicated then rests on.

    None where no partner rates for this body. A gap is shown, never filled.
    """
    rates = any(one.cut_off and one.cut_off.body == body for one in pack.returns.values())
    if pack.partner_ratings is None or not rates:
        return None
    period = collated(cut_off, pack.partner_ratings.cut_off_day)
    given = {who: _given(events, period) for who, events in providers}
    asked = pack.partner_ratings.partners
    missing = {name: [who for who, said in given.items() if name not in said] for name in asked}
    return {
        "period": period,
        "clause": pack.partner_ratings.id,
        "partners": list(asked),
        "lead": pack.partner_ratings.lead,
        "ratings": {who: said for who, said in given.items() if said},
        "missing": {name: owed for name, owed in missing.items() if owed},
        "providers": len(given),
        "complete": bool(given) and not any(missing.values()),
    }


def collated(cut_off: date, cut_off_day: int) -> str:
    """The newest month whose ratings were put together by the end of a day: `2026-03`. As risk does it."""
    after = calendar.add_days(cut_off, 1)
    month = after if after.day > cut_off_day else calendar.add_months(after.replace(day=1), -1)
    return f"{month:%Y-%m}"


def ahead(events: Iterable[Event], period: str) -> dict[str, str]:
    """By partner, the newest rating of a later month: given, and not put together yet."""
    return {data.partner: data.rating for data in _ratings(events) if data.period[: len(period)] > period}


def _given(events: Iterable[Event], period: str) -> dict[str, str]:
    """By partner, the newest rating of the period."""
    return {data.partner: data.rating for data in _ratings(events) if data.period[: len(period)] == period}


def _ratings(events: Iterable[Event]) -> Iterator[partners.PartnerRatingSubmitted]:
    for event in events:
        if isinstance(data := data_of(event), partners.PartnerRatingSubmitted):
            yield data
