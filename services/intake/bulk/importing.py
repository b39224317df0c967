"""Load a feed's files through the same door as everything else: in this process, as the journal's writer."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.intake import runs
from services.intake.app import parts_of
from services.intake.bulk.loading import Loader
from services.intake.bulk.tally import Tally
from services.intake.bulk.throttle import NotJudging, NotPublishing, Throttle
from services.intake.feeds import table
from services.intake.feeds.reading import Reading, Said, UnusableFile
from services.intake.parts import Parts
from services.intake.settings import IntakeSettings
from shared import councils, service, topics
from shared.events import envelope
from shared.journal import append

CHUNK = 200
PLACE = r"[A-Z][0-9]{8}"
DateOrder = Literal["dmy", "mdy"]
Commissioning = Literal["council", "nhs", "joint", "none"]
FAILURES = (table.UnreadableTable, table.UndecidedDates, councils.UnknownCouncil, UnusableFile, OSError)
STOPPED = (append.Unavailable, NotPublishing, NotJudging, psycopg.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One kind of file, and how it is loaded."""

    name: str
    publisher: str
    read: Callable[[Path], Reading]
    """Raises one of FAILURES: then nothing of any file is loaded."""
    basis: envelope.Basis | None = None
    """Why its facts are written. None: `import` up to the feed's going live in the place, `live` from then on."""
    strict: bool = False
    """Whether every row must go in: each one that does not is told by its number, and the exit code is 1."""
    texts: bool = False
    """Whether it holds free texts: then the vault is opened."""


def run(settings: IntakeSettings, feed: Feed, files: Sequence[Path], report: Path | None = None) -> int:
    """Load these files and print what became of every row; the exit code: 0 only if all that was read was taken."""
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    try:
        readings = [(file.name, feed.read(file)) for file in files]
        with progress(errors) as bar:
            task = bar.add_task(feed.name, total=sum(len(reading.said) for _, reading in readings))
            tallies = asyncio.run(_load(settings, feed, readings, lambda done: bar.advance(task, done)))
    except FAILURES as error:
        errors.print(f"intake: nothing was loaded: {error}", markup=False)
        return 1
    except STOPPED as error:
        errors.print(f"intake: stopped: {error}. {AGAIN}", markup=False)
        return 1
    told(tallies, console, report)
    kept_out = [line for tally in tallies for line in tally.kept_out()] if feed.strict else []
    for line in kept_out:
        console.print(line, markup=False, highlight=False)
    return 0 if all(tally.is_whole for tally in tallies) and not kept_out else 1


AGAIN = "Is intake running? Then give the same command again: it goes on where it was."


def progress(errors: Console) -> Progress:
    """The bar that every feed shows."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors)


def told(tallies: Sequence[Tally], console: Console, report: Path | None) -> None:
    """Print what became of the rows; with a report, row by row into that file."""
    for line in (line for tally in tallies for line in tally.lines()):
        console.print(line, markup=False, highlight=False)
    if report is not None:
        with report.open("w", encoding="utf-8", newline="") as to:
            for number, tally in enumerate(tallies):
                tally.write(to, head=number == 0)
        console.print(f"every row is accounted for in {report}", markup=False, highlight=False)


def checked_place(place: str) -> str:
    """A GSS code; or one line that says what it should be, and the end."""
    if not re.fullmatch(PLACE, place):
        sys.exit(f"intake: {place!r} is no GSS code of a council area, such as E06000019")
    return place


async def _load(
    settings: IntakeSettings, feed: Feed, readings: Sequence[tuple[str, Reading]], advance: Callable[[int], None]
) -> list[Tally]:
    tallies = []
    async with writing(settings, texts=feed.texts) as parts:
        loader = await loader_of(parts, feed)
        throttle = Throttle(parts, settings.kafka_bootstrap, topics.Topics(prefix=settings.topic_set))
        for name, reading in readings:
            tally = Tally(name, reading.rows)
            await feed_in(loader, throttle, reading.said, tally, advance)
            tally.leave(reading.left_out)
            tallies.append(tally)
        places = {said.place for _, reading in readings for said in reading.said if said.place}
        if feed.basis is None:
            async with parts.pool.connection() as connection, connection.cursor() as cursor:
                await runs.heard(cursor, feed.name, places, parts.now())
    return tallies


async def feed_in(
    loader: Loader, throttle: Throttle, said: Iterable[Said], tally: Tally, advance: Callable[[int], None]
) -> None:
    """Batch after batch, as fast as there is room. Raises STOPPED."""
    left = iter(said)
    while batch := list(islice(left, CHUNK)):
        await throttle.wait()
        await loader.load(batch, tally)
        advance(len(batch))


async def loader_of(parts: Parts, feed: Feed) -> Loader:
    """A loader that knows since when the feed is live in each place."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        live = await runs.connected(cursor, feed.name)

    def basis(place: str | None, on: date) -> envelope.Basis:
        if feed.basis is not None:
            return feed.basis
        return "live" if place in live and on >= live[place] else "import"

    def in_life(place: str | None) -> envelope.Basis:
        return feed.basis or ("live" if place in live else "import")

    return Loader(parts, feed.publisher, basis, in_life)


@contextlib.asynccontextmanager
async def writing(settings: IntakeSettings, *, texts: bool = False) -> AsyncIterator[Parts]:
    """This process as a writer of intake's journal, under its lock; the running service publishes what it writes."""
    parts = parts_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        if texts:
            await stack.enter_async_context(parts.vault)
        await stack.enter_async_context(parts.pool)
        serving = asyncio.create_task(parts.writer.run())
        try:
            yield parts
        finally:
            await service.end([serving])
