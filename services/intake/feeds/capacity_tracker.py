"""An export of the Capacity Tracker → each service's monthly snapshot, so that nobody is asked for it again (pure).

The tracker's exports have no published layout. What providers must keep there is published (domain.md §2.2): the
columns below are our words for it, and a file that spells one otherwise is told which columns it has.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from services.intake.feeds import table
from services.intake.feeds.reading import Fact, LeftOut, Reading, Said, UnusableFile, reference
from shared.events import return_bodies

FEED = "capacity-tracker"
LOCATION = ("cqclocationid", "cqcid", "locationid")
ODS = ("odscode", "locationodscode", "odssitecode", "sitecode")
UPDATED = ("lastupdated", "lastupdateddate", "dateupdated", "updated", "date", "submissiondate")
FIELDS: dict[str, tuple[str, ...]] = {
    "maximum_capacity": ("maximumcapacity", "maxcapacity", "totalbeds", "capacity"),
    "occupied": ("occupied", "usedbeds", "occupiedbeds", "used"),
    "vacant_reserved": ("vacantreserved", "reserved", "reservedbeds"),
    "vacant_admitting": ("vacantadmitting", "vacant", "vacantacceptingadmissions", "vacancies", "availablebeds"),
    "packages_of_care": ("packagesofcare", "serviceusers", "numberofserviceusers", "peoplesupported"),
    "registered_nurses": ("registerednurses", "nursesemployed", "directlyemployedregisterednurses"),
    "care_staff": ("carestaff", "careworkersemployed", "directlyemployedcarestaff", "careworkers"),
    "other_staff": ("otherstaff", "noncarestaff", "noncareworkersemployed", "directlyemployednoncarestaff"),
    "agency_nurses": ("agencynurses", "agencyregisterednurses"),
    "agency_care_staff": ("agencycarestaff", "agencycareworkers"),
    "agency_other_staff": ("agencyotherstaff", "agencynoncarestaff", "agencynoncareworkers"),
    "absences": ("absences", "staffabsent", "totalabsences"),
    "staff_vaccinated_flu": ("staffvaccinatedflu", "fluvaccinatedstaff"),
    "staff_vaccinated_covid": ("staffvaccinatedcovid", "covidvaccinatedstaff"),
}  # fmt: skip
"""By our field, the spellings of its column as `table.column` makes them."""
EMPTY = frozenset({"", "-", "n/a", "na", "null", "not applicable"})


def reading(rows: Iterable[table.Row], place: str, said: table.DateOrder | None = None) -> Reading:
    """One return (RT-CT) a service and month: the newest snapshot of the month counts.

    Raises UnusableFile where the table cannot be one of these, and table.UndecidedDates.
    """
    numbered = list(enumerate(rows, 2))
    columns = _columns(numbered[0][1] if numbered else {})
    order = table.date_order((_day(row, columns) for _, row in numbered), said)
    left_out: list[LeftOut] = []
    newest: dict[tuple[str, str], tuple[date, int, dict[str, Any]]] = {}
    for number, row in numbered:
        subject = _subject(row, columns)
        if isinstance(found := _snapshot(row, columns, order), str):
            left_out.append(LeftOut(number, found, subject))
        elif not subject:
            left_out.append(LeftOut(number, "neither a CQC location id nor an ODS code", ""))
        else:
            on, body = found
            key = (subject, f"{on:%Y-%m}")
            if (other := newest.get(key)) and other[0] > on:
                left_out.append(LeftOut(number, "an older snapshot of the same service and month", subject))
                continue
            if other:
                left_out.append(LeftOut(other[1], "an older snapshot of the same service and month", subject))
            newest[key] = (on, number, body)
    facts = (_fact(*key, on, row, body) for key, (on, row, body) in sorted(newest.items()))
    told = tuple(Said(subject=subject, rows=(), facts=(fact,), place=place) for subject, fact in facts)
    return Reading(told, len(numbered), tuple(left_out))


def _columns(row: table.Row) -> dict[str, str]:
    """The column of each field that the table has. Raises UnusableFile."""
    wanted = {"location": LOCATION, "ods": ODS, "updated": UPDATED, **FIELDS}
    found = {field: name for field, names in wanted.items() for name in names[::-1] if name in row}
    if "updated" not in found or not {"location", "ods"} & found.keys() or not FIELDS.keys() & found.keys():
        raise UnusableFile(
            "not an export of the Capacity Tracker: it needs a CQC location id or an ODS code, a date, and one figure;"
            f" it has the columns {', '.join(sorted(row)) or 'none'}"
        )
    return found


def _subject(row: table.Row, columns: dict[str, str]) -> str:
    if location_id := row.get(columns.get("location", ""), ""):
        return f"cqc:{location_id}"
    code = row.get(columns.get("ods", ""), "")
    return f"ods_site_code:{code.upper()}" if code else ""


def _snapshot(row: table.Row, columns: dict[str, str], order: table.DateOrder) -> tuple[date, dict[str, Any]] | str:
    """The day and the figures, or why there are none."""
    try:
        on = table.parse(_day(row, columns), order)
        figures = dict(_figures(row, columns))
    except ValueError as error:
        return f"cannot be read: {error}"
    if on is None:
        return "no date: it was never updated"
    return (on, figures) if figures else "no figure: nothing was filled in"


def _day(row: table.Row, columns: dict[str, str]) -> str:
    """The date of the last update, without its time of day."""
    return row[columns["updated"]].partition(" ")[0].partition("T")[0]


def _figures(row: table.Row, columns: dict[str, str]) -> Iterator[tuple[str, int]]:
    """What is empty is absent, never 0. Raises ValueError for what is no count."""
    for field in FIELDS:
        text = row[columns[field]] if field in columns else ""
        if text.lower() in EMPTY:
            continue
        if not (plain := text.replace(",", "").removesuffix(".0")).isdecimal():
            raise ValueError(f"{columns[field]} is no count")
        yield field, int(plain)


def _fact(subject: str, period: str, on: date, row: int, figures: dict[str, Any]) -> tuple[str, Fact]:
    body = return_bodies.CapacityTracker(kind="RT-CT", **figures).model_dump(mode="json", exclude_none=True)
    data = {"return_type": "RT-CT", "period": period, "submitted_on": on.isoformat(), "body": body}
    named = reference(FEED, [subject, period], data)
    return subject, Fact(rows=(row,), reference=named, kind="returns.submitted", data=data, on=on)
