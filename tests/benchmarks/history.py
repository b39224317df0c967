"""A long history: how long its read model takes to build again, and how fast pages are when the table is large."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import psycopg
import typer
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from services.governance import consumer, history, rebuild, view
from services.governance.history import Position, Wanted
from services.governance.settings import GovernanceSettings
from shared import events, identifiers
from shared.events import concerns, envelope, registry_facts
from shared.journal.rows import partition_of
from shared.topics import Topics
from tests.component.governance import conftest as running
from tests.support import servers
from tests.support.issuer import Issuer

PLACE = "E06000019"
OURS = ("governance", "governance_view")
FIRST_OFFSET = 10**9
"""Made rows stand behind everything that the running service could read."""
FACTS: dict[str, Any] = {
    "name": "Synthetic House (not a real service)", "service_type": "care_home_residential", "beds": 40,
    "commissioning": "council", "aliases": {},
}  # fmt: skip
CONCERN: dict[str, Any] = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"}
MADE = f"""
INSERT INTO {view.SCHEMA}.history
SELECT 'ledger', n %% 12, {FIRST_OFFSET} + n, 0, p.provider_id, at, at, at, md5(n::text)::uuid,
       'careledger.quality_concern.raised.v1', 'official-sensitive',
       replace(replace(%s, 'ID', md5(n::text)::uuid::text), 'SUBJECT', p.provider_id)::bytea
FROM generate_series(%s::bigint, %s::bigint) AS n
JOIN (SELECT provider_id, row_number() OVER (ORDER BY provider_id) - 1 AS number FROM {view.SCHEMA}.providers) AS p
  ON p.number = n %% %s,
LATERAL (SELECT timestamptz '2020-01-01Z' + n * interval '10 seconds' AS at) AS t
"""


def history_bench(
    count: Annotated[int, typer.Option("--events", help="Events whose read model is built again.")] = 1_000_000,
    rows: Annotated[int, typer.Option(help="Rows of the history that pages are read from.")] = 10_000_000,
    providers: Annotated[int, typer.Option(help="Providers that share them.")] = 5_000,
    reads: Annotated[int, typer.Option(help="Requests of each kind.")] = 2_000,
) -> None:
    """Rebuild a history; read pages of a large one. Both on a real database and a real broker."""
    table = Table("what", "figure", title="A long history")
    with servers.started() as known, running_settings(known) as (settings, issuer), shown() as bar:
        for what, figure in asyncio.run(measured(settings, issuer, bar, Sizes(count, rows, providers, reads))):
            table.add_row(what, figure)
    Console().print(table)


@dataclass(frozen=True)
class Sizes:
    """How large everything is."""

    events: int
    rows: int
    providers: int
    reads: int


async def measured(settings: GovernanceSettings, issuer: Issuer, bar: Progress, sizes: Sizes) -> list[tuple[str, str]]:
    """All figures."""
    found = await rebuilt(settings, bar, sizes)
    async with running.run(settings, issuer) as service:
        await service.adopt()
        names = await asyncio.to_thread(filled, settings, bar, sizes)
        found += await read(service, names, bar, sizes.reads)
        found += await asyncio.to_thread(plans, settings, names[0])
    return found


async def rebuilt(settings: GovernanceSettings, bar: Progress, sizes: Sizes) -> list[tuple[str, str]]:
    """Write the events, then build the model from them as the command does."""
    names = Topics(prefix=settings.topic_set)
    task = bar.add_task("write events to Kafka", total=sizes.events)
    async with AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap, linger_ms=20, max_batch_size=1 << 20
    ) as out:
        sent = []
        for key, body in ledger(sizes.events, max(sizes.events // 500, 1)):
            sent.append(await out.send(names.name("ledger"), body, key=key.encode(), partition=partition_of(key)))
            if len(sent) == 5_000:
                await asyncio.gather(*sent)
                bar.advance(task, len(sent))
                sent.clear()
        await asyncio.gather(*sent)
        bar.advance(task, len(sent))
    await asyncio.to_thread(consumer.prepare, settings.database_url)
    task = bar.add_task("build the read model again", total=None)
    began = time.monotonic()
    await rebuild.rebuild(
        settings.database_url, settings.kafka_bootstrap, names,
        begun=lambda total: bar.update(task, total=total), step=lambda n: bar.advance(task, n),
    )  # fmt: skip
    seconds = time.monotonic() - began
    return [(f"rebuild of {sizes.events:,} events", f"{seconds:,.1f} s ({sizes.events / seconds:,.0f} events/s)")]


def ledger(count: int, providers: int) -> Iterator[tuple[str, bytes]]:
    """Each provider registered, then concerns about one after another: whole, with their sequences and chains."""
    keys = [f"prv-bench{n:06d}" for n in range(providers)]
    last: dict[int, int] = {}
    heads: dict[str, str] = {}
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    for number, key in zip(range(count), itertools.cycle(keys), strict=False):
        model, data = (
            (registry_facts.ServiceRegistered, FACTS)
            if number < providers
            else (concerns.QualityConcernRaised, CONCERN)
        )
        lane, at, entry = partition_of(key), begin + timedelta(seconds=number), events.entry_of(model)
        draft = events.Draft(
            id=identifiers.derived_id("bench", str(number)), type=entry.type, source="/intake", subject=key, time=at,
            dataschema=entry.schema_path, place=PLACE, data=data,
        )  # fmt: skip
        body, heads[key] = envelope.seal(
            draft, recordedtime=at, writer="intake", sequence=10**15 + number + 1, prevsequence=last.get(lane, 0),
            prevhash=heads.get(key, ""), digest="",
        )  # fmt: skip
        last[lane] = 10**15 + number + 1
        yield key, body


def filled(settings: GovernanceSettings, bar: Progress, sizes: Sizes) -> list[str]:
    """Make the large table, in the view's own; answers the providers."""
    names = [f"prv-rows{n:06d}" for n in range(sizes.providers)]
    draft = events.Draft(
        id=identifiers.derived_id("bench", "row"), type="careledger.quality_concern.raised.v1", source="/intake",
        subject="prv-x", time=datetime(2020, 1, 1, tzinfo=UTC), dataschema="/s", place=PLACE, data=CONCERN,
    )  # fmt: skip
    body, _ = envelope.seal(
        draft, recordedtime=draft.time, writer="intake", sequence=1, prevsequence=0, prevhash="a" * 64, digest=""
    )
    template = body.decode().replace(str(draft.id), "ID").replace("prv-x", "SUBJECT")
    task = bar.add_task("make rows of the history", total=sizes.rows)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(f"DELETE FROM {view.SCHEMA}.providers WHERE provider_id LIKE 'prv-bench%'")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {view.SCHEMA}.providers VALUES (%s, %s, 0, now(), %s)",
                [(name, PLACE, psycopg.types.json.Json(FACTS)) for name in names],
            )
        for start in range(0, sizes.rows, 100_000):
            last = min(start + 100_000, sizes.rows) - 1
            connection.execute(MADE, (template, start, last, sizes.providers))
            bar.advance(task, last - start + 1)
        connection.execute(f"VACUUM ANALYZE {view.SCHEMA}.history")
        connection.execute(f"ANALYZE {view.SCHEMA}.providers")
    return names


async def read(service: running.Running, names: list[str], bar: Progress, reads: int) -> list[tuple[str, str]]:
    """The pages that people look at, of providers at random, with the service's own door in front."""
    whole = await service.ask("GET", f"/v1/providers/{names[0]}/history", "auditor", limit=500)
    middle = whole.json()["next"] or whole.json()["entries"][-1]["position"]
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "GET /v1/providers/{id}": ("", {}),
        "… /history, first 100": ("/history", {}),
        "… /history, 100 by type": ("/history", {"type": "quality_concern.raised"}),
        "… /history, 100 after a cursor in the middle": ("/history", {"cursor": middle}),
        "… /history, 100 known by a past day": ("/history", {"known_at": "2020-06-01"}),
        "… /history, search for a reference": ("/history", {"q": "QC-none", "limit": 10}),
        "GET /v1/providers, 100": ("list", {"place": PLACE}),
    }  # fmt: skip
    found = []
    for what, (path, params) in kinds.items():
        task, took = bar.add_task(what, total=reads), []
        for _ in range(reads):
            address = "/v1/providers" if path == "list" else f"/v1/providers/{random.choice(names)}{path}"
            began = time.perf_counter()
            answer = await service.ask("GET", address, "auditor", **params)
            took.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            bar.advance(task)
        took.sort()
        found.append((what, f"p50 {took[len(took) // 2] * 1e3:.1f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.1f} ms"))
    return found


class Explaining:
    """A cursor that asks how a statement would be carried out."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor
        self.plan = ""

    def execute(self, sql: str, values: Any = None, **_: Any) -> None:
        """Keeps the plan, and gives no rows."""
        self._cursor.execute(f"EXPLAIN {sql}".encode(), values)
        self.plan = "\n".join(row[0] for row in self._cursor)

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def plans(settings: GovernanceSettings, name: str) -> list[tuple[str, str]]:
    """Whether statements on the large table go by an index."""
    at = datetime(2020, 6, 1, tzinfo=UTC)
    wanted = {
        "first page": Wanted(limit=100),
        "by type": Wanted(limit=100, types=("careledger.quality_concern.raised.v1",)),
        "after a cursor": Wanted(limit=100, after=Position(at, 0, 1, FIRST_OFFSET)),
        "known by then": Wanted(limit=100, known_at=at),
        "happened between": Wanted(limit=100, as_of=at, since=at - timedelta(days=10)),
    }  # fmt: skip
    found = []
    with psycopg.connect(settings.database_url) as connection, connection.cursor() as cursor:
        for what, one in wanted.items():
            explaining: Any = Explaining(cursor)
            history.page(explaining, name, one)
            scans = [line.strip() for line in explaining.plan.splitlines() if " on history" in line]
            found.append((f"plan: {what}", scans[0].partition("  (")[0] if scans else explaining.plan))
    return found


@contextmanager
def running_settings(known: servers.Servers) -> Iterator[tuple[GovernanceSettings, Issuer]]:
    issuer = Issuer()
    try:
        with running.fresh_settings(known, issuer) as settings:
            yield settings, issuer
    finally:
        issuer.close()


@contextmanager
def shown() -> Iterator[Progress]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        yield bar
