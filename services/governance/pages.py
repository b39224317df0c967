"""A provider as it is shown (architecture §5.1): decisions from the event store, the rest from the read model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from services.governance import documents, doubted, matters, register, view
from services.governance.asking import NoPolicy
from services.governance.documents import Document
from services.governance.domain import divergence
from services.governance.domain.doubts import Doubts
from services.governance.domain.standing import Standing
from services.governance.domain.taken import Taken
from services.governance.event_store import EventStore
from services.governance.packs import InForce, Packs
from services.governance.register import NOTHING_INDICATED, Seen
from shared import calendar, clock
from shared.events import envelope
from shared.events.assessments import AssessmentChanged

NO_DOUBTS = Doubts()
OURS = "restriction"
"""The clock that risk shows as well: the event store's own is newer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page of a provider is made of."""

    provider_id: str
    place: str
    facts: Document
    standing: Standing
    pending: Sequence[Taken]
    assessment: AssessmentChanged | None
    judged: date | None
    """The last London day to which its partition has been judged."""
    policy: InForce | None
    relied: Sequence[Taken] = ()
    """The decisions by which all this stands, and those that wait."""
    doubts: Doubts = NO_DOUBTS
    today: date | None = None
    """The London day on which it is looked at."""
    divergences: Sequence[Document] = ()
    """Each scale on which people and facts differ, and since when."""
    plan: Document | None = None
    """The newest improvement plan, an open one before a closed."""

    def document(self) -> Document:
        """All but what only the present page has."""
        pack = self.policy.pack if self.policy else None
        primary = pack.primary if pack else "level"
        judged = self.assessment
        indicated = judged.indicated if judged else NOTHING_INDICATED
        confirmed = self.standing.levels.get(primary)
        fallen = documents.tainted(self.relied, self.doubts)
        clocks = [clock.model_dump(mode="json") for clock in judged.clocks if clock.kind != OURS] if judged else []
        return {
            **summary(self.provider_id, self.place, self.facts),
            "confirmed": documents.doubted(documents.level(confirmed), fallen, self.doubts),
            "indicated": indicated.model_dump(mode="json") | {"as_of": _day(self._as_of())},
            "scales": documents.scales(self.standing, judged.scales if judged else {}, pack.scales if pack else ()),
            "criteria": [criterion.model_dump(mode="json") for criterion in judged.criteria] if judged else [],
            "missing": [missing.model_dump(mode="json") for missing in judged.missing] if judged else [],
            "expected": [each.model_dump(mode="json") for each in judged.expected] if judged else [],
            "unprocessed": judged.unprocessed if judged else 0,
            "divergent": documents.divergent(confirmed, indicated, pack.scales[primary].order if pack else ()),
            "divergences": list(self.divergences),
            "tainted": fallen,
            "under_challenge": bool(self.doubts.open_challenges),
            "challenges": self._challenges(),
            "clocks": documents.clocks(self.standing, pack.clocks if pack else None) + clocks,
            "sanctions": documents.sanctions(self.standing),
            "processes": documents.processes(self.standing),
            "placements_paused_since": self.standing.paused_since and envelope.instant(self.standing.paused_since),
            "lead": dict(self.standing.leads),
            "plan": self.plan,
            "pending": documents.pending(self.pending),
            "policy": self.policy.reference if self.policy else None,
        }

    def _challenges(self) -> list[Document]:
        rules = self.policy.pack.correcting if self.policy else None
        within = rules.challenge.answer_within if rules else None
        today = self.today or calendar.london_date(clock.now())
        return [one.document(today, within) for one in self.doubts.challenges.values()]

    def _as_of(self) -> date | None:
        days = [day for day in (self.judged, self.assessment.computed_from.c if self.assessment else None) if day]
        return max(days, default=None)


def summary(provider_id: str, place: str, facts: Document) -> Document:
    """Who it is."""
    return {
        "provider_id": provider_id,
        "name": facts["name"],
        "place": place,
        "service_type": facts["service_type"],
        "commissioning": facts["commissioning"],
        "beds": facts.get("beds"),
        "closed": facts.get("closed"),
        "aliases": facts.get("aliases", {}),
    }


class Pages:
    """The present pages. Blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs) -> None:
        self._store, self._packs = store, packs

    def provider(self, provider_id: str, today: date, places: frozenset[str], behind: timedelta | None) -> Document:
        """One provider. Raises Unknown, also for one in a place that the token does not hold."""
        seen = register.provider(self._store, provider_id, places)
        case = self._store.case(provider_id, seen.place)
        relied = [taken for name, taken in case.decisions.items() if name in case.standing.decisions]
        relied += case.pending
        page = Shown(
            relied=relied,
            doubts=self._doubts(provider_id, relied),
            today=today,
            provider_id=provider_id,
            place=seen.place,
            facts=seen.facts,
            standing=case.standing,
            pending=case.pending,
            assessment=seen.assessment,
            judged=self._judged(provider_id),
            policy=self.policy(seen.place, today),
            divergences=self._divergences(provider_id, today),
            plan=self._plan(provider_id),
        )
        waited = {"behind_seconds": None if behind is None else round(behind.total_seconds(), 3)}
        return page.document() | waited | {"version": seen.version(case.number)}

    def providers(
        self, places: Iterable[str], after: str, limit: int, today: date
    ) -> tuple[list[Document], str | None]:
        """A page of the list, and the id to go on from."""
        with self._store.reading() as cursor:
            cursor.execute(_LIST, (sorted(places), after, limit + 1), prepare=True)
            found = cursor.fetchall()
        policies = {place: self.policy(place, today) for place in {row["place"] for row in found}}
        rows = [_listed(row, policies[row["place"]]) for row in found[:limit]]
        return rows, rows[-1]["provider_id"] if len(found) > limit else None

    def must_see(self, provider_id: str, places: frozenset[str]) -> None:
        """Raises Unknown for a provider that the token does not reach."""
        register.provider(self._store, provider_id, places)

    def policy(self, place: str, today: date) -> InForce | None:
        """The policy in force, or None."""
        try:
            return self._packs.in_force(place, today)
        except NoPolicy:
            return None

    def _plan(self, provider_id: str) -> Document | None:
        with self._store.reading() as cursor:
            return matters.newest(cursor, "plan", provider_id)

    def _doubts(self, provider_id: str, relied: Iterable[Taken]) -> Doubts:
        with self._store.reading() as cursor:
            return doubted.read(cursor, provider_id, [name for taken in relied for name in taken.proposal.evidence])

    def _divergences(self, provider_id: str, today: date) -> list[Document]:
        with self._store.reading() as cursor:
            cursor.execute(_DIVERGENCES, (provider_id,), prepare=True)
            return [documents.divergence_of(row["scale"], row["since"], row["told"], today) for row in cursor]

    def _judged(self, provider_id: str) -> date | None:
        with self._store.reading() as cursor:
            cursor.execute(
                f"SELECT d.day FROM {view.SCHEMA}.days AS d JOIN {view.SCHEMA}.providers AS p USING (partition)"  # noqa: S608
                " WHERE p.provider_id = %s AND d.topic = 'assessments'",
                (provider_id,),
                prepare=True,
            )
            return max((row["day"] for row in cursor), default=None)


_DIVERGENCES = "SELECT scale, since, told FROM divergences WHERE provider_id = %s ORDER BY scale"
_LIST = f"""
SELECT p.provider_id, p.place, p.facts::text AS facts, a.data::text AS data, c.standing
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
WHERE p.place = ANY(%s) AND p.provider_id > %s ORDER BY p.provider_id LIMIT %s
"""  # noqa: S608 - names of ours alone


def _listed(row: dict[str, Any], policy: InForce | None) -> Document:
    seen: Seen = register.seen(row["provider_id"], row["place"], orjson.loads(row["facts"]), row["data"])
    primary = policy.pack.primary if policy else "level"
    confirmed = (row["standing"] or {}).get(primary)
    indicated = seen.assessment.indicated if seen.assessment else NOTHING_INDICATED
    order = policy.pack.scales[primary].order if policy else ()
    return {
        **summary(seen.provider_id, seen.place, seen.facts),
        "confirmed": confirmed,
        "indicated": indicated.model_dump(mode="json"),
        "divergent": divergence.is_outside(confirmed and confirmed["level"], indicated, order),
        "unprocessed": seen.assessment.unprocessed if seen.assessment else 0,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
