"""A storm: tens of thousands of alerts to a few recipients of which some are dead. Do urgent ones still come first?

Notify alone, with a real broker and database. The alerts are on the topic at once; each recipient has its own place.
Nothing is asserted but that every alert arrived: the figures are for people.
"""

import pathlib
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared import identifiers
from shared.topics import ASSESSMENTS
from tests.component.notify.doors import Call, Hook, Reply, free_port
from tests.component.notify.world import World, world
from tests.support import servers

TO_ONE = {"to": ["safeguarding"]}
"""Both kinds go to the one recipient of the place."""
DEAD = ("refuses the connection", "answers 503", "never answers")


@dataclass
class Arrivals:
    """When each alert came to whoever it was for."""

    at: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    repeats: Counter[str] = field(default_factory=Counter)

    def take(self, call: Call) -> None:
        """One message, of one alert or several."""
        now, said = time.monotonic(), call.said
        if said["type"] == "alerts.reminder":
            return
        self.messages += 1
        for one in said.get("alerts", [said]):
            self.repeats[f"{call.id} {one['delivery_id']}"] += 1
            self.at.setdefault(one["provider"]["id"], now)


def storm(
    alerts: Annotated[int, typer.Option(help="in all")] = 50_000,
    recipients: Annotated[int, typer.Option(help="among whom they are spread evenly")] = 20,
    dead: Annotated[int, typer.Option(help="of the recipients; each fails in its own way")] = 3,
    urgent: Annotated[int, typer.Option(help="one in so many is an A2, the others are A10")] = 50,
    minutes: Annotated[float, typer.Option(help="wait at most so long")] = 20,
) -> None:
    """Publish, wait until all that can arrive has arrived, print one table."""
    arrivals, hooks = Arrivals(), list[Hook]()
    with tempfile.TemporaryDirectory(prefix="careledger-bench-") as scratch, servers.started() as running:
        try:
            with world(running, pathlib.Path(scratch)) as notify:
                wanted = _prepare(notify, arrivals, hooks, alerts, recipients, dead, urgent)
                began = time.monotonic()
                notify.publish(notify.ledger.records[-alerts:])
                published = time.monotonic()
                _wait(arrivals, wanted, until=began + minutes * 60)
        finally:
            for hook in hooks:
                hook.close()
    _report(arrivals, wanted, began, published, alerts)


def _prepare(  # noqa: PLR0917 - the sizes of the storm
    notify: World, arrivals: Arrivals, hooks: list[Hook], alerts: int, recipients: int, dead: int, urgent: int
) -> dict[str, bool]:
    """Places with a recipient each, and the sealed alerts. Provider → is it urgent, of those that can arrive."""
    places = []
    for number in range(recipients):
        places.append(notify.place(A2=TO_ONE, A10=TO_ONE))
        # Dead ones stand among the living, not after them.
        lives = (number * dead) % recipients >= dead
        notify.register("safeguarding", _live(arrivals, hooks) if lives else _dead(number, hooks))
        places[-1] = places[-1] if lives else f"-{places[-1]}"
    wanted = dict[str, bool]()
    notify.ledger.clock, notify.ledger.tick = notify.now, timedelta(microseconds=10)
    for number in range(alerts):
        place, is_urgent = places[number % recipients], number // recipients % urgent == 0
        provider = f"prv-{number:06d}storm"
        if not place.startswith("-"):
            wanted[provider] = is_urgent
        notify.ledger.place = place.removeprefix("-")
        _seal(notify, "A2" if is_urgent else "A10", provider)
    return wanted


def _live(arrivals: Arrivals, hooks: list[Hook]) -> Hook:
    hooks.append(Hook())
    hooks[-1].on_call = arrivals.take
    return hooks[-1]


def _dead(number: int, hooks: list[Hook]) -> Hook:
    """One that fails in one of three ways."""
    kind = DEAD[number % len(DEAD)]
    hooks.append(Hook(Reply(503) if kind == "answers 503" else Reply(204, seconds=3600)))
    if kind == "refuses the connection":
        hooks[-1].url = f"http://127.0.0.1:{free_port()}/hook"
    return hooks[-1]


def _seal(notify: World, alert: str, provider: str) -> None:
    data = {"alert": alert, "cause": "c1", "name": "Synthetic Home", "summary": f"{alert} happened"}
    key = identifiers.alert_id(alert, provider, "c1")
    notify.ledger._seal("alert.raised", provider, provider, data, "risk", None, ASSESSMENTS, id=key)


def _wait(arrivals: Arrivals, wanted: dict[str, bool], until: float) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("alerts told", total=len(wanted))
        while len(arrivals.at) < len(wanted) and time.monotonic() < until:
            progress.update(task, completed=len(arrivals.at))
            time.sleep(0.2)
        progress.update(task, completed=len(arrivals.at))


def _report(arrivals: Arrivals, wanted: dict[str, bool], began: float, published: float, alerts: int) -> None:
    missing = wanted.keys() - arrivals.at.keys()
    if missing:
        raise SystemExit(f"{len(missing)} of {len(wanted)} alerts have not arrived")
    waits = {
        kind: sorted(arrivals.at[one] - began for one, is_ in wanted.items() if is_ is kind) for kind in (True, False)
    }
    first, others = waits[True], waits[False]
    halves = [statistics.median(each) for each in (first, others)]
    ends = [_of_100(each, 99) for each in (first, others)]
    table = Table("what", "measured", title="A storm of alerts")
    for row in (
        ("alerts, of which to recipients that live", f"{alerts}, {len(wanted)}"),
        ("urgent ones among these", f"{len(first)}"),
        ("all on the topic after", f"{published - began:.1f} s"),
        ("alerts told a second", f"{len(wanted) / (max(arrivals.at.values()) - began):.0f}"),
        ("messages for each alert", f"{arrivals.messages / len(wanted):.3f}"),
        ("urgent: half, 99 of 100, last", f"{halves[0]:.1f} s, {ends[0]:.1f} s, {first[-1]:.1f} s"),
        ("others: half, 99 of 100, last", f"{halves[1]:.1f} s, {ends[1]:.1f} s, {others[-1]:.1f} s"),
        ("urgent / others: half, 99 of 100", f"{halves[0] / halves[1]:.2f}, {ends[0] / ends[1]:.2f}"),
        ("told twice", f"{sum(count > 1 for count in arrivals.repeats.values())}"),
    ):
        table.add_row(*row)
    Console().print(table)


def _of_100(waits: list[float], share: int) -> float:
    return waits[min(len(waits) - 1, len(waits) * share // 100)]
