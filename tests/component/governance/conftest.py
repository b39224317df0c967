"""The whole service in this process, on a real database and a real broker, asked with real tokens."""

import asyncio
import base64
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from services.governance import app as composition
from services.governance.settings import GovernanceSettings
from shared import calendar, events, identifiers
from shared.events import envelope
from shared.journal.rows import partition_of
from shared.topics import Topics
from tests.support.issuer import Issuer
from tests.support.servers import Servers, fresh_database, fresh_topics

PLACE = "E06000019"
KEY = base64.b64encode(b"k" * 32).decode()
JSON = dict[str, Any]
_numbers = itertools.count(1)

PEOPLE: dict[str, JSON] = {
    "chair": {"sub": "chair", "roles": ["panel-chair"]},
    "manager": {"sub": "manager", "roles": ["team-manager"]},
    "officer": {"sub": "officer", "roles": ["quality-officer"]},
    "director": {"sub": "director", "roles": ["director"]},
    "safe": {"sub": "safe", "roles": ["safeguarding"]},
    "auditor": {"sub": "auditor", "roles": ["auditor"]},
    "icb": {"sub": "icb-lead", "roles": ["icb-quality"], "org": "icb", "publisher": "icb-quality"},
    "icb-second": {"sub": "icb-second", "roles": ["icb-quality"], "org": "icb", "publisher": "icb-quality"},
}


def settings_for(
    issuer: Issuer, database_url: str, vault_url: str, bootstrap: str, names: Topics, **more: Any
) -> GovernanceSettings:
    given: JSON = {
        "environment": "local", "database_url": database_url, "vault_database_url": vault_url,
        "kafka_bootstrap": bootstrap, "topic_set": names.prefix, "issuer": issuer.url, "jwks_url": issuer.jwks_url,
        "audience": "careledger", "master_key": KEY, "digest_key": KEY, "clock_file": None, "port": 0,
        "risk_url": "http://127.0.0.1:9", "intake_url": "http://127.0.0.1:9", "notify_url": "http://127.0.0.1:9",
    }  # fmt: skip
    return GovernanceSettings(**(given | more))


class Others:
    """What intake, risk and notify would have written: whole events, with sequences, on the real topics."""

    def __init__(self, producer: AIOKafkaProducer, names: Topics) -> None:
        self._producer, self._names = producer, names
        self._last: dict[tuple[str, str, int], int] = {}
        self._heads: dict[tuple[str, str, str], str] = {}

    async def write(
        self, model: type[events.Data], subject: str, data: JSON, *, topic: str = "ledger", writer: str = "intake",
        time: datetime | None = None, recordedtime: datetime | None = None, id_: Any = None, place: str = PLACE,
    ) -> events.Event:  # fmt: skip
        entry, now = events.entry_of(model), datetime.now(UTC)
        partition = int(subject[10:]) if subject.startswith("partition/") else partition_of(subject)
        lane = (topic, writer, partition)
        before, number = self._last.get(lane, 0), next(_numbers)
        draft = events.Draft(
            id=id_ or identifiers.derived_id("test", str(number)), type=entry.type, source=f"/{writer}",
            subject=subject, time=time or now, dataschema=entry.schema_path, place=place,
            classification=entry.classification, data=data,
        )  # fmt: skip
        chain = (topic, writer, subject)
        body, self._heads[chain] = envelope.seal(
            draft, recordedtime=recordedtime or now, writer=writer, sequence=10**15 + number, prevsequence=before,
            prevhash=self._heads.get(chain, ""), digest="",
        )  # fmt: skip
        self._last[lane] = 10**15 + number
        name = self._names.name(topic)
        await self._producer.send_and_wait(name, body, key=subject.encode(), partition=partition)
        return events.decode(body)


def today() -> date:
    """The London day at this moment: a run may last over midnight."""
    return calendar.london_date(datetime.now(UTC))


@dataclass
class Running:
    """A running governance, the people who ask it, and the services around it."""

    service: composition.Service
    app: Any
    client: httpx2.AsyncClient
    issuer: Issuer
    settings: GovernanceSettings
    others: Others
    ended: list[asyncio.Task[None]] = field(default_factory=list)

    async def ask(
        self, method: str, path: str, who: str = "officer", *, key: str | None = None, if_match: str | None = None,
        body: Any = None, place: str | None = None, **params: Any,
    ) -> httpx2.Response:  # fmt: skip
        claims = {"places": [place or PLACE]} | PEOPLE[who]
        headers = self.issuer.headers(**claims)
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": if_match} if if_match else {}
        return await self.client.request(method, path, json=body, headers=headers, params=params or None)

    async def register(self, commissioning: str = "council", place: str = PLACE, **facts: Any) -> str:
        """A provider that intake has registered, once governance knows it."""
        provider = identifiers.new_provider_id()
        usual = {
            "name": "Rowan House (synthetic)", "service_type": "care_home_residential", "beds": 40,
            "commissioning": commissioning, "aliases": {"cqc_location_id": f"1-{next(_numbers):09d}"},
        }  # fmt: skip
        await self.others.write(events.registry_facts.ServiceRegistered, provider, usual | facts, place=place)

        async def found() -> bool:
            return (await self.ask("GET", f"/v1/providers/{provider}", place=place)).status_code == 200

        await until(found)
        return provider

    async def arrived(self, at: datetime) -> None:
        """Once everything that was there at that instant has arrived."""

        async def is_past() -> bool:
            arrived = self.service.read_model.arrived
            return arrived is not None and arrived > at

        await until(is_past)

    async def adopt(
        self,
        pack: Any = "herefordshire-2018",
        who: str = "director",
        place: str = PLACE,
        key: str | None = None,
        **more: Any,
    ) -> httpx2.Response:
        body = {"pack": pack} | more
        return await self.ask("POST", f"/v1/places/{place}/policy", who, body=body, place=place, key=key)

    async def decide(self, provider: str, who: str = "chair", **order: Any) -> httpx2.Response:
        headers = {name: order.pop(name) for name in ("key", "if_match") if name in order}
        usual = {"type": "level.confirmed", "body": "MA_QUALITY_REVIEW", "rationale": "The panel agreed."}
        return await self.ask("POST", f"/v1/providers/{provider}/decisions", who, body=usual | order, **headers)

    async def answer(self, decision: str, what: str = "consents", who: str = "icb", **said: Any) -> httpx2.Response:
        headers = {name: said.pop(name) for name in ("key", "if_match") if name in said}
        usual = {"consents": {"consent": True}, "approvals": {"approve": True}, "ratifications": {"ratify": True}}[what]
        return await self.ask("POST", f"/v1/decisions/{decision}/{what}", who, body=usual | said, **headers)

    async def page(self, provider: str, **params: Any) -> JSON:
        answer = await self.ask("GET", f"/v1/providers/{provider}", "auditor", **params)
        assert answer.status_code == 200, answer.text
        found: JSON = answer.json()
        return found

    async def history(self, provider: str, **params: Any) -> list[JSON]:
        """All entries, page by page."""
        entries: list[JSON] = []
        while True:
            answer = await self.ask("GET", f"/v1/providers/{provider}/history", "auditor", **params)
            assert answer.status_code == 200, answer.text
            entries += answer.json()["entries"]
            if (after := answer.json()["next"]) is None:
                return entries
            params["cursor"] = after

    async def kinds(self, provider: str, enough: int = 0, place: str | None = None) -> list[str]:
        """The kinds of event in the history, once there are enough."""

        async def there() -> list[str] | None:
            found = [kind(entry) for entry in await self.history(provider, place=place)]
            return found if len(found) >= enough else None

        found: list[str] = await until(there)
        return found

    async def alerts(self, provider: str) -> list[JSON]:
        """Alerts of ours in the journal: raised and cleared."""
        rows = await self.rows(
            "SELECT body FROM journal WHERE key = %s AND type LIKE 'careledger.alert.%%' ORDER BY position", provider
        )
        return [orjson.loads(body) for (body,) in rows]

    async def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self.service.pool.connection() as connection:
            return await (await connection.execute(sql, values)).fetchall()


def kind(entry: JSON) -> str:
    return envelope.kind_of(entry["event"]["type"])


async def until(what: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """Wait until something is true, with a deadline."""
    end = time.monotonic() + seconds
    while not (found := await what()):
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.02)
    return found


@asynccontextmanager
async def others_for(settings: GovernanceSettings) -> AsyncIterator[Others]:
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, acks="all")
    await producer.start()
    try:
        yield Others(producer, Topics(prefix=settings.topic_set))
    finally:
        await producer.stop()


@asynccontextmanager
async def run(settings: GovernanceSettings, issuer: Issuer, others: Others | None = None) -> AsyncIterator[Running]:
    """The service, ready, with all its tasks; none of which may end by itself."""
    app, made = composition.create(settings)
    transport = httpx2.ASGITransport(app=app)
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://governance") as client,
        others_for(settings) as own,
    ):
        running = Running(made, app, client, issuer, settings, others or own)
        app.state.tasks, app.state.task_ended = made.tasks, running.ended.append
        async with app.router.lifespan_context(app):

            async def is_ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await until(is_ready)
            yield running
            assert [task for task in running.ended if not task.cancelled()] == []


@pytest.fixture(scope="package")
def tokens() -> Iterator[Issuer]:
    """An issuer for all these tests."""
    issuer = Issuer()
    yield issuer
    issuer.close()


@contextmanager
def fresh_settings(servers: Servers, issuer: Issuer, **more: Any) -> Iterator[GovernanceSettings]:
    address, bootstrap = servers.database_url, servers.kafka_bootstrap
    with fresh_database(address) as url, fresh_database(address) as vault, fresh_topics(bootstrap) as names:
        yield settings_for(issuer, url, vault, bootstrap, names, **more)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def governance(servers: Servers, tokens: Issuer) -> AsyncIterator[Running]:
    """One running governance for all these tests, with a policy in force: its tests use providers of their own."""
    with fresh_settings(servers, tokens) as settings:
        async with run(settings, tokens) as running:
            answer = await running.adopt()
            assert answer.status_code == 201, answer.text
            yield running


@pytest.fixture
def fresh(servers: Servers, tokens: Issuer) -> Iterator[GovernanceSettings]:
    """Settings of a database and a topic set of the test's own."""
    with fresh_settings(servers, tokens) as settings:
        yield settings
