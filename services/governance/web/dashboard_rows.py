"""The rows of a dashboard, from the read model and our own tables: one place's services, or one of them."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import orjson

from services.governance import baselines_counted, view
from services.governance.domain import baselines, divergence
from services.governance.event_store import Cursor, EventStore
from services.governance.packs import InForce
from services.governance.pages import OURS, Pages
from services.governance.web import figures, words
from services.governance.web.row import Alert, Count, Row
from shared import calendar
from shared.events import decode
from shared.events.assessments import Indicated
from shared.policies.pack import Pack

log = logging.getLogger(__name__)

MEASURES: Final = ("concerns", "safeguarding")
DAYS: Final = 90
TREND_DAYS: Final = 365

_WHO = f"""
SELECT p.provider_id, p.place, p.facts::text AS facts, a.data::text AS data, c.standing
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
WHERE p.place = %(place)s AND (%(only)s::text[] IS NULL OR p.provider_id = ANY(%(only)s))
"""  # noqa: S608 - names of ours alone, here and below
_ALERTS = f"""
SELECT provider_id, alert, summary, acknowledged IS NOT NULL AS acknowledged FROM {view.SCHEMA}.alerts
WHERE provider_id = ANY(%s) AND raised IS NOT NULL AND cleared IS NULL ORDER BY provider_id, raised
"""  # noqa: S608
_NEWEST = f"""
SELECT who.provider_id, h.body
FROM unnest(%s::text[]) AS who(provider_id), unnest(%s::text[], %s::int[]) AS kind(type, most),
LATERAL (SELECT body FROM {view.SCHEMA}.history AS h WHERE h.provider_id = who.provider_id AND h.type = kind.type
         ORDER BY h.time DESC LIMIT kind.most) AS h
"""  # noqa: S608
_COUNTED = f"""
SELECT provider_id, body FROM {view.SCHEMA}.history
WHERE provider_id = ANY(%s) AND topic = 'ledger' AND type = ANY(%s) AND recordedtime >= %s
ORDER BY provider_id, recordedtime
"""  # noqa: S608
_TREND = f"""
SELECT provider_id, recordedtime, high FROM {view.SCHEMA}.indications WHERE provider_id = ANY(%s)
ORDER BY provider_id, recordedtime
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Found:
    """What was read beside who the providers are, by provider."""

    alerts: Mapping[str, list[Any]]
    newest: Mapping[str, list[bytes]]
    counted: Mapping[str, Mapping[str, int] | None]
    trend: Mapping[str, list[Any]]


class Dashboards:
    """Blocks: call it from a thread."""

    def __init__(self, store: EventStore, pages: Pages) -> None:
        self._store, self._pages = store, pages

    def order(self, place: str, today: date) -> tuple[str, ...]:
        """The levels of the place's primary scale, best first; none without a policy."""
        policy = self._pages.policy(place, today)
        return policy.pack.scales[policy.pack.primary].order if policy else ()

    def rows(
        self, place: str, sector: str | None, today: date, may: frozenset[str], only: Sequence[str] | None = None
    ) -> list[Row]:
        """The open services of one sector (None: of both), or some of them. `may`: what the reader may read."""
        policy = self._pages.policy(place, today)
        with self._store.reading() as cursor:
            cursor.execute(_WHO, {"place": place, "only": list(only) if only is not None else None}, prepare=True)
            who = [row | {"facts": orjson.loads(row["facts"])} for row in cursor]
            who = [row for row in who if _is_shown(row["facts"], sector, today)]
            found = _read(cursor, [row["provider_id"] for row in who], today)
        return [_row(row, found, policy, today, may) for row in who]


def _is_shown(facts: Mapping[str, Any], sector: str | None, today: date) -> bool:
    closed = (facts.get("closed") or {}).get("on")
    return sector in (None, words.sector_of(facts.get("service_type"))) and not (closed and closed <= today.isoformat())


def _read(cursor: Cursor, ids: Sequence[str], today: date) -> Found:
    cursor.execute(_ALERTS, (ids,), prepare=True)
    alerts = _by_provider(cursor)
    cursor.execute(_NEWEST, (ids, list(figures.NEWEST), list(figures.NEWEST.values())), prepare=True, binary=True)
    newest: dict[str, list[bytes]] = defaultdict(list)
    for row in cursor:
        newest[row["provider_id"]].append(bytes(row["body"]))
    first = calendar.add_days(today, -DAYS)
    cursor.execute(_COUNTED, (ids, baselines_counted.READ, calendar.midnight(first)), prepare=True, binary=True)
    bodies = {name: [bytes(row["body"]) for row in rows] for name, rows in groupby(cursor, itemgetter("provider_id"))}
    counted = {name: _counted(name, bodies.get(name, ()), first, today) for name in ids}
    cursor.execute(_TREND, (ids,), prepare=True)
    return Found(alerts, newest, counted, _by_provider(cursor))


def _counted(name: str, bodies: Sequence[bytes], first: date, last: date) -> Mapping[str, int] | None:
    """None where it cannot be counted: one record that cannot be read may not hide a whole place."""
    try:
        return baselines.counted([decode(body) for body in bodies], first, last)
    except ValueError as error:
        log.warning("what happened at %s cannot be counted: %s: %.300s", name, type(error).__name__, error)
        return None


def _by_provider(cursor: Cursor) -> dict[str, list[Any]]:
    return {name: list(rows) for name, rows in groupby(cursor, itemgetter("provider_id"))}


def _row(who: Mapping[str, Any], found: Found, policy: InForce | None, today: date, may: frozenset[str]) -> Row:
    name, facts = who["provider_id"], who["facts"]
    judged = orjson.loads(who["data"]) if who["data"] else None
    pack = policy.pack if policy else None
    primary = pack.primary if pack else "level"
    order = pack.scales[primary].order if pack else ()
    confirmed = (who["standing"] or {}).get(primary) or {}
    indicated = Indicated.model_validate(judged["indicated"]) if judged else Indicated(unknown=True)
    clocks = _clocks(who["standing"] or {}, judged, primary)
    return Row(
        provider_id=name,
        name=facts["name"],
        service_type=facts.get("service_type"),
        commissioning=facts["commissioning"],
        order=order,
        confirmed=confirmed.get("level"),
        confirmed_since=confirmed.get("since"),
        low=indicated.min,
        high=indicated.max,
        divergent=divergence.is_outside(confirmed.get("level"), indicated, order),
        unprocessed=judged.get("unprocessed", 0) if judged else 0,
        why=words.why(judged, primary, order),
        restricted=any(kind == OURS for kind, _ in clocks),
        due=min(clocks, key=itemgetter(1), default=None),
        alerts=tuple(Alert(a["alert"], a["summary"] or "", a["acknowledged"]) for a in found.alerts.get(name, ())),
        counts=_counts(judged, found.counted[name]),
        figures=figures.of(found.newest.get(name, ()), today, _stale(pack), may),
        trend=_trend(found.trend.get(name, ()), today),
    )


def _stale(pack: Pack | None) -> int | None:
    return pack.clocks.rating.stale_months if pack else None


def _clocks(standing: Mapping[str, Any], judged: Mapping[str, Any] | None, primary: str) -> list[tuple[str, date]]:
    review = {"kind": f"{primary}_review", "due": (standing.get(primary) or {}).get("review_by")}
    every = (*(judged or {}).get("clocks", ()), review)
    return [(each["kind"], last) for each in every if (last := words.last_day(each)) is not None]


def _counts(judged: Mapping[str, Any] | None, counted: Mapping[str, int] | None) -> dict[str, Count]:
    """As risk compared them with the peers', where it did; else what was counted here by the same rule."""
    found = {} if counted is None else {measure: Count(counted.get(measure, 0)) for measure in MEASURES}
    for each in (judged or {}).get("expected", ()):
        if each["measure"] in MEASURES:
            found[each["measure"]] = Count(each["observed"], each["expected"], each["outside"], each["far_outside"])
    return found


def _trend(steps: Sequence[Any], today: date) -> tuple[tuple[date, str | None], ...]:
    since = calendar.add_days(today, -TREND_DAYS)
    dated = [(calendar.london_date(step["recordedtime"]), step["high"]) for step in steps]
    before = [high for day, high in dated if day < since][-1:]
    return tuple([(since, high) for high in before] + [each for each in dated if each[0] >= since])
