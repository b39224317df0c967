"""The command line of the feeds: `python -m services.intake import FEED FILE…`."""

import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.intake.bulk import importing, syncing
from services.intake.bulk.importing import Commissioning, DateOrder, Feed
from services.intake.feeds import (
    capacity_tracker,
    carried_over,
    cqc_commentary,
    cqc_locations,
    cqc_ratings,
    inspection_history,
    lines,
    ods_sites,
    table,
)
from services.intake.feeds.reading import Reading, Said
from services.intake.settings import IntakeSettings
from shared import clock, settings

cli = typer.Typer(help="Load published files. Harmless to repeat; one that was ended goes on.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="CSV or JSON lines, plain or gzipped.", exists=True, dir_okay=False)]
Place = Annotated[str, typer.Option(help="GSS code of the council area, such as E06000019.")]
Order = Annotated[DateOrder | None, typer.Option(help="Where the file's dates fit both.")]
Report = Annotated[Path | None, typer.Option(help="Write into this CSV what became of every row, and why.")]
Services = Annotated[Commissioning, typer.Option(help="Of services not yet registered.")]
CQC, COUNCIL = "cqc", "council-quality"


@cli.callback()
def _feeds() -> None:
    """A group, so that each feed has its own name."""


@cli.command("cqc-ratings")
def cqc_ratings_(
    files: Files,
    *,
    place: Annotated[str | None, typer.Option(help="GSS code of that council's area, such as E06000019.")] = None,
    council: Annotated[str | None, typer.Option(help="The local authority as the file names it; else all.")] = None,
    date_order: Order = None,
    commissioning: Services = "none",
    report: Report = None,
) -> None:
    """Register adult social care locations, of one council or of all, with CQC's ratings of them."""
    if place is not None and council is None:
        sys.exit("intake: --place is the area of one council: say --council as well")
    read = partial(
        _ratings, council=council, place=place and importing.checked_place(place), said=date_order,
        commissioning=commissioning,
    )  # fmt: skip
    _run(Feed(name=cqc_ratings.FEED, publisher=CQC, read=read), files, report)


@cli.command("inspection-history")
def inspection_history_(
    files: Files,
    register_missing: Annotated[
        Path | None,
        typer.Option(help="A ratings table: services that it has are registered, by council, where they are not yet."),
    ] = None,
    commissioning: Services = "none",
    report: Report = None,
) -> None:
    """Load what CQC rated in the past: nobody is told, and times are those of publication."""

    def read(file: Path) -> Reading:
        register: dict[str, Said] = {}
        if register_missing is not None:
            known = _ratings(register_missing, commissioning=commissioning)
            register = {said.subject.partition(":")[2]: said for said in known.said}
        return inspection_history.reading(table.read(file, inspection_history.REQUIRED), register)

    _run(Feed(name=inspection_history.FEED, publisher=CQC, read=read, basis="import"), files, report)


@cli.command("cqc-locations")
def cqc_locations_(
    files: Annotated[list[Path] | None, typer.Argument(help="JSON lines of locations.", exists=True)] = None,
    *,
    place: Place,
    council: Annotated[str, typer.Option(help="The local authority as CQC names it, such as Oldham.")],
    api: Annotated[bool, typer.Option("--api", help="Read CQC's public API: all at first, then what changed.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Register services that have closed as well.")] = False,
    commissioning: Services = "none",
    report: Report = None,
) -> None:
    """Register and update services as CQC has them: names, kinds, beds, ratings, absent managers, closures."""
    importing.checked_place(place)
    if api == bool(files):
        sys.exit("intake: give either files, or --api")

    def read(file: Path) -> Reading:
        return cqc_locations.reading(lines.read(file), place, commissioning, council, closed_too=closed)

    feed = Feed(name=cqc_locations.FEED, publisher=CQC, read=read)
    if api:
        known = syncing.Council(place=place, name=council, commissioning=commissioning, closed_too=closed)
        sys.exit(syncing.run(loaded(), feed, known, report))
    _run(feed, files or [], report)


@cli.command("cqc-commentary")
def cqc_commentary_(files: Files, *, report: Report = None) -> None:
    """Load what CQC wrote of its assessments: context on a service's history, of no weight by itself."""

    def read(file: Path) -> Reading:
        return cqc_commentary.reading(lines.read(file))

    _run(Feed(name=cqc_commentary.FEED, publisher=CQC, read=read, basis="import", texts=True), files, report)


@cli.command("capacity-tracker")
def capacity_tracker_(files: Files, *, place: Place, date_order: Order = None, report: Report = None) -> None:
    """Load an export of the Capacity Tracker: each service's snapshot is its return for the month."""
    importing.checked_place(place)

    def read(file: Path) -> Reading:
        return capacity_tracker.reading(table.read(file, ()), place, date_order)

    _run(Feed(name=capacity_tracker.FEED, publisher="capacity-tracker", read=read), files, report)


@cli.command("ods-sites")
def ods_sites_(files: Files, *, place: Place, report: Report = None) -> None:
    """Give services that are registered here their ODS site codes as further names."""
    importing.checked_place(place)

    def read(file: Path) -> Reading:
        return ods_sites.reading(table.read(file, ()), place)

    _run(Feed(name=ods_sites.FEED, publisher="ods", read=read), files, report)


@cli.command("carried-over")
def carried_over_(
    files: Files,
    *,
    place: Place,
    as_at: Annotated[datetime, typer.Option(help="The day that the sheet is of.", formats=["%Y-%m-%d"])],
    date_order: Order = None,
    report: Report = None,
) -> None:
    """Load what stands on the day of going live: levels, restrictions from their true start, plans."""
    importing.checked_place(place)

    def read(file: Path) -> Reading:
        rows = table.read(file, carried_over.NEEDED)
        return carried_over.reading(rows, place, as_at.date(), date_order)

    feed = Feed(name=carried_over.FEED, publisher=COUNCIL, read=read, basis="carried-over", strict=True)
    _run(feed, files, report)


def _ratings(
    file: Path,
    *,
    council: str | None = None,
    place: str | None = None,
    said: DateOrder | None = None,
    commissioning: Commissioning,
) -> Reading:
    rows = table.read(file, cqc_ratings.REQUIRED)
    return cqc_ratings.reading(rows, council=council, place=place, said=said, commissioning=commissioning)


def _run(feed: Feed, files: list[Path], report: Path | None) -> None:
    sys.exit(importing.run(loaded(), feed, files, report))


def loaded() -> IntakeSettings:
    """The settings of the deployment, with its clock."""
    known = settings.load(IntakeSettings)
    clock.configure(known.clock_file)
    return known
