"""The services of a place and what happened at each, from the read model: what peers' rates are counted from."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import orjson

from services.governance import view
from services.governance.domain.baselines import Service, counted
from services.governance.event_store import EventStore
from shared import calendar
from shared.events import concerns, corrections, decode, entry_of, incidents, safeguarding, voice

READ = [
    entry_of(model).type
    for model in (
        concerns.QualityConcernRaised,
        concerns.ConcernOutcomeRecorded,
        safeguarding.SafeguardingConcernReceived,
        incidents.IncidentReported,
        incidents.DeathRecorded,
        voice.ComplaintReceived,
        voice.ComplaintResolved,
        corrections.FactWithdrawn,
    )
]
_SERVICES = f"""
SELECT provider_id, registered, facts::text AS facts FROM {view.SCHEMA}.providers WHERE place = %s ORDER BY provider_id
"""  # noqa: S608 - names of ours alone
_EVENTS = f"""
SELECT h.provider_id, h.body FROM {view.SCHEMA}.history AS h JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE p.place = %s AND h.topic = 'ledger' AND h.type = ANY(%s) AND h.recordedtime >= %s
ORDER BY h.provider_id, h.recordedtime
"""  # noqa: S608 - names of ours alone
Counts = dict[str, Counter[str]]


def read(store: EventStore, place: str, first: date, last: date) -> tuple[Sequence[Service], Counts]:
    """The place's services, and by service what happened on the days on which it counts."""
    with store.reading() as cursor:
        cursor.execute(_SERVICES, (place,), prepare=True)
        services = [_service(row) for row in cursor]
        # Nothing that happened on these days was recorded before the first of them.
        cursor.execute(_EVENTS, (place, READ, calendar.midnight(first)), prepare=True)
        by_provider = {name: [decode(bytes(row["body"])) for row in rows] for name, rows in groupby(cursor, _of)}
    counts: Counts = {}
    for each in services:
        days = each.days(first, last)
        if days is not None and each.provider_id in by_provider:
            counts[each.provider_id] = counted(by_provider[each.provider_id], *days)
    return services, counts


def _of(row: Any) -> str:
    return str(row["provider_id"])


def _service(row: Any) -> Service:
    facts = orjson.loads(row["facts"])
    closed = facts.get("closed", {}).get("on")
    return Service(
        provider_id=row["provider_id"],
        service_type=facts.get("service_type"),
        beds=facts.get("beds"),
        hours=facts.get("weekly_care_hours"),
        known_from=calendar.london_date(row["registered"]),
        closed_on=None if closed is None else date.fromisoformat(closed),
    )
