"""What a location's record says of its ratings, now and before, in either of CQC's frameworks (pure)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.intake.feeds.cqc_ratings import DOMAINS, RATINGS
from services.intake.feeds.reading import Fact, LeftOut, reference
from shared.events import cqc, registry

Record = Mapping[str, Any]
UNRATED = "inspected but not rated"
"""An inspection that leaves the rating as it was: it is no rating of its own, and must not stand in place of one."""


def facts(feed: str, row: int, record: Record, left_out: list[LeftOut]) -> Iterator[Fact]:
    """One fact for each rating that was published, oldest first; of one group and day the current one counts."""
    found: dict[tuple[str, date], tuple[Record, bool]] = {}
    for group, rated, inherited in _all(record):
        overall = rated.get("overall", rated)
        if (on := _day(rated.get("reportDate") or overall.get("reportDate"))) is None:
            why = f"no rating published ({overall.get('rating', 'none')}, no date)"
            left_out.append(LeftOut(row, why, str(record["locationId"])))
        elif str(overall.get("rating", "")).lower() == UNRATED:
            left_out.append(LeftOut(row, "inspected but not rated: the rating before it stands", record["locationId"]))
        else:
            found.setdefault((group, on), (rated, inherited))
    for (group, on), (rated, inherited) in sorted(found.items(), key=lambda each: each[0]):
        data = registry.dumped(_rating(record, group, on, rated, inherited=inherited))
        named = reference(feed, [record["locationId"], group, on.isoformat()], data)
        yield Fact(rows=(row,), reference=named, kind="cqc_rating.published", data=data, on=on)


def _all(record: Record) -> Iterator[tuple[str, Record, bool]]:
    """Service group, rating, whether it is a predecessor's; current ones first, the newer framework's before."""
    for assessment in record.get("assessment", ()):
        published = str(assessment.get("assessmentPlanPublishedDateTime", ""))[:10]
        for rated in assessment.get("ratings", {}).get("asgRatings", ()):
            if rated.get("rating") and rated.get("status", "Current") == "Current":
                yield "location", {**rated, "reportDate": published}, False
    current = record.get("currentRatings") or {}
    if overall := current.get("overall"):
        yield "location", {"overall": overall, "reportDate": overall.get("reportDate")}, "organisationId" in overall
    for group in current.get("serviceRatings", ()):
        yield str(group.get("name", "location")), group, "organisationId" in group
    for earlier in record.get("historicRatings", ()):
        if earlier.get("overall"):
            yield "location", earlier, "organisationId" in earlier


def _rating(record: Record, group: str, on: date, rated: Record, *, inherited: bool) -> cqc.CqcRatingPublished:
    overall = rated.get("overall", rated)
    word = str(overall.get("rating", ""))
    questions = {
        domain: RATINGS.get(str(each.get("rating", "")).lower(), "no_rating")
        for each in overall.get("keyQuestionRatings", ())
        if (domain := DOMAINS.get(str(each.get("name", "")).lower())) and domain != "overall"
    }
    return cqc.CqcRatingPublished(
        location_id=record["locationId"],
        overall=RATINGS.get(word.lower(), "no_rating"),
        as_published=word or None,
        report_date=on,
        service_group=group,
        inherited=inherited,
        report_link_id=rated.get("reportLinkId") or overall.get("reportLinkId"),
        **questions,
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
