"""The risk processor on a real broker, side by side in one run with a plain stock Faust table doing the same work.

The largest pack; thousands of providers of which some have a whole life behind them; then events at full speed, a day's
close over everybody, a kill -9. Last a back-test of a synthetic history with all cores.
"""

import asyncio
import json
import os
import pathlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

import typer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import deploy.topics
from deploy.local import servers
from services.risk.commands import desk
from services.risk.looking_back.backtest import Asked, backtest
from shared import calendar, policy
from shared.topics import PARTITIONS, Topics
from tests.benchmarks import lives
from tests.benchmarks.contenders import Ours, Stock
from tests.component.risk.world import World
from tests.support import ledger as ledgers

COMPACT = {"cleanup.policy": "compact"}
Rows = list[tuple[str, str, str, str]]


def risk(
    providers: Annotated[int, typer.Option(help="under watch: England has about 30,000")] = 30_000,
    busy: Annotated[int, typer.Option(help="of them with a life behind them")] = 500,
    facts: Annotated[int, typer.Option(help="facts in such a life")] = 40,
    burst: Annotated[int, typer.Option(help="events at full speed, on that state")] = 5_000,
    locations: Annotated[int, typer.Option(help="of the synthetic inspection history")] = 6_000,
) -> None:
    """Measure and print one table: ours, the plain stock table's, and the ratio."""
    name = max(policy.shipped(), key=lambda each: len(policy.load(each).criteria))
    rows: Rows = []
    with tempfile.TemporaryDirectory(prefix="careledger-bench-") as scratch, _telling() as tell:
        with _topics(pathlib.Path(scratch)) as world:
            tell(f"writing {busy} lives under {name}")
            _write(world, name, busy, facts)
            rows += _side_by_side(world, name, (busy, facts, burst), pathlib.Path(scratch), tell)
            rows += _everybody(world, busy, providers, burst, tell)
        tell("back-test")
        rows += _backtest(pathlib.Path(scratch), locations, name)
    title = f"Risk under {name} ({len(policy.load(name).criteria)} criteria), {os.cpu_count()} cores"
    table = Table("what", "ours", "stock Faust table", "ours / stock", title=title)
    for row in rows:
        table.add_row(*row)
    Console(width=130).print(table)


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """What is being measured, and for how long already."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def tell(what: str) -> None:
            for task in progress.task_ids[-1:]:
                progress.stop_task(task)
            progress.add_task(what)

        yield tell


@contextmanager
def _topics(scratch: pathlib.Path) -> Iterator[World]:
    """A topic set of its own, on the broker that tests use or on one of its own."""
    own = None
    if given := os.environ.get("CARELEDGER_TEST_SERVERS"):
        bootstrap = json.loads(pathlib.Path(given).read_text())["kafka_bootstrap"]
    else:
        own = servers.start(scratch)
        bootstrap = own.kafka.address
    names = Topics(prefix=f"bench{os.getpid()}-")
    try:
        asyncio.run(_create(bootstrap, names.prefix))
        yield World(bootstrap, names)
    finally:
        asyncio.run(deploy.topics.delete(bootstrap, names.prefix))
        if own is not None:
            own.stop()


async def _create(bootstrap: str, prefix: str) -> None:
    await deploy.topics.create(bootstrap, prefix)
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        stock = (f"{prefix}stock-states-changelog", COMPACT), (f"{prefix}stock-out", {})
        await client.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs=config) for name, config in stock])
    finally:
        await client.close()


def _write(world: World, name: str, busy: int, facts: int) -> None:
    """A closed day, a policy, and the lives."""
    chance = random.Random(lives.SEED)
    world.ledger.tick = timedelta(milliseconds=1)
    world.ledger.close_day(calendar.london_date(world.ledger.clock) - timedelta(days=1))
    world.ledger.adopt(policy.load(name))
    for number in range(busy):
        ledgers.registered(world.ledger, ledgers.provider_id(number))
        lives.busy(world.ledger, ledgers.provider_id(number), facts - 1, chance)
    world.write()


def _burst(world: World, busy: int, numbers: range) -> float:
    """Concerns about the lives, written at once; when the writing began."""
    chance = random.Random(numbers.start)
    for number in numbers:
        ledgers.concern(world.ledger, ledgers.provider_id(chance.randrange(busy)), number)
    began = time.monotonic()
    world.write()
    return began


def _side_by_side(
    world: World, name: str, sizes: tuple[int, int, int], scratch: pathlib.Path, tell: Callable[[str], None]
) -> Rows:
    busy, facts, burst = sizes
    told = busy * facts
    tell(f"ours: {told} events from the beginning")
    ours = Ours(world)
    caught = told / (ours.until(told) - ours.since)
    tell(f"ours: {burst} events at full speed")
    began = _burst(world, busy, range(burst))
    full = burst / (ours.until(told + burst) - began)
    tell("ours: kill -9, and back")
    back = ours.again()
    ours.worker.end()
    tell(f"stock: {told + burst} events from the beginning")
    stock = Stock(world, name, scratch)
    stock_caught = (told + burst) / (stock.until(told + burst) - stock.seen["recovered"])
    tell(f"stock: {burst} events at full speed")
    began = _burst(world, busy, range(burst, 2 * burst))
    stock_full = burst / (stock.until(told + 2 * burst) - began)
    tell("stock: kill -9, and back")
    stock_back = stock.again()
    lives_ = f"{busy} lives of {facts} facts and more"
    return [
        ("events/s from the beginning", f"{caught:.0f}", f"{stock_caught:.0f}", f"{caught / stock_caught:.2f}"),
        (f"events/s on {lives_}", f"{full:.0f}", f"{stock_full:.0f}", f"{full / stock_full:.2f}"),
        (f"at work again after kill -9, {busy}", f"{back:.1f} s", f"{stock_back:.1f} s", f"{back / stock_back:.2f}"),
    ]


def _everybody(world: World, busy: int, providers: int, left: int, tell: Callable[[str], None]) -> Rows:
    """As many as a country has: a day's close, a restart, the size of what is kept. `left`: events not yet judged."""
    for number in range(busy, providers):
        ledgers.registered(world.ledger, ledgers.provider_id(number))
    tell(f"ours: {providers} providers")
    ours = Ours(world)
    world.write()
    ours.until(providers - busy + left)
    tell(f"ours: a day closes for {providers} providers")
    closing = ours.close(world)
    tell("ours: kill -9, and back")
    back = ours.again()
    mean, most, bare = asyncio.run(_sizes(world))
    ours.worker.end()
    return [
        (f"day close for {providers} providers", f"{closing:.1f} s", "", ""),
        (f"at work again after kill -9, {providers}", f"{back:.1f} s", "", ""),
        ("state of a provider with a life", f"{mean:.0f} bytes, at most {most}", "", ""),
        ("state of one that is only registered", f"{bare:.0f} bytes", "", ""),
    ]


async def _sizes(world: World) -> tuple[float, int, float]:
    """Bytes of a life's state on average and at most, and of a provider's that is only registered."""
    async with desk(world.settings) as (connected, _):
        found = [
            len(body) for number in range(PARTITIONS) for body in (await connected.changelog.read(number))[0].values()
        ]
    found.sort()
    half = statistics.median(found)
    lives_ = [each for each in found if each > 2 * half]
    return statistics.mean(lives_), max(found), half


def _backtest(scratch: pathlib.Path, locations: int, name: str) -> Rows:
    path = lives.inspections(scratch, locations)
    began = time.monotonic()
    asked: dict[str, Any] = {"pack": name, "feed": ("inspection-history", path), "counts_only": True}
    backtest(Asked(scratch / "report", **asked), lambda: typer.Exit(1), Console(stderr=True))  # type: ignore[arg-type, return-value]
    return [("back-test, all cores", f"{locations / (time.monotonic() - began):.0f} providers/s", "", "")]
