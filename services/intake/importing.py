"""Load a feed's files through the same door as everything else: in this process, as the journal's writer."""

import asyncio
import contextlib
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.intake import normalise
from services.intake.app import parts_of
from services.intake.feeds import cqc_ratings, table
from services.intake.parts import Parts
from services.intake.registration import CQC, Register, Request
from services.intake.settings import IntakeSettings
from services.intake.submission import Submission
from shared import calendar
from shared.events import cqc, envelope, registry
from shared.journal import append

PUBLISHER = "cqc"
CHUNK = 40
MOST_UNPUBLISHED = 2_000
"""A live event never waits behind more of an import than this."""
PATIENCE_SECONDS = 30.0
DateOrder = Literal["dmy", "mdy"]
Commissioning = Literal["council", "nhs", "joint", "none"]
FAILURES = (table.UnreadableTable, table.UndecidedDates, cqc_ratings.UnknownCouncil, OSError)


class NotPublishing(Exception):
    """Nothing of the journal reaches the ledger: intake or Kafka is not running."""


@dataclass
class Summary:
    """What an import did, and what it left out."""

    locations: Counter[str] = field(default_factory=Counter)
    ratings: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    differing: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people."""
        taken = sum(self.locations.values())
        return [
            f"{self.rows} rows read; {taken} adult social care locations:"
            f" {self.locations['new']} new, {self.locations['changed']} with a new alias,"
            f" {self.locations['known']} known already",
            f"ratings published: {self.ratings['accepted']} new, {self.ratings['duplicate']} there already"
            + "".join(f", {count} {status}" for status, count in sorted(self.ratings.items()) if status not in _GOOD),
            *(f"left out: {count} rows: {why}" for why, count in self.left_out.most_common()),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether everything that was read has been taken."""
        return not self.locations["conflict"] and set(self.ratings) <= _GOOD


_GOOD = {"accepted", "duplicate"}


def run(
    settings: IntakeSettings,
    files: Sequence[Path],
    *,
    place: str,
    council: str,
    said: DateOrder | None,
    commissioning: Commissioning,
) -> int:
    """Load these files and print the summary; the exit code."""
    if not re.fullmatch(r"[A-Z][0-9]{8}", place):
        sys.exit(f"intake: {place!r} is no GSS code of a council area, such as E06000019")
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    summary = Summary()
    try:
        readings = [cqc_ratings.reading(table.read(file, cqc_ratings.REQUIRED), council, said) for file in files]
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
        ) as bar:
            task = bar.add_task(f"{council} → {place}", total=sum(len(reading.locations) for reading in readings))
            asyncio.run(
                _load(
                    settings,
                    readings,
                    place=place,
                    commissioning=commissioning,
                    summary=summary,
                    advance=lambda done: bar.advance(task, done),
                )
            )
    except FAILURES as error:
        errors.print(f"intake: nothing was loaded: {error}", markup=False)
        return 1
    except (append.Unavailable, NotPublishing, psycopg.Error) as error:
        errors.print(f"intake: stopped: {error}. Is intake running? Then give the same command again.", markup=False)
        return 1
    for line in summary.lines():
        console.print(line, markup=False, highlight=False)
    return 0 if summary.is_whole else 1


async def _load(
    settings: IntakeSettings,
    readings: Sequence[cqc_ratings.Reading],
    *,
    place: str,
    commissioning: Commissioning,
    summary: Summary,
    advance: Callable[[int], None],
) -> None:
    async with _writing(settings) as parts:
        for reading in readings:
            summary.rows += reading.rows
            summary.left_out += reading.left_out
            left = iter(reading.locations)
            while chunk := list(islice(left, CHUNK)):
                await _throttle(parts)
                await load(parts, chunk, place=place, commissioning=commissioning, summary=summary)
                advance(len(chunk))


@contextlib.asynccontextmanager
async def _writing(settings: IntakeSettings) -> AsyncIterator[Parts]:
    """This process as a writer of intake's journal, under its lock; the running service publishes what it writes."""
    parts = parts_of(settings)  # the vault stays closed: a rating has no free text
    async with parts.pool:
        writing = asyncio.create_task(parts.writer.run())
        try:
            yield parts
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)


async def load(
    parts: Parts,
    locations: Sequence[cqc_ratings.Location],
    *,
    place: str,
    commissioning: Commissioning,
    summary: Summary,
) -> None:
    """Register these locations and publish their ratings; what is there already stays as it is."""
    requests = [_request(location, place, commissioning) for location in locations]
    registered = await parts.writer.submit(Register(requests, parts.now(), parts.digest_key))
    summary.locations.update(answer.status for answer in registered.answers)
    facts = [
        _submission(location, reference, fact, parts.digest_key)
        for location in locations
        for reference, fact in location.ratings
    ]
    outcomes = await parts.door.admit(facts, {place})
    summary.ratings.update(outcome.status for outcome in outcomes)


async def _throttle(parts: Parts) -> None:
    """Wait while much is unpublished. Raises NotPublishing when it does not get less."""
    loop = asyncio.get_running_loop()
    least, since = await _unpublished(parts), loop.time()
    waiting = least
    while waiting > MOST_UNPUBLISHED:
        if waiting < least:
            least, since = waiting, loop.time()
        if loop.time() - since > PATIENCE_SECONDS:
            raise NotPublishing(f"{waiting} journal rows wait to be published, and it does not get less")
        await asyncio.sleep(0.2)
        waiting = await _unpublished(parts)


async def _unpublished(parts: Parts) -> int:
    """How many journal rows the ledger does not have yet."""
    async with parts.pool.connection() as connection:
        found = await connection.execute("SELECT (SELECT coalesce(max(position), 0) FROM journal) - position FROM mark")
        return int((await found.fetchall())[0][0])


def _request(location: cqc_ratings.Location, place: str, commissioning: Commissioning) -> Request:
    facts = {"name": location.name, "service_type": location.service_type, "commissioning": commissioning}
    if location.organisation:
        facts["organisation"] = location.organisation
    return Request(
        place=place,
        facts=facts,
        aliases={CQC: location.location_id},
        publisher=PUBLISHER,
        basis="import",
        change=False,
    )


def _submission(
    location: cqc_ratings.Location, reference: str, fact: cqc.CqcRatingPublished, digest_key: bytes
) -> Submission:
    published = envelope.instant(calendar.midnight(fact.report_date))
    return normalise.fact(
        registry.entry_of(type(fact)).type,
        registry.dumped(fact),
        reference=reference,
        attributes={"subject": f"cqc:{location.location_id}", "time": published, "observedtime": published},
        publisher=PUBLISHER,
        digest_key=digest_key,
        basis="import",
    )
