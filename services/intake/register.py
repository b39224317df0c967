"""The register: which provider a name stands for. Read and written only under the writer's lock (architecture §7)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from services.intake.identity import Provider
from services.intake.judgement import Home
from services.intake.matching import Candidate
from services.intake.submission import OWN_ID, Subject
from shared import calendar
from shared.events import registry_facts
from shared.events.envelope import Event
from shared.events.registry import data_of, dumped

Cursor = psycopg.AsyncCursor[Any]

# What names a duplicate registration names the one that stands for both.
_HOMES = """
SELECT named.scheme, named.value, p.place, p.provider_id, p.facts->>'moved_to', (p.facts->>'closed_on')::date
FROM (SELECT scheme, value, provider_id FROM aliases
      WHERE (scheme, value) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
      UNION ALL SELECT 'id', provider_id, provider_id FROM providers WHERE provider_id = ANY(%s)) AS named
JOIN providers AS o ON o.provider_id = named.provider_id
JOIN providers AS p ON p.provider_id = coalesce(o.facts->>'duplicate_of', o.provider_id)
"""
_PROVIDERS = """
SELECT p.number, p.provider_id, p.place, p.version, p.facts, p.registered_on, p.commissioned,
       coalesce((SELECT jsonb_agg(jsonb_build_array(scheme, value) ORDER BY number) FROM aliases AS a
                 WHERE a.provider_id = p.provider_id), '[]')
FROM providers AS p
"""
_CANDIDATES = """
SELECT p.provider_id, p.place, p.facts->>'name', p.facts->>'postcode',
       jsonb_agg(jsonb_build_array(a.scheme, a.value)) FILTER (WHERE a.scheme IS NOT NULL)
FROM providers AS p LEFT JOIN aliases AS a USING (provider_id)
WHERE p.place = ANY(%s) AND NOT p.facts ? 'duplicate_of' AND NOT p.facts ? 'moved_to' GROUP BY p.provider_id
"""
_ALIAS = """
INSERT INTO aliases(place, scheme, value, provider_id)
SELECT place, %s, %s, provider_id FROM providers WHERE provider_id = %s ON CONFLICT DO NOTHING
"""


async def homes(cursor: Cursor, subjects: Iterable[Subject]) -> dict[Subject, tuple[Home, ...]]:
    """Every home of each name, in any place: the caller keeps to the places that the sender may reach."""
    named = {subject for subject in subjects if subject.scheme != OWN_ID}
    own = [subject.value for subject in subjects if subject.scheme == OWN_ID]
    await cursor.execute(_HOMES, ([s.scheme for s in named], [s.value for s in named], own))
    found: dict[Subject, tuple[Home, ...]] = {}
    for scheme, value, place, provider_id, moved_to, closed_on in await cursor.fetchall():
        subject = Subject(scheme, value)
        found[subject] = (*found.get(subject, ()), Home(provider_id, place, moved_to, closed_on if moved_to else None))
    return found


async def provider(cursor: Cursor, provider_id: str) -> Provider | None:
    """One provider, or None."""
    await cursor.execute(_PROVIDERS + "WHERE p.provider_id = %s", (provider_id,))
    rows = await cursor.fetchall()
    return _provider(rows[0]) if rows else None


async def page(cursor: Cursor, places: Collection[str], *, after: int, limit: int) -> list[Provider]:
    """Providers of these places in order of registration, after a number."""
    await cursor.execute(
        _PROVIDERS + "WHERE p.place = ANY(%s) AND p.number > %s ORDER BY p.number LIMIT %s",
        (list(places), after, limit),
    )
    return [_provider(row) for row in await cursor.fetchall()]


async def named_by(cursor: Cursor, places: Collection[str], what: str) -> list[Provider]:
    """Providers of these places that name an organisation, or a brand."""
    await cursor.execute(
        _PROVIDERS + "WHERE p.place = ANY(%s) AND (p.facts ? %s OR p.facts ? %s) ORDER BY p.number",
        (list(places), what, f"{what}_ids"),
    )
    return [_provider(row) for row in await cursor.fetchall()]


async def candidates(cursor: Cursor, places: Collection[str]) -> list[Candidate]:
    """Every provider of these places that stands for itself: who may be meant by a name that leads to nobody."""
    await cursor.execute(_CANDIDATES, (list(places),))
    return [
        Candidate(provider_id, place, name or "", postcode, tuple((scheme, value) for scheme, value in aliases or ()))
        for provider_id, place, name, postcode, aliases in await cursor.fetchall()
    ]


async def add(cursor: Cursor, provider_id: str, place: str, facts: Mapping[str, Any], day: date) -> None:
    """Enter a new provider on a London day; one that is known already stays as it is."""
    await cursor.execute(
        "INSERT INTO providers(provider_id, place, facts, registered_on, commissioned) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (provider_id) DO NOTHING",
        (provider_id, place, Jsonb(dict(facts)), day, Jsonb(_commissioned(facts, day))),
    )


async def change(cursor: Cursor, provider_id: str, facts: Mapping[str, Any], day: date) -> int:
    """Change what is known of a provider, on a London day; the number of the change."""
    await cursor.execute(
        "UPDATE providers SET facts = facts || %s, version = version + 1, commissioned = commissioned || %s"
        " WHERE provider_id = %s RETURNING version",
        (Jsonb(dict(facts)), Jsonb(_commissioned(facts, day)), provider_id),
    )
    return int((await cursor.fetchall())[0][0])


async def name(cursor: Cursor, provider_id: str, aliases: Mapping[str, str]) -> None:
    """Give a provider further names, in its place. An alias once given is never taken away."""
    for scheme, value in aliases.items():
        await cursor.execute(_ALIAS, (scheme, value, provider_id))


def closure(closed: registry_facts.ServiceClosed) -> dict[str, Any]:
    """A closure as the register keeps it."""
    links = {"moved_to": closed.moved_to, "duplicate_of": closed.duplicate_of}
    kept = {"closed_on": str(closed.closed_on), "closed_because": closed.reason}
    return kept | {name: whom for name, whom in links.items() if whom}


async def follow_on(cursor: Cursor, provider_id: str) -> None:
    """What stood for a provider's duplicates is a duplicate itself now: they lead to where it leads."""
    await cursor.execute(
        "UPDATE providers AS p SET facts = p.facts || jsonb_build_object('duplicate_of', d.facts->>'duplicate_of')"
        " FROM providers AS d WHERE d.provider_id = %s AND p.facts->>'duplicate_of' = %s",
        (provider_id, provider_id),
    )


async def restore(cursor: Cursor, event: Event) -> None:
    """Take one registry event into the tables again: a restored database reads back what was published since."""
    data, day = data_of(event), calendar.london_date(event.recordedtime)
    if isinstance(data, registry_facts.ServiceRegistered):
        facts = dumped(data)
        aliases = facts.pop("aliases", {})
        await add(cursor, event.subject, event.place, facts, day)
        await name(cursor, event.subject, aliases)
    elif isinstance(data, registry_facts.ServiceChanged):
        facts = dumped(data)
        aliases = facts.pop("aliases", {})
        await change(cursor, event.subject, facts, day)
        await name(cursor, event.subject, aliases)
    elif isinstance(data, registry_facts.ServiceClosed):
        await change(cursor, event.subject, closure(data), day)
        if data.duplicate_of:
            await follow_on(cursor, event.subject)


def _commissioned(facts: Mapping[str, Any], day: date) -> list[list[str]]:
    return [[day.isoformat(), facts["commissioning"]]] if facts.get("commissioning") else []


def _provider(row: tuple[Any, ...]) -> Provider:
    number, provider_id, place, version, facts, registered_on, commissioned, aliases = row
    return Provider(
        number=number,
        provider_id=provider_id,
        place=place,
        version=version,
        facts=facts,
        registered_on=registered_on,
        commissioned=tuple((date.fromisoformat(day), who) for day, who in commissioned),
        aliases=tuple((scheme, value) for scheme, value in aliases),
    )
