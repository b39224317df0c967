"""CQC's published "latest ratings" tables → one council's adult social care locations with their ratings (pure)."""

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from services.intake.feeds import table
from shared.events import cqc, vocabulary

REQUIRED = (
    "locationid", "locationname", "locationtype", "locationprimaryinspectioncategory", "locationlocalauthority",
    "servicepopulationgroup", "domain", "latestrating", "publicationdate", "inheritedratingyn", "providername",
)  # fmt: skip
SOCIAL_CARE = "Social Care Org"
WHOLE = "Overall"
"""CQC's word for the location as a whole, among its service groups; ours is `location`."""

RATINGS: dict[str, vocabulary.Rating] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement": "requires_improvement",
    "inadequate": "inadequate",
}
"""By CQC's word, whatever its capitals. Every other word is no rating, and never counts as Good."""
WORSE = ("no_rating", "outstanding", "good", "requires_improvement", "inadequate")
DOMAINS = {
    "overall": "overall",
    "safe": "safe",
    "effective": "effective",
    "caring": "caring",
    "responsive": "responsive",
    "well-led": "well_led",
}
SERVICE_TYPES: dict[str, vocabulary.ServiceType] = {
    "supported living": "supported_living",
    "shared lives": "shared_lives",
    "extra care": "extra_care",
    "homecare": "home_care",
}


class UnknownCouncil(Exception):
    """No row of the file belongs to a local authority of that name; the nearest names are told."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One domain of one service group, as the file has it."""

    value: vocabulary.Rating
    word: str
    published: date | None
    inherited: bool


@dataclass(frozen=True, slots=True)
class Location:
    """An adult social care location, and what CQC published of it (each with the reference it is published under)."""

    location_id: str
    name: str
    organisation: str
    service_type: vocabulary.ServiceType
    ratings: tuple[tuple[str, cqc.CqcRatingPublished], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave, and how many rows were left out for which reason."""

    locations: tuple[Location, ...]
    rows: int
    left_out: Counter[str]


def reading(rows: Iterable[table.Row], council: str, said: table.DateOrder | None = None) -> Reading:
    """All that the rows of one file say about one council's adult social care.

    :raises UnknownCouncil: no row is of that council.
    :raises table.UndecidedDates: the order of the dates is not to be told.
    """
    rows = list(rows)
    authority = _authority({row["locationlocalauthority"] for row in rows}, council)
    order = table.date_order((row["publicationdate"] for row in rows), said)
    left_out: Counter[str] = Counter()
    kept: dict[str, list[table.Row]] = {}
    for row in rows:
        if row["locationlocalauthority"] != authority:
            left_out["another local authority"] += 1
        elif row["locationtype"] != SOCIAL_CARE:
            left_out[f"not adult social care: {row['locationtype'] or 'no type'}"] += 1
        else:
            kept.setdefault(row["locationid"], []).append(row)
    locations = tuple(_location(rows, order, left_out) for _, rows in sorted(kept.items()))
    return Reading(locations, len(rows), left_out)


def _authority(names: set[str], council: str) -> str:
    """The file's own name of a council: `Herefordshire` is `Herefordshire, County of`."""
    wanted = council.casefold().strip()
    exact = {name for name in names if name.casefold() == wanted}
    short = {name for name in names if "," in name and name.partition(",")[0].casefold() == wanted}
    if len(found := exact or short) == 1:
        return found.pop()
    near = difflib.get_close_matches(council, sorted(names), n=3, cutoff=0.5) or sorted(names)[:3]
    raise UnknownCouncil(f"no local authority {council!r} in this file; near: {'; '.join(near)}")


def _location(rows: Sequence[table.Row], order: table.DateOrder, left_out: Counter[str]) -> Location:
    first = rows[0]
    groups: dict[str, dict[str, Rating]] = {}
    for row in rows:
        _keep(groups, row, order, left_out)
    ratings = []
    for group, domains in sorted(groups.items()):
        if all(rating.published is None for rating in domains.values()):
            whole = "the location" if group == WHOLE else "a service group"
            words = ", ".join(sorted({rating.word for rating in domains.values()}))
            left_out[f"no rating published for {whole} ({words}, no date)"] += len(domains)
        else:
            ratings.append(_published(first["locationid"], group, domains))
    return Location(
        location_id=first["locationid"],
        name=first["locationname"],
        organisation=first["providername"],
        service_type=_service_type(first, groups),
        ratings=tuple(ratings),
    )


def _keep(groups: dict[str, dict[str, Rating]], row: table.Row, order: table.DateOrder, left_out: Counter[str]) -> None:
    """Take one row under its key (location, service group, domain); of two with one key the newer, then the worse."""
    if (domain := DOMAINS.get(row["domain"].lower())) is None:
        left_out[f"unknown domain {row['domain']!r}"] += 1
        return
    try:
        published = table.parse(row["publicationdate"], order)
    except ValueError:
        left_out["unreadable date"] += 1
        return
    word = row["latestrating"]
    rating = Rating(RATINGS.get(word.lower(), "no_rating"), word, published, row["inheritedratingyn"].upper() == "Y")
    domains = groups.setdefault(row["servicepopulationgroup"], {})
    if (known := domains.get(domain)) is not None:
        left_out["an older or better row of the same location, service group and domain"] += 1
        rating = max(known, rating, key=_newer_then_worse)
    domains[domain] = rating


def _newer_then_worse(rating: Rating) -> tuple[date, int]:
    return rating.published or date.min, WORSE.index(rating.value)


def _published(location_id: str, group: str, domains: dict[str, Rating]) -> tuple[str, cqc.CqcRatingPublished]:
    """The ratings of one service group as a fact: published when the newest of them was.

    The reference holds the digest of what the rows say, so that the same rows are the same fact in any later file,
    and a changed row is a new one.
    """
    overall = domains.get("overall")
    fact = cqc.CqcRatingPublished(
        location_id=location_id,
        overall=overall.value if overall else "no_rating",
        as_published=overall.word if overall else None,
        report_date=max(rating.published for rating in domains.values() if rating.published),
        service_group="location" if group == WHOLE else group,
        inherited=any(rating.inherited for rating in domains.values()),
        **{domain: rating.value for domain, rating in domains.items() if domain != "overall"},
    )
    said = sorted((domain, r.word, str(r.published or ""), r.inherited) for domain, r in domains.items())
    digest = hashlib.sha256(orjson.dumps([location_id, group, said])).hexdigest()[:16]
    return f"cqc-ratings/{location_id}/{fact.service_group}/{digest}", fact


def _service_type(row: table.Row, groups: Iterable[str]) -> vocabulary.ServiceType:
    """The file does not tell nursing from residential homes: a steward says so later, by `POST /v1/providers`."""
    if row["locationprimaryinspectioncategory"] == "Residential social care":
        return "care_home_residential"
    for group in sorted(group.lower() for group in groups):
        if group in SERVICE_TYPES:
            return SERVICE_TYPES[group]
    return "home_care"
