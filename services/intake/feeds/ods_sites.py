"""ODS site codes of care services → further names of services that are registered here (pure)."""

from collections import Counter
from collections.abc import Iterable

from services.intake.feeds import table
from services.intake.feeds.reading import LeftOut, Reading, Said, Service, UnusableFile

FEED = "ods-sites"
SITE = ("odscode", "sitecode", "odssitecode", "locationodscode", "code")
LOCATION = ("cqclocationid", "cqcid", "locationid")


def reading(rows: Iterable[table.Row], place: str) -> Reading:
    """Each row gives one service its site code. A code that two services share, or a service with two, says nothing.

    Raises UnusableFile where the columns are not there.
    """
    numbered = list(enumerate(rows, 2))
    site, location = _columns(numbered[0][1] if numbered else {})
    left_out: list[LeftOut] = []
    pairs: dict[tuple[str, str], list[int]] = {}
    for number, row in numbered:
        code, location_id = row[site].upper(), row[location]
        if code and location_id:
            pairs.setdefault((location_id, code), []).append(number)
        else:
            missing = "no CQC location id" if code else "no site code"
            left_out.append(LeftOut(number, missing, location_id or code))
    said = []
    codes, ids = Counter(code for _, code in pairs), Counter(location_id for location_id, _ in pairs)
    for (location_id, code), found in sorted(pairs.items()):
        if codes[code] > 1 or ids[location_id] > 1:
            why = "two services have this site code" if codes[code] > 1 else "this service has two site codes"
            left_out += [LeftOut(number, why, f"cqc:{location_id}") for number in found]
            continue
        aliases = {"cqc_location_id": location_id, "ods_site_code": code}
        service = Service(facts={}, aliases=aliases, add=False)
        said.append(Said(subject=f"cqc:{location_id}", rows=tuple(found), service=service, place=place))
    return Reading(tuple(said), len(numbered), tuple(left_out))


def _columns(row: table.Row) -> tuple[str, str]:
    site = next((name for name in SITE if name in row), None)
    location = next((name for name in LOCATION if name in row), None)
    if site is None or location is None:
        raise UnusableFile(
            "not a list of ODS sites: it needs a site code and a CQC location id;"
            f" it has the columns {', '.join(sorted(row)) or 'none'}"
        )
    return site, location
