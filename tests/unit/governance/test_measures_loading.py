"""Rows as measures read them: in their order, without what cannot be read, which is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from services.governance.measures import rows
from services.governance.measures.indication import Judged
from services.governance.measures.record import Place
from shared import calendar, identifiers
from shared.events import Data, assessments, concerns, data_of, decode, documents, entry_of, envelope, registry_facts
from tests.unit.governance.measured import HOME, YEAR, noon

NOON = noon(YEAR.last)
LONDON = ZoneInfo("Europe/London")
"""A database's session may answer in the zone of its machine."""


def row(body: bytes) -> rows.Row:
    """As the history holds it."""
    event = decode(body)
    return {
        "id": str(event.id), "type": event.type, "time": event.time.astimezone(LONDON),
        "recordedtime": event.recordedtime.astimezone(LONDON), "body": body,
    }  # fmt: skip


def happened(model: type[Data], data: dict[str, Any], days: int = 0) -> rows.Row:
    entry, at = entry_of(model), NOON - timedelta(days=days)
    draft = envelope.Draft(
        id=identifiers.derived_id("loaded", entry.kind, str(days)), type=entry.type, source="/intake/council-quality",
        subject=HOME, time=at, dataschema=entry.schema_path, place="X00000001", data=data,
    )  # fmt: skip
    body, _ = envelope.seal(draft, recordedtime=at, writer="intake", sequence=1, prevsequence=0, prevhash="", digest="")
    return row(body)


def test_a_record_is_read_and_what_cannot_be_read_is_counted():
    said = {"name": "Rowan House (synthetic)", "service_type": "home_care", "commissioning": "council"}
    indicated = {
        "indicated": {"min": "1", "max": "2", "unknown": False},
        "scales": {"rag": {"min": "red", "max": "red"}},
    }
    known = rows.read(
        [
            happened(registry_facts.ServiceRegistered, said, 30),
            happened(registry_facts.ServiceChanged, {"beds": "many"}, 20),
            happened(
                concerns.QualityConcernRaised, {"concern_id": "A", "themes": ["q.medicines"], "severity": "S2"}, 10
            ),
            happened(concerns.QualityConcernRaised, {"concern_id": "B"}, 9),
            happened(assessments.AssessmentChanged, indicated, 5),
            happened(assessments.AssessmentChanged, {"indicated": None}, -5),
            happened(concerns.QualityConcernRaised, {}, 4) | {"body": b"{}"},
        ]
    )
    found = known.at(HOME, YEAR.end)
    assert (found.known_from, found.sector, found.unreadable) == (
        (NOON - timedelta(days=30)).date(),
        "community_care",
        3,
    )
    assert Place("X00000001", [found], None, own=replace(found, unreadable=1)).unreadable == 4
    assert [fact.publisher for fact, _ in found.of(concerns.QualityConcernRaised)] == ["council-quality"]
    assert [judged for _, judged in found.of(Judged)] == [Judged("1", "2", (("rag", "red"),))]


@pytest.mark.parametrize("model", rows.MODELS)
def test_a_row_is_read_as_the_whole_event_is(model: type[Data]):
    """No part of an event that measures read may come out otherwise because its envelope is not checked again."""
    entry = entry_of(model)
    body = (documents.EXAMPLES / f"{entry.kind}.v{entry.version}.json").read_bytes()
    event, found = decode(body), rows.fact(row(body))
    said = (found.id, found.at, found.recorded, found.publisher, found.live, found.corrects)
    assert said == (
        str(event.id), event.time, event.recordedtime, event.source.rpartition("/")[2], event.basis == "live",
        entry.correction,
    )  # fmt: skip
    assert (found.day, found.at.tzname(), found.recorded.tzname()) == (calendar.london_date(event.time), "UTC", "UTC")
    if model is assessments.AssessmentChanged:
        assert found.data.low == orjson.loads(body)["data"]["indicated"].get("min")
    else:
        assert found.data == data_of(event)
