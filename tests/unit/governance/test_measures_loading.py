"""Events as measures read them: in their order, without what cannot be read, which is told."""

from datetime import timedelta
from typing import Any

from services.governance.measures import loading
from services.governance.measures.indication import Judged
from shared import identifiers
from shared.events import Data, Event, assessments, concerns, entry_of, registry_facts
from tests.unit.governance.measured import HOME, YEAR, noon

NOON = noon(YEAR.last)


def event(model: type[Data], data: dict[str, Any], days: int = 0) -> Event:
    entry = entry_of(model)
    return Event(
        id=identifiers.derived_id("loaded", entry.kind, str(days)), type=entry.type, source="/intake/council-quality",
        subject=HOME, time=NOON - timedelta(days=days), dataschema=entry.schema_path, place="X00000001", data=data,
        recordedtime=NOON - timedelta(days=days), writer="intake", sequence=1, prevsequence=0,
    )  # fmt: skip


def test_a_record_is_read_and_what_cannot_be_read_is_counted():
    said = {"name": "Rowan House (synthetic)", "service_type": "home_care", "commissioning": "council"}
    indicated = {
        "indicated": {"min": "1", "max": "2", "unknown": False},
        "scales": {"rag": {"min": "red", "max": "red"}},
    }
    found = loading.service(
        HOME,
        [
            event(registry_facts.ServiceRegistered, said, 30),
            event(registry_facts.ServiceChanged, {"beds": "many"}, 20),
            event(concerns.QualityConcernRaised, {"concern_id": "A", "themes": ["q.medicines"], "severity": "S2"}, 10),
            event(concerns.QualityConcernRaised, {"concern_id": "B"}, 9),
            event(assessments.AssessmentChanged, indicated, 5),
            event(assessments.AssessmentChanged, {"indicated": None}, -5),
        ],
        YEAR.end,
    )
    assert (found.known_from, found.sector, found.unreadable) == (
        (NOON - timedelta(days=30)).date(),
        "community_care",
        2,
    )
    assert [fact.publisher for fact, _ in found.of(concerns.QualityConcernRaised)] == ["council-quality"]
    assert [judged for _, judged in found.of(Judged)] == [Judged("1", "2", (("rag", "red"),))]
