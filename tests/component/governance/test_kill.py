"""kill -9 under load: what was answered is stored once, on the ledger once, in the history once; nothing in between."""

import asyncio
import itertools
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson
import psycopg
from aiokafka import AIOKafkaConsumer

from services.governance.settings import GovernanceSettings
from shared.events import envelope
from shared.topics import Topics
from tests.component.governance.conftest import KEY, PEOPLE, PLACE, Running, others_for, until
from tests.support.issuer import Issuer

ROOT = Path(__file__).parents[3]
PROVIDERS, DECISIONS, WORKERS, KILLS = 6, 150, 6, 3


def environment(known: GovernanceSettings) -> dict[str, str]:
    """What a process of its own is told, so that it works on the same servers."""
    return {
        "ENVIRONMENT": "local", "DATABASE_URL": known.database_url, "VAULT_DATABASE_URL": known.vault_database_url,
        "KAFKA_BOOTSTRAP": known.kafka_bootstrap, "TOPIC_SET": known.topic_set, "ISSUER": known.issuer,
        "JWKS_URL": known.jwks_url, "MASTER_KEY": KEY, "DIGEST_KEY": KEY, "GOVERNANCE_PORT": "0",
    }  # fmt: skip


class Process:
    """governance as a process of its own, started again whenever it dies."""

    def __init__(self, settings: GovernanceSettings) -> None:
        self._settings = settings
        self.base_url = ""
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.governance", cwd=ROOT, env=os.environ | environment(self._settings),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            if found := re.search(rb"listening on (http://[0-9.]+:[0-9]+)", line):
                self.base_url = found[1].decode()
                break
        self._reading = asyncio.create_task(self._drain(self._process.stdout))

    async def _drain(self, lines: asyncio.StreamReader) -> None:
        while await lines.readline():
            pass

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()


@asynccontextmanager
async def started(settings: GovernanceSettings) -> AsyncIterator[Process]:
    process = Process(settings)
    await process.start()
    try:
        yield process
    finally:
        await process.end()


class Load:
    """Decides, each with a key of its own, and asks again with the same key until it is answered."""

    def __init__(self, process: Process, issuer: Issuer, providers: list[str]) -> None:
        self._process, self._providers = process, providers
        self._headers = issuer.headers(places=[PLACE], **PEOPLE["chair"])
        self._numbers = iter(range(DECISIONS))
        self.answered: dict[int, str] = {}

    async def work(self, client: httpx2.AsyncClient) -> None:
        for number in self._numbers:
            self.answered[number] = await until(lambda: self.decide(client, number), 60)  # noqa: B023 - awaited here

    async def decide(self, client: httpx2.AsyncClient, number: int) -> str | None:
        try:
            answer = await self.send(client, number, self._providers[number % PROVIDERS])
        except httpx2.HTTPError:
            return None
        assert answer.status_code in (201, 409, 503), answer.text
        return str(answer.json()["decision_id"]) if answer.status_code == 201 else None

    async def send(self, client: httpx2.AsyncClient, number: int, provider: str) -> httpx2.Response:
        body = {
            "type": "level.confirmed", "level": str(2 + number % 2), "body": "MA_QUALITY_REVIEW", "rationale": "So.",
        }  # fmt: skip
        url = f"{self._process.base_url}/v1/providers/{provider}/decisions"
        return await client.post(url, json=body, headers=self._headers | {"Idempotency-Key": f"load-{number}"})


async def test_kill_9_under_load_loses_and_doubles_nothing(fresh: GovernanceSettings, tokens: Issuer):
    async with started(fresh) as process, others_for(fresh) as others, httpx2.AsyncClient(timeout=10) as client:
        asker = Running(None, None, client, tokens, fresh, others)  # type: ignore[arg-type]
        client.base_url = process.base_url
        assert (await until(lambda: adopted(asker), 30)) == 201
        providers = [await asker.register() for _ in range(PROVIDERS)]
        load = Load(process, tokens, providers)
        working = [asyncio.create_task(load.work(client)) for _ in range(WORKERS)]

        for kill in range(1, KILLS + 1):
            await until(_more_than(load, kill * DECISIONS // (KILLS + 2)), 60)
            assert await process.end() == -signal.SIGKILL
            await process.start()
        await asyncio.wait_for(asyncio.gather(*working), 60)
        client.base_url = process.base_url

        await _keys_are_known(client, load)
        await _is_exact(asker, load, providers)
        assert await process.end(signal.SIGTERM) == 0


async def _keys_are_known(client: httpx2.AsyncClient, load: Load) -> None:
    """What was answered before the first kill is answered the same by the fourth process, and decides nothing anew."""
    for number in range(3):
        assert await until(lambda: load.decide(client, number), 60) == load.answered[number]  # noqa: B023 - awaited
    assert (await load.send(client, 0, "prv-0000000synthetic0")).status_code == 422


async def adopted(asker: Running) -> int | None:
    answer = await asker.adopt()
    return answer.status_code if answer.status_code != 503 else None


def _more_than(load: Load, number: int) -> Any:
    async def there() -> bool:
        return len(load.answered) > number

    return there


async def _is_exact(asker: Running, load: Load, providers: list[str]) -> None:
    decided = Counter(load.answered.values())
    assert (len(decided), set(decided.values())) == (DECISIONS, {1})
    ledger = await _ledger(asker.settings, 2 * DECISIONS)
    steps = Counter((kind(event), event["data"].get("decision_id")) for event in ledger if "decision" in event["type"])
    assert steps == {(step, id_): 1 for step in ("decision.proposed", "decision.took_effect") for id_ in decided}
    # Each provider is confirmed at one level again and again: the ICB and CQC are told once.
    raised = Counter((event["subject"], event["data"]["alert"]) for event in ledger if "alert" in event["type"])
    assert raised == {(provider, alert): 1 for provider in providers for alert in ("A4", "A5")}
    assert {event["data"]["cause"] for event in ledger if "alert" in event["type"]} <= set(decided)
    for provider in providers:
        chain = [event for event in ledger if event["subject"] == provider and event["writer"] == "governance"]
        assert all(after["prevhash"] == before["hash"] for before, after in itertools.pairwise(chain))
    with psycopg.connect(asker.settings.database_url) as connection:
        stored = connection.execute(
            "SELECT count(*) FROM governance.governance_events WHERE topic LIKE '%%ProviderCase%%'"
        ).fetchone()
        assert stored == (2 * DECISIONS + PROVIDERS,)  # one `Opened` each
    for provider in providers:
        wanted = 1 + 2 + 2 * DECISIONS // PROVIDERS
        entries = await until(lambda: _complete(asker, provider, wanted), 60)  # noqa: B023 - awaited in the loop
        assert len({entry["event"]["id"] for entry in entries}) == wanted
        assert [entry["position"] for entry in entries] == [each["position"] for each in sorted(entries, key=_place)]


async def _complete(asker: Running, provider: str, wanted: int) -> Any:
    entries = [one for one in await asker.history(provider, limit=500) if ".task." not in one["event"]["type"]]
    return entries if len(entries) == wanted else None


def _place(entry: Any) -> Any:
    return (entry["event"]["recordedtime"], entry["topic"] != "ledger", entry["partition"], entry["offset"])


def kind(event: Any) -> str:
    return envelope.kind_of(event["type"])


async def _ledger(settings: GovernanceSettings, wanted: int) -> list[Any]:
    """What Kafka has of governance about providers, by id each once, in order."""
    name = Topics(prefix=settings.topic_set).name("ledger")
    consumer = AIOKafkaConsumer(name, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: dict[str, Any] = {}
    try:

        async def there() -> bool:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    event = orjson.loads(record.value)
                    if event["writer"] == "governance" and event["subject"].startswith("prv-"):
                        found.setdefault(event["id"], event)
            return sum(".decision." in event["type"] for event in found.values()) >= wanted

        await until(there, 60)
    finally:
        await consumer.stop()
    return sorted(found.values(), key=lambda event: event["sequence"])
