"""A location as CQC's API gives it → the service in the register, its ratings, its end (pure)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.feeds import location_ratings
from services.intake.feeds.reading import Fact, LeftOut, Reading, Said, Service, reference
from shared.events import registry_facts, vocabulary

FEED = "cqc-locations"
SOCIAL_CARE = "Social Care Org"
REGISTERED = "Registered"
PREDECESSOR = "HSCA Predecessor"
MANAGER = "registry.manager.changed"
KINDS: tuple[tuple[str, vocabulary.ServiceType], ...] = (
    ("Nursing homes", "care_home_nursing"),
    ("Residential homes", "care_home_residential"),
    ("Shared lives", "shared_lives"),
    ("Supported housing", "extra_care"),
    ("Homecare agencies", "home_care"),
    ("Supported living", "supported_living"),
    ("Community services - Learning disabilities", "outreach"),
    ("Community services - Mental Health", "outreach"),
)
"""CQC's service types, the one that says most of a service first. What we do not know is `home_care`."""
SHARED = {"ods_site_code": "odsCode", "uprn": "uprn"}
"""Further names, by the record's own: of the service only where no other has the same (two may share an address)."""
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Chain:
    """One service through its registrations: the newest, and the ids that it had before, oldest first."""

    newest: str
    former: tuple[str, ...]


def reading(
    records: Iterable[Record],
    place: str,
    commissioning: vocabulary.Commissioning = "none",
    council: str | None = None,
    *,
    closed_too: bool = False,
) -> Reading:
    """Every adult social care location, with those that were registered before it as names of the same service.

    A location that has ended, and that nothing in the file has followed, ends a service that is known here; one that is
    not is registered, and ended, only with `closed_too`.
    """
    kept: dict[str, tuple[int, Record]] = {}
    left_out: list[LeftOut] = []
    count = 0
    for count, record in enumerate(records, 1):
        if why := _unwanted(record, kept, council):
            left_out.append(LeftOut(count, why, str(record.get("locationId", ""))))
        else:
            kept[record["locationId"]] = (count, record)
    chains = list(_chains({id_: record for id_, (_, record) in kept.items()}))
    names = Counter(name for chain in chains for name in _names(kept[chain.newest][1]).items())
    told = _Telling(kept, place, commissioning, {name for name, n in names.items() if n > 1}, closed_too)
    said = [each for chain in chains for each in told.said(chain, left_out)]
    return Reading(tuple(said), count, tuple(left_out))


def _unwanted(record: Record, kept: Mapping[str, Any], council: str | None) -> str | None:
    if not isinstance(record.get("locationId"), str) or not record.get("name"):
        return "no location: it has no id or no name"
    if record["locationId"] in kept:
        return "the same location twice"
    if record.get("type") != SOCIAL_CARE:
        return f"not adult social care: {record.get('type', 'no type')}"
    if council is not None and record.get("localAuthority") != council:
        return "another local authority"
    return None


def _chains(records: Mapping[str, Record]) -> Iterator[_Chain]:
    """Follow each registration back to what it followed: one that was split goes on as the first of its heirs."""
    before = {
        id_: next((other for other in _related(record, PREDECESSOR) if other in records and other != id_), None)
        for id_, record in sorted(records.items(), key=lambda each: (each[1].get("registrationDate", ""), each[0]))
    }
    for id_ in before:
        if _comes_back(id_, before):  # two that name each other as what they followed
            before[id_] = None
    heirs: dict[str, str] = {}
    for id_, predecessor in before.items():
        if predecessor is not None:
            heirs.setdefault(predecessor, id_)
    for id_ in before:
        if id_ not in heirs:
            former, at = list[str](), id_
            while (earlier := before[at]) is not None and heirs[earlier] == at:
                former.append(at := earlier)
            yield _Chain(id_, tuple(reversed(former)))


def _comes_back(id_: str, before: Mapping[str, str | None]) -> bool:
    at, seen = before[id_], set[str]()
    while at is not None and at != id_ and at not in seen:
        seen.add(at)
        at = before[at]
    return at == id_


def _related(record: Record, kind: str) -> list[str]:
    return [each["relatedLocationId"] for each in record.get("relationships", ()) if each.get("type") == kind]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is said of each service, given all that was read."""

    kept: Mapping[str, tuple[int, Record]]
    place: str
    commissioning: vocabulary.Commissioning
    shared: Collection[tuple[str, str]]
    """Names that two services have: they tell neither."""
    closed_too: bool

    def said(self, chain: _Chain, left_out: list[LeftOut]) -> Iterator[Said]:
        """The service with its newest registration's ratings; then those of each earlier one, under its own name."""
        row, record = self.kept[chain.newest]
        registered = record.get("registrationStatus") == REGISTERED
        facts = [*location_ratings.facts(FEED, row, record, left_out), *_manager(row, record)]
        yield Said(
            subject=f"cqc:{chain.newest}",
            rows=(row, *(self.kept[id_][0] for id_ in chain.former)),
            service=self._service(chain, record, registered=registered),
            facts=tuple(facts),
            place=self.place,
            manager_is_there=registered and not any(fact.kind == MANAGER for fact in facts),
        )
        for id_ in chain.former:
            row, record = self.kept[id_]
            if rated := tuple(location_ratings.facts(FEED, row, record, left_out)):
                yield Said(subject=f"cqc:{id_}", rows=(), facts=rated, place=self.place)

    def _service(self, chain: _Chain, record: Record, *, registered: bool) -> Service:
        kind = service_type(record)
        further = {scheme: value for scheme, value in _names(record).items() if (scheme, value) not in self.shared}
        return Service(
            facts=_facts(record) | {"service_type": kind, "commissioning": self.commissioning},
            aliases={"cqc_location_id": chain.newest} | further,
            former=chain.former,
            closed=_closed(record),
            add=registered or self.closed_too,
            change=True,
            # CQC tells a nursing home from another; what else a service is a steward may know better.
            keep=("commissioning",) if kind == "care_home_nursing" else ("commissioning", "service_type"),
        )


def _names(record: Record) -> dict[str, str]:
    return {scheme: str(record[name]) for scheme, name in SHARED.items() if record.get(name)}


def _facts(record: Record) -> dict[str, Any]:
    """The service as the register has it. Absent keys are absent: nothing is said of them."""
    told: dict[str, Any] = {"name": record["name"]}
    if beds := record.get("numberOfBeds"):
        told["beds"] = beds
    if brand := record.get("brandName"):
        told["brand"] = str(brand).removeprefix("BRAND ")
    if postcode := record.get("postalCode"):
        told["postcode"] = postcode
    if record.get("providerId"):
        told["organisation_ids"] = {"cqc_provider_id": str(record["providerId"])}
    if organisation := record.get("providerName"):
        told["organisation"] = organisation
    return told


def service_type(record: Record) -> vocabulary.ServiceType:
    """By CQC's own words for what the location does; an ended one often has none but that it is a care home."""
    names = {each.get("name") for each in record.get("gacServiceTypes", ())}
    for name, kind in KINDS:
        if name in names:
            return kind
    return "care_home_residential" if record.get("careHome") == "Y" else "home_care"


def _closed(record: Record) -> registry_facts.ServiceClosed | None:
    if record.get("registrationStatus") == REGISTERED or not (day := _day(record.get("deregistrationDate"))):
        return None
    return registry_facts.ServiceClosed(closed_on=day, reason="deregistered")


def _manager(row: int, record: Record) -> Iterator[Fact]:
    """That the registered manager is away, and since when. Whether one is in post is not said, and no name is read."""
    if record.get("registrationStatus") != REGISTERED:
        return
    if since := _day(record.get("registeredManagerAbsentDate")):
        data = {"status": "absent", "since": since.isoformat()}
        named = reference(FEED, [record["locationId"], "manager"], data)
        yield Fact(rows=(row,), reference=named, kind=MANAGER, data=data, on=since)


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
