"""What the composition root makes for meetings, and what runs by itself: packs frozen, meetings asked for."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from eventsourcing.persistence import PersistenceError
from pydantic import ValidationError

from services.governance.event_store import EventStore
from services.governance.matters import Matters
from services.governance.meetings.arranging import Meetings
from services.governance.meetings.asking_for import AskingFor
from services.governance.meetings.freezing import Freezing
from services.governance.meetings.opening import Opening
from services.governance.meetings.overdue import Overdue
from services.governance.meetings.showing import Showing
from services.governance.meetings.telling import Telling
from services.governance.packs import Packs
from shared import clock
from shared.journal import append as journal
from shared.vault import Vault

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
OFTEN = timedelta(minutes=1)
RETRIED = (
    psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable, PersistenceError,
    journal.Unavailable, ConnectionError, ValidationError,
)  # fmt: skip
"""The database is away, the read model is being exchanged in this moment; or a row of the history was altered."""


class Office:
    """The secretary's office. `run` must be running."""

    def __init__(self, store: EventStore, packs: Packs, works: Matters, vault: Vault, telling: Telling) -> None:
        digest_key = telling.digest_key
        self.arranging = Meetings(store, packs, works, vault)
        self.showing = Showing(store, packs, works)
        self.opening = Opening(store, works, vault)
        self.freezing = Freezing(store, packs, works, digest_key)
        self.asking_for, self.telling = AskingFor(store, packs, digest_key), telling
        self.overdue = Overdue(store, packs, telling.pool, telling.writer, digest_key)

    async def run(self, behind: Callable[[], str | None]) -> None:
        """For ever. `behind`: why the read model is not to be trusted now; half of one asks for wrong things."""
        looked: datetime | None = None
        while True:
            try:
                if behind() is None:
                    await self.telling.look(clock.now())
                    await asyncio.to_thread(self.asking_for.look, clock.now())
                    await asyncio.to_thread(self.freezing.look, clock.now())
                    # A turn ends with a London day, and meetings are recorded by people: this often will do.
                    if looked is None or abs(clock.now() - looked) > OFTEN:
                        looked = clock.now()
                        await self.overdue.look(looked)
            except RETRIED as error:
                log.warning("meetings are not prepared at the moment: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(LOOK_SECONDS)
