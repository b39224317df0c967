"""Whether the partners' ratings are complete before a body meets: who rated, whose is missing (CAL-7). Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from shared.events import Event, data_of, partners
from shared.policies.pack import Pack


def completeness(
    pack: Pack, body: str, day: date, providers: Sequence[tuple[str, Iterable[Event]]]
) -> dict[str, Any] | None:
    """For the period of a meeting on `day`; None where no partner rates for this body. A gap is shown, never filled."""
    rates = any(one.cut_off and one.cut_off.body == body for one in pack.returns.values())
    if pack.partner_ratings is None or not rates:
        return None
    period = f"{day:%Y-%m}"
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
        "complete": not any(missing.values()),
    }


def _given(events: Iterable[Event], period: str) -> dict[str, str]:
    """By partner, the newest rating of the period."""
    said: dict[str, str] = {}
    for event in events:
        data = data_of(event)
        if isinstance(data, partners.PartnerRatingSubmitted) and data.period == period:
            said[data.partner] = data.rating
    return said
