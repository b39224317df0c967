"""The pages of a large place: how long each takes and how large it is, with many services and a long history."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from services.governance import view
from services.governance.settings import GovernanceSettings
from shared import calendar, clock
from tests.benchmarks.history import PLACE, running_settings, shown
from tests.benchmarks.large_place import Sizes, filled
from tests.component.governance import conftest as running
from tests.component.governance.browsing import Browser, sign_in
from tests.support import servers
from tests.support.issuer import Issuer

LARGEST = 100_000
"""No page of HTML may be larger (issue 9)."""
PATIENCE = 20.0
"""Seconds for which one page is asked for again, at most."""
FEWEST = 3
COUNTING = 503


def pages_bench(
    count: Annotated[int, typer.Option("--events", help="Events in the history of the place.")] = 1_000_000,
    providers: Annotated[int, typer.Option(help="Services that share them.")] = 400,
    reads: Annotated[int, typer.Option(help="How often each page is asked for, as far as 20 seconds go.")] = 100,
) -> None:
    """Ask for every page of a large place, signed in, at the service's own door. Fails where a page is too large."""
    title = f"Pages of {providers:,} services with {count:,} events"
    table = Table("page", "first", "p50", "p99", "kB", "times asked", title=title)
    with servers.started() as known, running_settings(known) as (settings, issuer), shown() as bar:
        found = asyncio.run(measured(settings, issuer, bar, Sizes(count, providers, reads)))
    for one in found:
        times = f"{one.first:,.1f} s", f"{one.p50 * 1e3:,.0f} ms", f"{one.p99 * 1e3:,.0f} ms"
        table.add_row(one.name, *times, f"{one.size / 1e3:.1f}", str(one.times))
    Console().print(table)
    large = [one.name for one in found if one.is_html and one.size >= LARGEST]
    assert not large, f"larger than {LARGEST / 1e3:.0f} kB: {', '.join(large)}"


@dataclass(frozen=True)
class Took:
    """One page: seconds, bytes of its largest answer."""

    name: str
    first: float
    """Where figures of the whole record are counted: until they were there."""
    p50: float
    p99: float
    size: int
    times: int
    is_html: bool


async def measured(settings: GovernanceSettings, issuer: Issuer, bar: Progress, sizes: Sizes) -> list[Took]:
    """All pages."""
    async with running.run(settings, issuer) as service:
        answer = await service.adopt()
        assert answer.status_code == 201, answer.text
        policy = service.app.state.parts.pages.policy(PLACE, datetime.now(UTC).date())
        names = await asyncio.to_thread(filled, settings, policy.pack, bar, sizes)
        decided = await service.decide(names[0], level="2")
        assert decided.status_code == 201, decided.text
        browser, event = sign_in(service, "chair", places=[PLACE]), await newest(service, names[0])
        found = [await asked(browser, name, path, bar, sizes.reads) for name, path in pages(names, event)]
        return found + [await meanwhile(browser, *each, bar) for each in enumerate(busy(names), start=1)]


def pages(names: Sequence[str], event: str) -> list[tuple[str, str]]:
    """Every page that grows with the place or with a history."""
    one, board, today = names[0], f"/dashboards/{PLACE}/care-homes", calendar.london_date(clock.now())
    half = calendar.add_months(today, -6).isoformat()
    return [
        ("dashboard, care homes", f"{board}?sort=level"),
        ("dashboard, the last page", f"{board}?sort=name&page=1000"),
        ("dashboard, filtered", f"{board}?named=007"),
        ("dashboard, community care", f"/dashboards/{PLACE}/community?sort=level"),
        ("dashboard as CSV", f"{board}?format=csv"),
        ("one row, as a live page asks for it", f"{board}/rows/{one}"),
        ("provider", f"/providers/{one}"),
        ("provider half a year ago (risk not asked)", f"/providers/{one}?as_of={half}"),
        ("timeline", f"/providers/{one}/timeline"),
        ("timeline, about one thing", f"/providers/{one}/timeline?group=concerns"),
        ("timeline, searched", f"/providers/{one}/timeline?sought=nothing"),
        ("one event", f"/providers/{one}/events/{event}"),
        ("two moments compared", f"/providers/{one}/compare?from={half}"),
        ("owners", "/owners"),
        ("one owner", "/owners/one?name=Synthetic+Group+7"),
        ("themes by sector", f"/measures/{PLACE}/themes"),
        ("themes by service", f"/measures/{PLACE}/themes?scope=service"),
        ("measures with their past", f"/measures/{PLACE}"),
        ("who stands behind a measure", f"/measures/{PLACE}/figures/K6"),
    ]  # fmt: skip


def busy(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pages that are asked for while measures are counted."""
    return [
        ("provider, while measures are counted", f"/providers/{names[0]}"),
        ("one row, while measures are counted", f"/dashboards/{PLACE}/care-homes/rows/{names[0]}"),
    ]


async def asked(browser: Browser, name: str, path: str, bar: Progress, reads: int) -> Took:
    """One page, again and again."""
    task, took, size, kind = bar.add_task(name, total=reads), list[float](), 0, ""
    first, begun = await _first(browser, path), time.monotonic()
    while len(took) < reads and (len(took) < FEWEST or time.monotonic() - begun < PATIENCE):
        start = time.perf_counter()
        answer = await browser.get(path)
        took.append(time.perf_counter() - start)
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text[-300:]}"
        size, kind = max(size, len(answer.content)), answer.headers["content-type"]
        bar.advance(task)
    bar.update(task, total=len(took))
    return _said(name, first, took, size, is_html=kind.startswith("text/html"))


def _said(name: str, first: float, took: list[float], size: int, *, is_html: bool) -> Took:
    took.sort()
    times = len(took)
    return Took(name, first, took[times // 2], took[min(int(times * 0.99), times - 1)], size, times, is_html)


async def meanwhile(browser: Browser, back: int, page: tuple[str, str], bar: Progress) -> Took:
    """One page, as long as the measures of so many days back are counted, which nobody has asked for before."""
    (name, path), took, size = page, list[float](), 0
    day = calendar.add_days(calendar.last_closed_day(clock.now()), -back)
    task = bar.add_task(name, total=None)
    count = asyncio.create_task(_first(browser, f"/measures/{PLACE}?to={day}"))
    while not count.done():
        start = time.perf_counter()
        answer = await browser.get(path)
        took.append(time.perf_counter() - start)
        size = max(size, len(answer.content))
        bar.advance(task)
    return _said(name, await count, took, size, is_html=True)


async def _first(browser: Browser, path: str) -> float:
    """Seconds until it is there: a page that counts says after a while that it is still counting."""
    start = time.perf_counter()
    while (await browser.get(path)).status_code == COUNTING:
        pass  # it answers so after a quarter of a minute
    return time.perf_counter() - start


async def newest(service: running.Running, name: str) -> str:
    """An event of this service."""
    found = await service.rows(
        f"SELECT id FROM {view.SCHEMA}.history WHERE provider_id = %s ORDER BY recordedtime DESC LIMIT 1", name
    )
    return str(found[0][0])
