"""CQC's published "latest ratings" tables → adult social care locations with their ratings, by council (pure)."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.intake.feeds import table
from services.intake.feeds.reading import Fact, LeftOut, Reading, Said, Service, reference
from shared import councils
from shared.events import cqc, registry, vocabulary

FEED = "cqc-ratings"

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


@dataclass(frozen=True, slots=True)
class Rating:
    """One domain of one service group, as the file has it."""

    row: int
    value: vocabulary.Rating
    word: str
    published: date | None
    inherited: bool


@dataclass(slots=True)
class _Found:
    """What is being found in one file."""

    order: table.DateOrder
    commissioning: vocabulary.Commissioning
    left_out: list[LeftOut] = field(default_factory=list)

    def leave(self, row: int, why: str, about: str) -> None:
        self.left_out.append(LeftOut(row, why, about))


def reading(
    rows: Iterable[table.Row],
    *,
    council: str | None = None,
    place: str | None = None,
    said: table.DateOrder | None = None,
    commissioning: vocabulary.Commissioning = "none",
) -> Reading:
    """All that the rows of one file say about adult social care, of one council or of every one.

    `place` is the GSS code of the council; unsaid, it is found by the authority's name in the reference data.
    :raises councils.UnknownCouncil: no row is of that council.
    :raises table.UndecidedDates: the order of the dates is not to be told.
    """
    numbered = list(enumerate(rows, 2))
    authority = None if council is None else _authority({row["locationlocalauthority"] for _, row in numbered}, council)
    order = table.date_order((row["publicationdate"] for _, row in numbered), said)
    found = _Found(order, commissioning)
    kept: dict[tuple[str, str], list[tuple[int, table.Row]]] = {}
    for number, row in numbered:
        if authority is not None and row["locationlocalauthority"] != authority:
            found.leave(number, "another local authority", row["locationid"])
        elif row["locationtype"] != SOCIAL_CARE:
            kind = row["locationtype"] or "no type"
            found.leave(number, f"not adult social care: {kind}", row["locationid"])
        elif (home := place or _place(row["locationlocalauthority"])).startswith("no "):
            found.leave(number, home, row["locationid"])
        else:
            kept.setdefault((home, row["locationid"]), []).append((number, row))
    locations = tuple(_location(home, rows, found) for (home, _), rows in sorted(kept.items()))
    return Reading(locations, len(numbered), tuple(found.left_out))


def _authority(names: set[str], council: str) -> str:
    """The file's own name of a council: `Herefordshire` is `Herefordshire, County of`."""
    wanted = council.casefold().strip()
    exact = {name for name in names if name.casefold() == wanted}
    short = {name for name in names if "," in name and name.partition(",")[0].casefold() == wanted}
    if len(found := exact or short) == 1:
        return found.pop()
    near = difflib.get_close_matches(council, sorted(names), n=3, cutoff=0.5) or sorted(names)[:3]
    raise councils.UnknownCouncil(f"no local authority {council!r} in this file; near: {'; '.join(near)}")


def _place(authority: str) -> str:
    """The GSS code, or (it begins with `no `) why there is none."""
    try:
        council = councils.named(authority)
    except councils.UnknownCouncil:
        return f"no council of this name is known: {authority or 'none given'}"
    if council.until is not None:
        return f"no council any more: {council.name} (now {council.became})"
    return council.code


def _location(place: str, rows: Sequence[tuple[int, table.Row]], found: _Found) -> Said:
    first = rows[0][1]
    groups: dict[str, dict[str, Rating]] = {}
    for number, row in rows:
        _keep(groups, number, row, found)
    facts = []
    for group, domains in sorted(groups.items()):
        if all(rating.published is None for rating in domains.values()):
            whole = "the location" if group == WHOLE else "a service group"
            words = ", ".join(sorted({rating.word for rating in domains.values()}))
            for rating in domains.values():
                why = f"no rating published for {whole} ({words}, no date)"
                found.leave(rating.row, why, first["locationid"])
        else:
            facts.append(_published(first["locationid"], group, domains))
    told = {"name": first["locationname"], "service_type": service_type(first, groups)}
    told |= {"organisation": first["providername"]} if first["providername"] else {}
    told |= {"commissioning": found.commissioning}
    service = Service(facts=told, aliases={"cqc_location_id": first["locationid"]})
    return Said(subject=f"cqc:{first['locationid']}", rows=(), service=service, facts=tuple(facts), place=place)


def _keep(groups: dict[str, dict[str, Rating]], number: int, row: table.Row, found: _Found) -> None:
    """Take one row under its key (location, service group, domain); of two with one key the newer, then the worse."""
    if (domain := DOMAINS.get(row["domain"].lower())) is None:
        found.leave(number, f"unknown domain {row['domain']!r}", row["locationid"])
        return
    try:
        published = table.parse(row["publicationdate"], found.order)
    except ValueError:
        found.leave(number, "unreadable date", row["locationid"])
        return
    word, inherited = row["latestrating"], row["inheritedratingyn"].upper() == "Y"
    rating = Rating(number, RATINGS.get(word.lower(), "no_rating"), word, published, inherited)
    domains = groups.setdefault(row["servicepopulationgroup"], {})
    if (known := domains.get(domain)) is not None:
        known, rating = sorted((known, rating), key=_newer_then_worse)
        why = "an older or better row of the same location, service group and domain"
        found.leave(known.row, why, row["locationid"])
    domains[domain] = rating


def _newer_then_worse(rating: Rating) -> tuple[date, int]:
    return rating.published or date.min, WORSE.index(rating.value)


def _published(location_id: str, group: str, domains: dict[str, Rating]) -> Fact:
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
    return Fact(
        rows=tuple(sorted(rating.row for rating in domains.values())),
        reference=reference(FEED, [location_id, fact.service_group], said),
        kind="cqc_rating.published",
        data=registry.dumped(fact),
        on=fact.report_date,
    )


def service_type(row: table.Row, groups: Iterable[str]) -> vocabulary.ServiceType:
    """The file does not tell nursing from residential homes: CQC's API does, or a steward."""
    if row["locationprimaryinspectioncategory"] == "Residential social care":
        return "care_home_residential"
    for group in sorted(group.lower() for group in groups):
        if group in SERVICE_TYPES:
            return SERVICE_TYPES[group]
    return "home_care"
