"""Read CQC's API for one council: all of it the first time, what has changed from then on; a killed run goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from services.intake import heard, runs
from services.intake.bulk import importing
from services.intake.bulk.importing import Commissioning, Feed
from services.intake.bulk.loading import Loader
from services.intake.bulk.tally import Tally
from services.intake.bulk.throttle import Throttle
from services.intake.cqc_client import CqcApi, OutOfReach
from services.intake.feeds import cqc_commentary, cqc_locations
from services.intake.feeds.reading import Fact, Said
from services.intake.parts import Parts
from services.intake.settings import IntakeSettings
from shared import calendar, topics

AT_ONCE = 20
"""Locations asked for and loaded together: what a run that is killed has to ask for again."""
REPORTS_LATE = timedelta(days=7)
"""So much later than its date may a rating appear, and its report still be read."""
KNOWN = """
SELECT a.value FROM aliases AS a WHERE a.place = %s AND a.scheme = 'cqc_location_id'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """Whose locations are read."""

    place: str
    name: str
    """As CQC names the local authority."""
    commissioning: Commissioning = "none"
    closed_too: bool = False


def run(settings: IntakeSettings, feed: Feed, council: Council, report: Path | None = None) -> int:
    """Read what is new, and print what became of it; the exit code."""
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    tally = Tally(f"CQC's API, {council.name}", 0)
    try:
        with importing.progress(errors) as bar:
            task = bar.add_task(feed.name, total=None)

            def advance(done: int, total: int) -> None:
                bar.update(task, total=total, completed=done)

            asyncio.run(_read(settings, feed, council, tally, advance))
    except (OutOfReach, *importing.STOPPED) as error:
        errors.print(f"intake: stopped: {error}. {importing.AGAIN}", markup=False)
        return 1
    importing.told([tally], console, report)
    return 0 if tally.is_whole else 1


async def _read(
    settings: IntakeSettings, feed: Feed, council: Council, tally: Tally, advance: Callable[[int, int], None]
) -> None:
    key = settings.cqc_key.get_secret_value() if settings.cqc_key else None
    async with (
        importing.writing(settings, texts=True) as parts,
        CqcApi(settings.cqc_url, key, per_minute=settings.cqc_per_minute, first_pause=settings.cqc_pause) as cqc,
    ):
        async with parts.pool.connection() as connection, connection.cursor() as cursor:
            since = await runs.since(cursor, council.place, feed.name)
            began, have = await runs.begin(cursor, council.place, feed.name, parts.now())
        wanted = [id_ async for id_ in _wanted(cqc, parts, council, since, began)]
        left = [id_ for id_ in dict.fromkeys(wanted) if id_ not in have]
        reports_from = None if since is None else calendar.london_date(since - REPORTS_LATE)
        reader = _Reader(parts, cqc, feed, council, tally, reports_from)
        loader = await importing.loader_of(parts, feed)
        throttle = Throttle(parts, settings.kafka_bootstrap, topics.Topics(prefix=settings.topic_set))
        for start in range(0, len(left), AT_ONCE):
            await throttle.wait()
            await reader.load(loader, left[start : start + AT_ONCE])
            advance(min(start + AT_ONCE, len(left)), len(left))
        async with parts.pool.connection() as connection, connection.cursor() as cursor:
            await runs.heard(cursor, feed.name, [council.place], began)
            await heard.alive(cursor, council.place, feed.name, calendar.london_date(parts.now()))
            await runs.finish(cursor, council.place, feed.name)


async def _wanted(
    cqc: CqcApi, parts: Parts, council: Council, since: datetime | None, until: datetime
) -> AsyncIterator[str]:
    """All locations of the council; once they have been read, those that have changed and are its, or known here."""
    if since is None:
        async for id_ in cqc.locations(council.name):
            yield id_
        return
    changed = [id_ async for id_ in cqc.changes(since, until)]
    if not changed:
        return
    ours = {id_ async for id_ in cqc.locations(council.name)}
    async with parts.pool.connection() as connection:
        ours |= {value for (value,) in await (await connection.execute(KNOWN, (council.place,))).fetchall()}
    for id_ in changed:
        if id_ in ours:
            yield id_


@dataclass(frozen=True, slots=True)
class _Reader:
    parts: Parts
    cqc: CqcApi
    feed: Feed
    council: Council
    tally: Tally
    reports_from: date | None
    """The reports of ratings from this day on are read as well; None: a first reading, of which nobody is told."""

    async def load(self, loader: Loader, ids: list[str]) -> None:
        """Some locations, with those that they followed or that follow them, so that each service is whole."""
        records: dict[str, dict[str, Any]] = {}
        asked, todo = set(ids), list(ids)
        while todo:
            found = await asyncio.gather(*map(self.cqc.location, todo))
            new = {id_: record for id_, record in zip(todo, found, strict=True) if record is not None}
            records |= new
            todo = sorted({id_ for record in new.values() for id_ in _related(record)} - asked)
            asked |= set(todo)
        reading = cqc_locations.reading(
            records.values(),
            self.council.place,
            self.council.commissioning,
            self.council.name,
            closed_too=self.council.closed_too,
        )
        tally = Tally(self.tally.file, reading.rows)
        await loader.load([await self._with_reports(said) for said in reading.said], tally)
        tally.leave(reading.left_out)
        self.tally.add(tally)
        async with self.parts.pool.connection() as connection, connection.cursor() as cursor:
            await runs.done(cursor, self.council.place, self.feed.name, [*ids, *records])

    async def _with_reports(self, said: Said) -> Said:
        """With each new rating the report that it was published with: context, of no weight by itself."""
        found = []
        for fact, link in _links(said):
            if self.reports_from is not None and fact.on >= self.reports_from:
                text = await self.cqc.report(link)
                found += [written] if (written := cqc_commentary.report(fact, text or "")) else []
        return replace(said, facts=(*said.facts, *found))


def _links(said: Said) -> list[tuple[Fact, str]]:
    return [(fact, link) for fact in said.facts if (link := fact.data.get("report_link_id"))]


def _related(record: dict[str, Any]) -> list[str]:
    """What it followed, and what followed it: an ended location whose heir is not seen would end the service."""
    if record.get("type") != cqc_locations.SOCIAL_CARE:
        return []
    return [each["relatedLocationId"] for each in record.get("relationships") or ()]
