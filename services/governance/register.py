"""What governance knows of a provider when it decides: read from the read model, in the store's own connection."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from services.governance import view
from services.governance.asking import Unknown
from services.governance.domain import alerts
from services.governance.event_store import EventStore
from shared.events import Data, assessments, data_of, decode, entry_of, placements

NOTHING_INDICATED = assessments.Indicated(unknown=True)

_PROVIDER = f"""
SELECT p.place, p.facts::text AS facts, a.data::text AS data, a.id::text AS assessed
FROM {view.SCHEMA}.providers AS p LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) WHERE provider_id = %s
"""  # noqa: S608 - names of ours alone, here and below
_PLACED = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = ANY(%s)
ORDER BY recordedtime, rank, partition, "offset"
"""  # noqa: S608
_PLACEMENTS = [entry_of(model).type for model in (placements.PlacementStarted, placements.PlacementEnded)]


@dataclass(frozen=True, slots=True)
class Seen:
    """A provider as the read model has it."""

    provider_id: str
    place: str
    facts: dict[str, Any]
    assessment: assessments.AssessmentChanged | None
    placed_by: tuple[str, ...] = ()
    """Other authorities that have people there, by the placements on the record (CAL-37)."""
    assessed: str | None = None
    """The event that `assessment` came with: what a decision rests on that names no evidence."""

    @property
    def commissioning(self) -> str:
        """council, nhs, joint or none."""
        return str(self.facts["commissioning"])

    @property
    def told(self) -> alerts.Facts:
        """What alerts say of it."""
        placing = tuple(dict.fromkeys((*self.facts.get("placing_authorities", ()), *self.placed_by)))
        return alerts.Facts(self.provider_id, self.facts["name"], self.commissioning, placing)

    def indicated(self, scale: str) -> assessments.Indicated:
        """What the facts indicate on a scale, as far as it has been judged."""
        return self.assessment.scales.get(scale, NOTHING_INDICATED) if self.assessment else NOTHING_INDICATED

    def version(self, case_version: int) -> str:
        """What `If-Match` is compared with: it changes with every decision, and whenever other levels are indicated."""
        known = self.assessment.scales.items() if self.assessment else ()
        said = sorted((scale, one.min, one.max) for scale, one in known if not one.unknown)
        return f"{case_version}-{hashlib.sha256(repr(said).encode()).hexdigest()[:8]}"


def provider(store: EventStore, provider_id: str, places: frozenset[str] | None = None) -> Seen:
    """Raises Unknown, also for a provider outside `places`."""
    with store.reading() as cursor:
        cursor.execute(_PROVIDER, (provider_id,), prepare=True)
        found = cursor.fetchone()
        cursor.execute(_PLACED, (provider_id, _PLACEMENTS), prepare=True)
        placed = [data_of(decode(bytes(row["body"]))) for row in cursor]
    if found is None or (places is not None and found["place"] not in places):
        raise Unknown("no provider of yours has this id; if it was registered a moment ago, ask again")
    here = seen(provider_id, found["place"], orjson.loads(found["facts"]), found["data"])
    return replace(here, placed_by=placing(placed, here.place), assessed=found["assessed"])


def placing(placed: Iterable[Data], place: str) -> tuple[str, ...]:
    """Authorities, other than the provider's own, of placements that were begun and not ended (CAL-37)."""
    there: set[tuple[str, str]] = set()
    for one in placed:
        match one:
            case placements.PlacementStarted():
                there.add((one.placing_authority, one.placement_token))
            case placements.PlacementEnded():
                there.discard((one.placing_authority, one.placement_token))
    return tuple(sorted({authority for authority, _ in there} - {place}))


def seen(provider_id: str, place: str, facts: dict[str, Any], data: str | None) -> Seen:
    """One row of the read model."""
    judged = assessments.AssessmentChanged.model_validate_json(data) if data else None
    return Seen(provider_id, place, facts, judged)
