"""The service put together: its parts, its tasks, its web application."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import httpx2
from fastapi import Depends, FastAPI

from services.governance import (
    adoption,
    baselines_api,
    consumer,
    decisions_api,
    disputes_api,
    only_now,
    plans_api,
    policy_api,
    providers_api,
    refusals,
    replay_api,
    shadow_api,
    tasks_api,
    view,
)
from services.governance.adoption import Adoptions
from services.governance.application import Governance
from services.governance.baselines_publishing import Baselines
from services.governance.event_store import POOL, SCHEMA, EventStore
from services.governance.matters import Matters
from services.governance.measures import api as measures_api
from services.governance.measures import burden_api
from services.governance.measures.raising import Raiser
from services.governance.measuring import Measuring
from services.governance.meetings import api as meetings_api
from services.governance.meetings.office import Office
from services.governance.meetings.telling import Telling
from services.governance.monitoring import routes as monitoring
from services.governance.own import api as own_api
from services.governance.packs import Packs
from services.governance.pages import Pages
from services.governance.parts import Parts
from services.governance.past import Past
from services.governance.planning import Planning
from services.governance.proof import api as proof_api
from services.governance.proof import due, erasures_api, keys, retention_api
from services.governance.proof.checkpoints import Checkpoints
from services.governance.proof.erasing import Erasing
from services.governance.reactions import Reminder
from services.governance.recompute import Recompute
from services.governance.restore import Restore
from services.governance.settings import GovernanceSettings
from services.governance.shadow import Shadows
from services.governance.tasks import Tasks
from services.governance.watching.arrivals import Arrivals
from services.governance.watching.chasing import Chasing
from services.governance.watching.divergences import Divergences
from services.governance.web import routes as pages_of
from services.governance.web.live import Live
from services.governance.web.neighbours import neighbours
from shared import database, service, topics
from shared.events import Event
from shared.journal.days import DayCloser
from shared.journal.relay import Relay
from shared.journal.writer import Writer
from shared.vault import Vault
from shared.web import look

MIGRATIONS = tuple(
    Path(__file__).parents[2] / part / "migrations" for part in ("shared/journal", "services/governance")
)


class Service:
    """All parts of one process. Nothing is reached before `lifespan`."""

    def __init__(self, settings: GovernanceSettings) -> None:
        self._settings = settings
        self._names = topics.Topics(prefix=settings.topic_set)
        self._store: EventStore | None = None
        self.pool = database.pool(settings.database_url, SCHEMA)
        self.view_pool = database.pool(settings.database_url, view.SCHEMA)
        self.writer = Writer(self.pool, SCHEMA)
        self.vault = Vault.of(settings)
        self.read_model = consumer.ReadModel(self.view_pool, settings.kafka_bootstrap, self._names)
        self.live = Live(settings.database_url)
        self.closer = DayCloser(self.writer, self.pool, due=adoption.due)
        self.checkpoints = Checkpoints(
            settings.database_url, keys.signing(settings), self.closer, settings.checkpoint_file
        )
        self.relay = Relay(
            settings.database_url, SCHEMA, settings.kafka_bootstrap, self._names, SCHEMA, restore=self._restore
        )

    @property
    def tasks(self) -> tuple[service.Task, ...]:
        """What lives as long as the process."""
        edges = self.writer.run, self.relay.run, self.closer.run, self.read_model.run, self.checkpoints.run
        watched = self._remind, self._watch, self._follow, self._raise, self._chase
        return *edges, self.live.run, *watched, self._measure, self._compare, self._erase, self._meet

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Bring both schemas up to date, connect, and let no more requests into threads than have a connection."""
        url, key = self._settings.database_url, self._settings.digest_key.get_secret_value()
        await asyncio.to_thread(database.migrate, url, SCHEMA, *MIGRATIONS)
        await asyncio.to_thread(consumer.prepare, url)
        store = self._store = await asyncio.to_thread(EventStore, url)
        anyio.to_thread.current_default_thread_limiter().total_tokens = POOL
        packs = Packs(store)
        pages, matters = Pages(store, packs), Matters(store, self.vault)
        self.reminder = Reminder(store, packs, self.pool, self.writer, key)
        self.arrivals = Arrivals(store, packs, key)
        self.divergences = Divergences(store, packs, self.pool, self.writer, key)
        self.chasing = Chasing(store, packs, self.pool, self.writer, key)
        self.measuring = Measuring(self.pool, pages)
        self.erasing = Erasing(store, matters, self.vault, packs, key)
        telling = Telling(store, self.pool, self.writer, key)
        self.office = app.state.meetings = Office(store, packs, matters, self.vault, telling)
        self.baselines = Baselines(store, key)
        self.raiser = Raiser(store, packs, self.pool, self.writer, self.read_model, key)
        try:
            async with (
                self.pool, self.view_pool, self.vault,
                httpx2.AsyncClient(base_url=self._settings.risk_url, timeout=Recompute.SECONDS) as risk,
                neighbours(self._settings) as app.state.neighbours,
            ):  # fmt: skip
                app.state.parts = Parts(
                    store=store,
                    packs=packs,
                    governance=Governance(store, packs, self.vault),
                    adoptions=Adoptions(store, self.vault),
                    shadows=Shadows(store, self.vault),
                    baselines=self.baselines,
                    planning=Planning(store, matters),
                    matters=matters,
                    tasks=Tasks(store, packs, matters),
                    pages=pages,
                    past=Past(store, packs, self.read_model, Recompute(risk)),
                    read_model=self.read_model,
                    vault=self.vault,
                    pool=self.pool,
                    writer=self.writer,
                    digest_key=key,
                    signing=keys.signing(self._settings),
                )
                pages_of.furnish(app, store, pages, self.live)
                yield
        finally:
            await asyncio.to_thread(store.close)

    async def _remind(self) -> None:
        await self.reminder.run()

    async def _watch(self) -> None:
        await self.divergences.run()

    async def _chase(self) -> None:
        await self.chasing.run()

    async def _follow(self) -> None:
        await self.arrivals.run()

    async def _erase(self) -> None:
        await self.erasing.run()

    async def _measure(self) -> None:
        await self.measuring.run()

    async def _meet(self) -> None:
        await self.office.run(self.read_model.check)

    async def _compare(self) -> None:
        await self.baselines.run()

    async def _raise(self) -> None:
        await self.raiser.run()

    async def _restore(self, cursor: "consumer.Cursor", events: Sequence[Event]) -> None:
        assert self._store is not None  # noqa: S101 - tasks start after the lifespan has
        await Restore(self._store)(cursor, events)

    async def journal_is_open(self) -> str | None:
        """For readiness: the journal takes rows once it was compared with Kafka."""
        async with self.pool.connection() as connection:
            found = await connection.execute("SELECT journal_closed()")
            why: str | None = (await found.fetchall())[0][0]
        return why


def create(settings: GovernanceSettings) -> tuple[FastAPI, Service]:
    """The web application and the parts behind it."""
    made = Service(settings)
    app = service.create_api("CareLedger governance", settings, made.lifespan)
    app.state.retention = due.read(settings.retention_file)
    app.router.dependencies.append(Depends(only_now.demand))
    for part in (
        decisions_api,
        disputes_api,
        plans_api,
        tasks_api,
        providers_api,
        policy_api,
        shadow_api,
        baselines_api,
    ):
        app.include_router(part.router)
    app.include_router(own_api.router)
    app.include_router(proof_api.router)
    app.include_router(replay_api.router)
    app.include_router(erasures_api.router)
    app.include_router(retention_api.router)
    app.include_router(meetings_api.router)
    app.include_router(look.router)
    app.include_router(monitoring.router)
    app.include_router(measures_api.router)
    app.include_router(burden_api.router)
    pages_of.install(app, settings)
    refusals.install(app)
    readiness = app.state.readiness
    readiness.add("journal", made.journal_is_open)
    readiness.add("read model", made.read_model.check)
    readiness.add("vault", made.vault.check)
    return app, made
