"""Find a service as people name it: by parts of its name, its town, its postcode."""

from collections.abc import Collection
from typing import Any

import psycopg

from services.intake.judgement import ANYWHERE
from services.intake.writing.questions import Option

Cursor = psycopg.AsyncCursor[Any]
MOST = 20
FEWEST_LETTERS = 3
KINDS = {
    "care_home_nursing": "nursing home", "care_home_residential": "care home", "home_care": "care at home",
    "supported_living": "supported living", "extra_care": "extra care housing", "shared_lives": "Shared Lives",
}  # fmt: skip
# A personal assistant is a person: nobody is shown their name for having typed a few letters.
_FIND = """
SELECT provider_id, facts FROM providers
WHERE (place = ANY(%(places)s) OR %(anywhere)s) AND facts->>'service_type' <> 'personal_assistant'
  AND (NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) AS word WHERE strpos(lower(concat_ws(' ', facts->>'name',
         facts->>'organisation', facts->>'town', facts->>'postcode')), word) = 0)
       OR (length(%(joined)s) >= 5 AND strpos(lower(replace(facts->>'postcode', ' ', '')), %(joined)s) > 0))
ORDER BY facts ? 'closed_on', facts->>'name', number LIMIT %(most)s
"""


async def options(cursor: Cursor, looked_for: str, places: Collection[str]) -> tuple[Option, ...]:
    """At most MOST services that fit, as answers to choose; none for fewer letters than name anything."""
    words = [word for word in looked_for.lower().replace(",", " ").split() if word]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return ()
    values = {
        "places": list(places), "anywhere": ANYWHERE in places, "words": words, "joined": "".join(words), "most": MOST,
    }  # fmt: skip
    await cursor.execute(_FIND, values)
    return tuple(option(provider_id, facts) for provider_id, facts in await cursor.fetchall())


def option(provider_id: str, facts: dict[str, Any]) -> Option:
    """A service as people know it."""
    known = (KINDS.get(facts["service_type"], ""), facts.get("town"), facts.get("postcode"))
    closed = "closed" if facts.get("closed_on") else ""
    return Option(provider_id, facts["name"], ", ".join(part for part in (*known, closed) if part))
