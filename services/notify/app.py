"""The service put together: its parts, its tasks, its web application."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.headerregistry import Address
from pathlib import Path

from fastapi import FastAPI

from services.notify import api, callbacks_api, consumer, inbox_api, learning, operators_api, pages, reports_api
from services.notify.application import Notify
from services.notify.catchup import CatchUp
from services.notify.channels import Channel, NotSetUp
from services.notify.channels.email import Email
from services.notify.channels.govuk_notify import Account, GovukNotify
from services.notify.channels.inbox import Inbox
from services.notify.channels.kafka import Kafka
from services.notify.channels.webhook import Webhook
from services.notify.fanout import FanOut
from services.notify.operating import Operating
from services.notify.publish import WRITER, Publisher
from services.notify.scouting import Scout
from services.notify.sealing import SecretBox
from services.notify.sending import Addresses, Sender
from services.notify.settings import NotifySettings
from services.notify.watching import Watch
from shared import clock, database, service
from shared.journal.relay import Relay
from shared.journal.writer import Writer
from shared.kafka.consumer import Consumer
from shared.kafka.places import Places
from shared.topics import Topics
from shared.vault import Vault
from shared.web import look

SCHEMA = "notify"
ROOT = Path(__file__).parents[2]
MIGRATIONS = tuple(ROOT / part / "migrations" for part in ("shared/journal", "shared/kafka", "services/notify"))


def channels(known: NotifySettings, box: SecretBox) -> Mapping[str, Channel]:
    """A new channel is one file in `channels/` and one line here (and a word in the published vocabulary)."""
    return {
        "webhook": Webhook(unseal=box.open, private_allowed=known.environment == "local"),
        "email": _email(known),
        "govuk_notify": _govuk(known),
        "kafka": Kafka(known.kafka_bootstrap, Topics(prefix=known.topic_set)),
        "inbox": Inbox(),
    }


def _email(known: NotifySettings) -> Email:
    user, _, domain = known.smtp_from.partition("@")
    return Email(
        host=known.smtp_host,
        port=known.smtp_port,
        tls=known.tls,
        sender=Address("CareLedger", user, domain),
        username=known.smtp_username,
        password=known.smtp_password,
        now=clock.now,
    )


def _govuk(known: NotifySettings) -> Channel:
    key, template = known.govuk_api_key, known.govuk_template_id
    if key is None or template is None:
        needed = {"NOTIFY_GOVUK_API_KEY": key, "NOTIFY_GOVUK_TEMPLATE_ID": template}
        return NotSetUp("govuk_notify", tuple(name for name, value in needed.items() if value is None))
    return GovukNotify(Account(key, known.govuk_url, template, known.govuk_templates, known.govuk_personalisation))


class Parts:
    """All parts of one process. Nothing is reached before `lifespan`."""

    def __init__(self, settings: NotifySettings) -> None:
        self._settings, bootstrap = settings, settings.kafka_bootstrap
        names, opened = Topics(prefix=settings.topic_set), asyncio.Event()
        self.pool = database.pool(settings.database_url, SCHEMA, max_size=12)
        self.vault = Vault.of(settings)
        self.writer = Writer(self.pool, WRITER)
        self.fanout = FanOut(Publisher(settings.digest_key.get_secret_value()), settings.limits)
        self.places = Places(bootstrap, names)
        intake = consumer.Intake(self.fanout, self.places, WRITER)
        self.consumer = Consumer(
            consumer.NAME,
            consumer.TOPICS,
            self.pool,
            intake.handle,
            bootstrap=bootstrap,
            names=names,
            most=consumer.MOST,
        )
        self.scout = Scout(self.pool, intake.handle, self.consumer, bootstrap, names)
        self.relay = Relay(settings.database_url, SCHEMA, bootstrap, names, WRITER, restore=learning.restore)
        box = SecretBox(settings.master_key.get_secret_value())
        self.channels = channels(settings, box)
        self.notify = self._use_cases(box)
        self.catch_up = CatchUp(self.pool, self.consumer, bootstrap, names, opened, settings.bounds.catch_up)
        self.watch = Watch(self.pool, self.writer, self.fanout, opened, settings.bounds)
        self.sender = Sender(
            pool=self.pool,
            writer=self.writer,
            channels=self.channels,
            fanout=self.fanout,
            bounds=settings.bounds,
            addresses=Addresses(settings.public_url, settings.pages, settings.link_key.get_secret_value()),
            opened=opened,
        )

    def _use_cases(self, box: SecretBox) -> Notify:
        return Notify(
            pool=self.pool,
            writer=self.writer,
            publisher=self.fanout.publisher,
            box=box,
            vault=self.vault,
            channels=self.channels,
            now=clock.now,
        )

    @property
    def tasks(self) -> tuple[service.Task, ...]:
        """What lives as long as the process."""
        parts = (self.places, self.relay, self.writer, self.catch_up, self.sender, self.watch, self.scout)
        return (*(part.run for part in parts), self.consume)

    async def consume(self) -> None:
        """Nothing is routed before every place's policy is known."""
        await self.places.until_ready()
        await self.consumer.run()

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Bring the schema up to date and connect."""
        await asyncio.to_thread(database.migrate, self._settings.database_url, SCHEMA, *MIGRATIONS)
        async with self.pool, self.vault:
            yield
        for channel in self.channels.values():
            await channel.close()

    async def journal_is_open(self) -> str | None:
        """For readiness: nothing is recorded, and so nothing sent, before the journal was compared with Kafka."""
        async with self.pool.connection() as connection:
            found = await connection.execute("SELECT journal_closed()")
            why: str | None = (await found.fetchall())[0][0]
        return why

    def places_are_read(self) -> str | None:
        """For readiness."""
        return None if self.places.ready else "the places' policies are not read yet"


def create(settings: NotifySettings) -> tuple[FastAPI, Parts]:
    """The web application and the parts behind it."""
    parts = Parts(settings)
    app = service.create_api("CareLedger notify", settings, parts.lifespan)
    app.include_router(api.router(parts.notify))
    app.include_router(reports_api.router(parts.notify, settings.pages))
    operating = Operating(parts.notify, parts.fanout, settings.public_url, settings.pages)
    app.include_router(operators_api.router(operating))
    app.include_router(callbacks_api.router(operating, settings.govuk_callback_token))
    app.include_router(inbox_api.router(parts.notify, settings.pages))
    app.include_router(pages.router(parts.notify, settings.link_key.get_secret_value(), settings.pages))
    app.include_router(look.router)
    for name, check in (
        ("journal", parts.journal_is_open),
        ("vault", parts.vault.check),
        ("places", parts.places_are_read),
        ("consumer", parts.consumer.check),
        ("watch", parts.watch.check),
    ):
        app.state.readiness.add(name, check)
    return app, parts
