"""A synthetic place of many services with a long history, made in the read model's own tables: a load for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Json
from rich.progress import Progress

from services.governance import view
from services.governance.settings import GovernanceSettings
from shared import events, identifiers
from shared.events import (
    activity,
    assessments,
    concerns,
    cqc,
    envelope,
    notifications,
    registry_facts,
    returns,
    safeguarding,
)
from shared.policies.pack import Pack
from tests.benchmarks.history import FIRST_OFFSET, PLACE

BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=5 * 365)
OWNERS = 25
THEMES = ("q.medicines", "q.dignity", "q.staffing_levels", "q.records_info", "q.falls_moving", "q.ipc")
Kind = tuple[type[events.Data], str, str, dict[str, Any]]
KINDS: tuple[Kind, ...] = (
    *(
        (concerns.QualityConcernRaised, "ledger", "intake", {"concern_id": "QC-@", "themes": [theme], "severity": "S2"})
        for theme in THEMES
    ),
    (returns.ReturnSubmitted, "ledger", "intake",
     {"return_type": "RT-PMR", "period": "2026-03", "body": {"kind": "RT-PMR", "beds": 40, "occupied_beds": 34}}),
    (cqc.CqcRatingPublished, "ledger", "intake", {"overall": "good", "report_date": "2025-02-01"}),
    (activity.DolsActivityReported, "ledger", "intake", {"period": "2026-03", "applications": 11}),
    (activity.ReablementReported, "ledger", "intake",
     {"period": "2026-03", "started": 9, "completed": 8, "independent": 5}),
    (safeguarding.SafeguardingConcernReceived, "ledger", "intake",
     {"sg_ref": "SG-@", "abuse_types": ["abuse.neglect"]}),
    (notifications.NotificationSent, "notifications", "notify",
     {"delivery_id": "@", "alert_id": "@", "alert": "A10", "recipient_role": "quality_lead", "channel": "email",
      "attempt": 1}),
)  # fmt: skip
HISTORY = f"""
INSERT INTO {view.SCHEMA}.history
SELECT (%(topics)s::text[])[k], n %% 12, {FIRST_OFFSET} + n, (%(ranks)s::int[])[k], p.provider_id, at, at, at,
       md5(n::text)::uuid, (%(types)s::text[])[k], (%(classes)s::text[])[k],
       replace(replace(replace((%(bodies)s::text[])[k], '@ID@', md5(n::text)::uuid::text), '@SUBJECT@', p.provider_id),
               '@TIME@', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::bytea
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN (SELECT provider_id, row_number() OVER (ORDER BY provider_id) - 1 AS number FROM {view.SCHEMA}.providers) AS p
  ON p.number = n %% %(providers)s,
LATERAL (SELECT (1 + (n / %(providers)s) %% %(kinds)s)::int AS k, %(begun)s::timestamptz + n * %(step)s AS at) AS t
"""


@dataclass(frozen=True)
class Sizes:
    """How large everything is."""

    events: int
    providers: int
    reads: int


def filled(settings: GovernanceSettings, pack: Pack, bar: Progress, sizes: Sizes) -> list[str]:
    """Services, what was registered of them, a history spread over five years, and what the facts indicate now."""
    names = [f"prv-pages{n:06d}" for n in range(sizes.providers)]
    templates = [template(*kind) for kind in KINDS] + [template(*each) for each in _indications(pack)]
    begun = datetime.now(UTC) - YEARS
    values: dict[str, Any] = {
        "topics": [one[0] for one in templates], "ranks": [view.RANK[one[0]] for one in templates],
        "types": [one[1] for one in templates], "classes": [one[2] for one in templates],
        "bodies": [one[3] for one in templates], "kinds": len(templates), "providers": sizes.providers,
        "begun": begun, "step": YEARS / (sizes.events + 1),
    }  # fmt: skip
    task = bar.add_task("make the history", total=sizes.events)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        with connection.cursor() as cursor:
            for number, name in enumerate(names):
                _registered(cursor, name, number, begun - timedelta(days=1), pack)
        for first in range(0, sizes.events, 100_000):
            last = min(first + 100_000, sizes.events) - 1
            connection.execute(HISTORY, values | {"first": first, "last": last})
            bar.advance(task, last - first + 1)
        connection.execute(f"VACUUM ANALYZE {view.SCHEMA}.history")
        connection.execute(f"ANALYZE {view.SCHEMA}.providers")
    return names


def template(model: type[events.Data], topic: str, writer: str, data: dict[str, Any]) -> tuple[str, str, str, str]:
    """Topic, type, classification, and a sealed body in which id, subject and time are left to be filled in."""
    name = identifiers.derived_id("bench", "pages")
    said = orjson.loads(orjson.dumps(data).replace(b"@", str(name).encode()))
    entry = events.entry_of(model)
    draft = events.Draft(
        id=name, type=entry.type, source=f"/{writer}", subject="prv-x", time=BEGUN, dataschema=entry.schema_path,
        place=PLACE, classification=entry.classification, data=said,
    )  # fmt: skip
    body, _ = envelope.seal(
        draft, recordedtime=BEGUN, writer=writer, sequence=1, prevsequence=0, prevhash="a" * 64, digest=""
    )
    text = body.decode().replace(str(name), "@ID@").replace("prv-x", "@SUBJECT@")
    return topic, entry.type, entry.classification, text.replace(envelope.instant(BEGUN), "@TIME@")


def _indications(pack: Pack) -> list[Kind]:
    order = pack.scales[pack.primary].order
    return [(assessments.AssessmentChanged, "assessments", "risk", judged(pack, level, ())) for level in order[:2]]


def judged(pack: Pack, level: str, evidence: Sequence[str], *, whole: bool = False) -> dict[str, Any]:
    """What risk would say; `whole`: with every criterion of the pack."""
    indicated = {"min": level, "max": level, "unknown": False}
    criteria = [
        {"id": one.id, "scale": one.scale or pack.primary, "level": one.level, "says": one.words,
         "outcome": ("met", "unknown", "not_met")[at % 3], "strength": one.strength.value,
         "clears_when": one.clears_when, "evidence": list(evidence), "evidence_count": len(evidence)}
        for at, one in enumerate(pack.criteria)
    ]  # fmt: skip
    return {
        "indicated": indicated, "scales": {pack.primary: indicated}, "criteria": criteria if whole else [],
        "clocks": [{"kind": "contact", "since": "2026-01-01", "due": date(2027, 1, 1).isoformat()}],
        "computed_from": {"partition": 0, "offset": 3, "c": "2026-03-01"},
    }  # fmt: skip


def _registered(cursor: psycopg.Cursor[Any], name: str, number: int, at: datetime, pack: Pack) -> None:
    facts = {
        "name": f"Synthetic House {number:03d} (not a real service)", "commissioning": "council", "aliases": {},
        "service_type": "home_care" if number % 4 == 3 else "care_home_residential", "beds": 40,
        "brand": f"Synthetic Group {number % OWNERS}",
    }  # fmt: skip
    topic, type_, class_, body = template(registry_facts.ServiceRegistered, "ledger", "intake", facts)
    event, instant = identifiers.derived_id("bench", name), envelope.instant(at)
    body = body.replace("@ID@", str(event)).replace("@SUBJECT@", name).replace("@TIME@", instant)
    cursor.execute(f"INSERT INTO {view.SCHEMA}.providers VALUES (%s, %s, 0, %s, %s)", (name, PLACE, at, Json(facts)))
    cursor.execute(
        f"INSERT INTO {view.SCHEMA}.history VALUES (%s, 0, %s, 0, %s, %s, %s, %s, %s, %s, %s, %s)",
        (topic, FIRST_OFFSET - 1 - number, name, at, at, at, event, type_, class_, body.encode()),
    )
    order = pack.scales[pack.primary].order
    level = order[number % len(order)]
    said = judged(pack, level, [str(event)] * 5, whole=True)
    cursor.execute(
        f"INSERT INTO {view.SCHEMA}.assessments VALUES (%s, %s, now(), %s)",
        (name, identifiers.derived_id("bench judged", name), Json(said)),
    )
    for back in range(4):
        then = datetime.now(UTC) - timedelta(days=80 * back)
        step = (name, then, level, order[(number + back) % len(order)])
        cursor.execute(f"INSERT INTO {view.SCHEMA}.indications VALUES (%s, %s, %s, %s)", step)
        cursor.execute(
            f"INSERT INTO {view.SCHEMA}.alerts(alert_id, place, provider_id, alert, summary, raised)"
            " VALUES (%s, %s, %s, 'A10', 'Something is overdue (synthetic)', %s)",
            (f"{name}-{back}", PLACE, name, then),
        )
