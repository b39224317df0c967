"""The whole service in this process, on a real database and a real broker, asked with real tokens."""

import asyncio
import base64
import itertools
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.intake import app as composition
from services.intake.settings import IntakeSettings
from shared.topics import Topics
from tests.support.issuer import Issuer
from tests.support.servers import Servers, fresh_database, fresh_topics

PLACE, ELSEWHERE = "E06000019", "E10000019"
KEY = base64.b64encode(b"k" * 32).decode()
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
JSON = dict[str, Any]
_numbers = itertools.count(1)


def settings_for(
    issuer: Issuer, database_url: str, vault_url: str, bootstrap: str, names: Topics, **more: Any
) -> IntakeSettings:
    given: JSON = {
        "environment": "local", "database_url": database_url, "vault_database_url": vault_url,
        "kafka_bootstrap": bootstrap, "topic_set": names.prefix, "issuer": issuer.url, "jwks_url": issuer.jwks_url,
        "audience": "careledger", "master_key": KEY, "digest_key": KEY, "clock_file": None, "port": 0, "inboxes": None,
    }  # fmt: skip
    return IntakeSettings(**(given | more))


@dataclass
class Running:
    """A running intake, and how partners and stewards speak to it."""

    intake: composition.Intake
    client: httpx2.AsyncClient
    issuer: Issuer
    settings: IntakeSettings
    ended: list[asyncio.Task[None]] = field(default_factory=list)
    app: Any = None

    @property
    def names(self) -> Topics:
        return Topics(prefix=self.settings.topic_set)

    def bearer(self, **claims: Any) -> dict[str, str]:
        usual = {"roles": ["publisher"], "publisher": "icb-quality", "org": "icb", "places": [PLACE]}
        return self.issuer.headers(**(usual | claims))

    async def post(
        self, event: Any, *, mode: str = STRUCTURED, dry_run: bool = False, **claims: Any
    ) -> httpx2.Response:
        headers = self.bearer(**claims) | {"Content-Type": mode}
        path = "/v1/events" + ("?dry_run=true" if dry_run else "")
        content = event if isinstance(event, bytes) else orjson.dumps(event)
        return await self.client.post(path, content=content, headers=headers)

    async def result(self, event: Any, **more: Any) -> JSON:
        answer = await self.post(event, **more)
        assert answer.status_code == 202, answer.text
        (result,) = answer.json()["results"]
        found: JSON = result
        return found

    async def steward(self, method: str, path: str, body: Any = None, **claims: Any) -> httpx2.Response:
        usual = {"roles": ["steward"], "publisher": "council-quality", "org": "council", "places": [PLACE]}
        headers = self.issuer.headers(**(usual | claims))
        return await self.client.request(method, path, json=body, headers=headers)

    async def register(self, alias: str | None = None, place: str = PLACE, **more: Any) -> str:
        body = home(alias, place) | more
        answer = await self.steward("POST", "/v1/providers", body, places=[place])
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["provider_id"])

    async def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self.intake.parts.pool.connection() as connection:
            return await (await connection.execute(sql, values)).fetchall()

    async def journal(self, id_: str) -> JSON:
        ((body,),) = await self.rows("SELECT body FROM journal WHERE id = %s", id_)
        event: JSON = orjson.loads(body)
        return event

    async def ledger(self, is_enough: Callable[[list[JSON]], bool], topic: str = "ledger") -> list[JSON]:
        """What Kafka has, once it is enough."""
        consumer = AIOKafkaConsumer(
            self.names.name(topic), bootstrap_servers=self.settings.kafka_bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            found: list[JSON] = []
            end = time.monotonic() + 60
            while not is_enough(found):
                assert time.monotonic() < end, [event["type"] for event in found]
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [orjson.loads(record.value) for record in records]
            return found
        finally:
            await consumer.stop()

    async def send(self, publisher: str, *records: tuple[bytes, list[tuple[str, bytes]]], partition: int = 0) -> None:
        """A partner writes to its inbox topic."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka_bootstrap)
        await producer.start()
        try:
            for value, headers in records:
                topic = self.names.name(f"inbox-{publisher}")
                await producer.send_and_wait(topic, value, headers=headers, partition=partition)
        finally:
            await producer.stop()


def home(alias: str | None = None, place: str = PLACE) -> JSON:
    return {
        "place": place, "name": "Rowan House (synthetic)", "service_type": "care_home_residential", "beds": 40,
        "commissioning": "council", "aliases": {"cqc_location_id": alias or new_alias()},
    }  # fmt: skip


def new_alias() -> str:
    return f"1-{secrets.randbelow(10**10):010d}"


def concern(subject: str, **data: Any) -> JSON:
    number = f"QC-{next(_numbers)}-{secrets.token_hex(3)}"
    return {
        "specversion": "1.0", "id": number, "source": "/partners/icb", "type": "careledger.quality_concern.raised.v1",
        "subject": subject, "time": "2026-03-02T09:30:00Z",
        "data": {"concern_id": number, "themes": ["q.medicines"], "severity": "S2"} | data,
    }  # fmt: skip


async def until(what: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Wait until something is true, with a deadline."""
    end = time.monotonic() + seconds
    while not (found := await what()):
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def run(settings: IntakeSettings, issuer: Issuer) -> AsyncIterator[Running]:
    """The service, ready, with all its tasks; none of which may end by itself."""
    app, intake = composition.create(settings)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://intake") as client:
        running = Running(intake, client, issuer, settings, app=app)
        app.state.tasks, app.state.task_ended = intake.tasks, running.ended.append
        async with app.router.lifespan_context(app):

            async def is_ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await until(is_ready)
            yield running
            assert [task for task in running.ended if not task.cancelled()] == []


@pytest.fixture(scope="module")
def partners() -> AsyncIterator[Issuer]:
    """An issuer for all tests of a module."""
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def intake(servers: Servers, partners: Issuer) -> AsyncIterator[Running]:
    """One running intake for a module: its tests use providers of their own."""
    address, bootstrap = servers.database_url, servers.kafka_bootstrap
    with fresh_database(address) as url, fresh_database(address) as vault, fresh_topics(bootstrap) as names:
        async with run(settings_for(partners, url, vault, bootstrap, names), partners) as running:
            yield running


@pytest_asyncio.fixture
async def fresh(servers: Servers, partners: Issuer) -> AsyncIterator[IntakeSettings]:
    """Settings of a database and a topic set of the test's own, for tests that start and stop intake themselves."""
    address, bootstrap = servers.database_url, servers.kafka_bootstrap
    with fresh_database(address) as url, fresh_database(address) as vault, fresh_topics(bootstrap) as names:
        yield settings_for(partners, url, vault, bootstrap, names)
