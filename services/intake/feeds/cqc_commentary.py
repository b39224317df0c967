"""Published commentary of CQC's assessments → context on a service's history, of no weight by itself (pure)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.intake.feeds.cqc_ratings import DOMAINS
from services.intake.feeds.reading import Fact, LeftOut, Reading, Said, reference
from shared.events.registry import MAX_TEXT

FEED = "cqc-commentary"
GOES_ON = "\n[…] The report goes on; CQC has it whole."
DIRECTORATE = "Adult social care"
SOURCES = {
    "assessment_id": "assessmentPlanId", "level": "level", "quality_statement": "qualityStatement",
    "rating": "keyQuestionRating", "score": "score", "service_group": "asgName", "text": "text",
}  # fmt: skip
"""Field → the record's. `rating` is of the key question; of an assessment as a whole it is `asgRating`."""


def reading(records: Iterable[dict[str, Any]]) -> Reading:
    """One fact a record, on the day that its text bears: what is not adult social care is left out."""
    said: list[Said] = []
    left_out: list[LeftOut] = []
    count = 0
    for count, record in enumerate(records, 1):
        location_id = str(record.get("locationId", ""))
        if record.get("inspectionDirectorate") != DIRECTORATE:
            why = f"not adult social care: {record.get('inspectionDirectorate', 'no directorate')}"
            left_out.append(LeftOut(count, why, location_id))
        elif (fact := _fact(count, location_id, record)) is None:
            left_out.append(LeftOut(count, "no text, or no day that can be read", location_id))
        else:
            said.append(Said(subject=f"cqc:{location_id}", rows=(), facts=(fact,)))
    return Reading(tuple(said), count, tuple(left_out))


def report(rated: Fact, text: str) -> Fact | None:
    """The report that a rating was published with, as far as a text goes; None where there is nothing to read."""
    if not (plain := text.strip()):
        return None
    if len(plain) > MAX_TEXT:
        plain = plain[: MAX_TEXT - len(GOES_ON)] + GOES_ON
    data = {
        "location_id": rated.data["location_id"],
        "assessment_id": rated.data["report_link_id"],
        "level": "overall",
        "rating": rated.data.get("as_published"),
        "published_on": rated.on.isoformat(),
        "text": plain,
    }
    named = reference(FEED, [rated.data["location_id"], "report", rated.data["report_link_id"]], None)
    return Fact(rows=rated.rows, reference=named, kind="cqc_commentary.published", data=data, on=rated.on)


def _fact(row: int, location_id: str, record: dict[str, Any]) -> Fact | None:
    try:
        on = date.fromisoformat(record["date"])
        assessed = date.fromisoformat(record["assessmentDate"]) if record.get("assessmentDate") else None
        text = record["text"].strip()
    except (KeyError, ValueError, AttributeError, TypeError):
        return None
    if not text:
        return None
    given = {field: record.get(name) for field, name in SOURCES.items()}
    given |= {
        "location_id": location_id,
        "key_question": DOMAINS.get(str(record.get("keyQuestion", "")).lower()),
        "rating": given["rating"] or record.get("asgRating"),
        "published_on": on.isoformat(),
        "assessed_on": assessed and assessed.isoformat(),
        "text": text,
    }
    data = {field: value for field, value in given.items() if value not in (None, "")}
    key = [location_id, str(data.get("assessment_id", "")), str(data.get("level", ""))]
    return Fact(rows=(row,), reference=reference(FEED, key, data), kind="cqc_commentary.published", data=data, on=on)
