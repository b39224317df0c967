"""The service put together: its parts, its tasks, its web application."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from services.intake import (
    api,
    attachments_api,
    duplicates,
    duplicates_api,
    feeds_api,
    freshness,
    heard,
    matching_api,
    organisations_api,
    providers_api,
    quarantine,
    quarantine_api,
    receipts_api,
    register,
    relocation_api,
)
from services.intake.announcing import Announcer
from services.intake.door import Door
from services.intake.follow import Follower
from services.intake.freshness import Freshness
from services.intake.inbox import Inbox
from services.intake.parts import Parts
from services.intake.returns import asked, returns_api, waiving_api
from services.intake.returns.asker import Asker
from services.intake.returns.ledger import Ledger
from services.intake.returns.schedules import Schedules
from services.intake.settings import IntakeSettings
from services.intake.sweep import Sweeper
from services.intake.writing import concerns_api, forming
from shared import clock, database, events, problems, service, topics
from shared.events import registry_facts
from shared.journal import append
from shared.journal.days import DayCloser
from shared.journal.relay import Relay
from shared.journal.writer import Writer
from shared.kafka.places import Broken, Places
from shared.vault import Vault

log = logging.getLogger(__name__)

SCHEMA = "intake"
MIGRATIONS = tuple(Path(__file__).parents[2] / part for part in ("shared/journal", "shared/kafka", "services/intake"))
REGISTRY = tuple(
    events.entry_of(model).type
    for model in (registry_facts.ServiceRegistered, registry_facts.ServiceChanged, registry_facts.ServiceClosed)
)


class Intake:
    """All parts of one process. Nothing is reached before `lifespan`."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        names = topics.Topics(prefix=settings.topic_set)
        self.parts = parts_of(settings)
        self.relay = Relay(settings.database_url, SCHEMA, settings.kafka_bootstrap, names, SCHEMA, restore=restore)
        self.inbox = Inbox(self.parts, settings.heard, bootstrap=settings.kafka_bootstrap, names=names)
        self.closer = DayCloser(self.parts.writer, self.parts.pool, ready=self.inbox.ready)
        self.sweeper = Sweeper(self.parts)
        self.freshness = Freshness(self.parts, settings.silent_days)
        self.desk = forming.desk(self.parts, is_secure=settings.environment != "local")
        self.form_sweeper = forming.FormSweeper(self.desk)
        self.places = Places(settings.kafka_bootstrap, names)
        self.asking = returns_api.AskingParts(
            Follower(self.parts.pool, {asked.take: asked.KINDS, duplicates.take: duplicates.KINDS}),
            Schedules(self.places),
        )
        self.announcer = Announcer(self.parts)
        self.asker = Asker(self.parts, self.asking.schedules, self.asking.follower)
        self.ledger = Ledger(self.parts, self.asking.schedules, bootstrap=settings.kafka_bootstrap, names=names)
        self._broken: str | None = None

    @property
    def tasks(self) -> tuple[service.Task, ...]:
        """What lives as long as the process."""
        always = (
            self.parts.writer.run,
            self.relay.run,
            self.closer.run,
            self.sweeper.run,
            self.freshness.run,
            self.form_sweeper.run,
            self.follow_places,
            self.announcer.run,
            self.asking.follower.run,
            self.asker.run,
            self.ledger.run,
        )
        return (*always, self.inbox.consumer.run) if self._settings.heard else always

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Bring the schema up to date and connect."""
        await asyncio.to_thread(migrate, self._settings.database_url)
        async with self.parts.pool, self.parts.vault:
            app.state.parts, app.state.desk, app.state.asking = self.parts, self.desk, self.asking
            yield

    async def follow_places(self) -> None:
        """Read the texts of the places (§3). A hole there must not keep a concern out: we go on, and are not ready."""
        try:
            await self.places.run()
        except Broken as error:
            log.critical("places are not followed any more: %s", error)
            self._broken = str(error)
            await asyncio.Event().wait()

    def places_are_read(self) -> str | None:
        """For readiness."""
        return self._broken or (None if self.places.ready else "not yet read")

    async def journal_is_open(self) -> str | None:
        """For readiness: the journal takes rows once it was compared with Kafka."""
        async with self.parts.pool.connection() as connection:
            found = await connection.execute("SELECT journal_closed()")
            why: str | None = (await found.fetchall())[0][0]
        return why


def create(settings: IntakeSettings) -> tuple[FastAPI, Intake]:
    """The web application and the parts behind it."""
    intake = Intake(settings)
    app = service.create_api("CareLedger intake", settings, intake.lifespan)
    for router in (
        api.router,
        receipts_api.router,
        attachments_api.router,
        providers_api.router,
        quarantine_api.router,
        concerns_api.router,
        relocation_api.router,
        matching_api.router,
        duplicates_api.router,
        organisations_api.router,
        returns_api.router,
        feeds_api.router,
        waiving_api.router,
        *forming.routers(),
    ):
        app.include_router(router)
    app.add_exception_handler(append.Unavailable, _unavailable)
    app.state.readiness.add("journal", intake.journal_is_open)
    app.state.readiness.add("places", intake.places_are_read)
    app.state.readiness.add("vault", intake.parts.vault.check)
    if settings.heard:
        app.state.readiness.add("inbox", intake.inbox.consumer.check)
    return app, intake


def parts_of(settings: IntakeSettings) -> Parts:
    """The parts that everything else uses; pool and vault are yet to be opened."""
    pool = database.pool(settings.database_url, SCHEMA, max_size=10)
    writer, vault = Writer(pool, SCHEMA), Vault.of(settings)
    return Parts(
        pool=pool,
        writer=writer,
        vault=vault,
        door=Door(pool, writer, vault, clock.now),
        digest_key=settings.digest_key.get_secret_value(),
        now=clock.now,
    )


def migrate(database_url: str) -> None:
    """Bring intake's schema up to date: the journal's tables, the consumer's, our own."""
    database.migrate(database_url, SCHEMA, *(part / "migrations" for part in MIGRATIONS))


async def restore(cursor: psycopg.AsyncCursor[Any], read_back: Sequence[events.Event]) -> None:
    """A restored database has read these back: the register, the sources heard and the quarantine follow (§3.1)."""
    for event in read_back:
        if event.type in REGISTRY:
            await register.restore(cursor, event)
        await heard.restore(cursor, event)
        await freshness.restore(cursor, event)
    ended = [(event.id, bytes.fromhex(event.digest)) for event in read_back]
    await quarantine.restore(cursor, ended, clock.now())


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    after = getattr(error, "retry_after", problems.RETRY_AFTER_SECONDS)
    return problems.unavailable(f"{error}. Send the same again later.", retry_after=after).response()
