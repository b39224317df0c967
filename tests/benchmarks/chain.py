"""The whole chain on this machine, in a deployment of its own: how fast, how late (architecture §12).

It posts concerns at a steady rate, one for each of many providers; every twentieth raises an urgent alert, whose signed
webhooks it waits for. Then it posts whole batches as fast as they are taken. Nothing is asserted: figures for people.
"""

import asyncio
import pathlib
import statistics
import tempfile
import time
from collections.abc import Sequence
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.table import Table

from tests.support.deployment import Deployment
from tests.support.people import Place, until
from tests.support.receiver import Receiver

BATCH = 500
URGENT = 20
"""One in so many concerns is urgent (S4): more than any county sees."""


def chain(
    rate: Annotated[int, typer.Option(help="concerns a second")] = 100,
    seconds: Annotated[int, typer.Option(help="for how long")] = 20,
    batches: Annotated[int, typer.Option(help=f"batches of {BATCH} afterwards")] = 40,
) -> None:
    """Measure and print one table."""
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="careledger-bench-") as scratch, Receiver() as receiver:
        began = time.monotonic()
        with Deployment(pathlib.Path(scratch)) as deployment:
            rows.append(("first start, jars cached", f"{time.monotonic() - began:.1f} s"))
            place = _place(deployment, receiver)
            providers = asyncio.run(_register(deployment, place, rate * seconds))
            rows += _steady(deployment, place, receiver, providers, rate)
            rows += _bursts(deployment, place, providers, batches)
            deployment.stop()
            began = time.monotonic()
            deployment.start()
            rows.append(("second start", f"{time.monotonic() - began:.1f} s"))
    table = Table("what", "measured", title="CareLedger on this machine")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _place(deployment: Deployment, receiver: Receiver) -> Place:
    place = Place(urls=deployment.urls, issue=deployment.token)
    adopted = place.adopt()
    assert adopted.status_code in (200, 201), adopted.text
    for role in ("safeguarding", "quality_lead"):
        body = {"place": place.code, "role": role, "channel": "webhook", "address": receiver.url}
        told = place.call("POST", "notify", "/v1/recipients", who="ops", json=body)
        assert told.status_code in (200, 201), told.text
    return place


async def _register(deployment: Deployment, place: Place, count: int) -> list[str]:
    headers = place.headers("steward")
    async with httpx2.AsyncClient(base_url=deployment.urls["intake"], headers=headers, timeout=30) as client:
        gate = asyncio.Semaphore(32)

        async def one(number: int) -> str:
            async with gate:
                answer = await client.post("/v1/providers", json=place.home(f"1-{number:09d}"))
                return str(answer.raise_for_status().json()["provider_id"])

        return list(await asyncio.gather(*map(one, range(count))))


def _steady(
    deployment: Deployment, place: Place, receiver: Receiver, providers: list[str], rate: int
) -> list[tuple[str, str]]:
    """Each provider's concern at its time; how long the answer took, and how long until somebody was told."""
    urgent = set(providers[::URGENT])
    events = [place.concern(each, severity="S4" if each in urgent else "S2") for each in providers]
    began = time.monotonic()
    answered, sent = asyncio.run(_post_steadily(deployment, place, events, rate))
    taken = time.monotonic() - began
    until(lambda: _first_told(receiver).keys() >= urgent, seconds=300, why="every urgent alert")
    told = [at - sent[provider] for provider, at in _first_told(receiver).items()]
    return [
        (f"concerns posted one by one, {rate} a second wanted", f"{len(events) / taken:.0f} /s"),
        ("POST to answer", _spread(answered)),
        (f"POST to the recipient's webhook, {rate // URGENT} urgent a second", _spread(told)),
    ]


def _first_told(receiver: Receiver) -> dict[str, float]:
    """Provider → when the first message about it came."""
    return {told["provider"]["id"]: one.at for one in reversed(receiver.taken) for told in one.told}


async def _post_steadily(
    deployment: Deployment, place: Place, events: Sequence[dict[str, Any]], rate: int
) -> tuple[list[float], dict[str, float]]:
    headers = place.headers("publisher", "icb") | {"Content-Type": "application/cloudevents+json"}
    answered, sent = list[float](), dict[str, float]()
    began = time.monotonic()
    async with httpx2.AsyncClient(base_url=deployment.urls["intake"], headers=headers, timeout=30) as client:

        async def one(number: int, event: dict[str, Any]) -> None:
            await asyncio.sleep(began + number / rate - time.monotonic())
            sent[event["subject"]] = at = time.monotonic()
            (await client.post("/v1/events", json=event)).raise_for_status()
            answered.append(time.monotonic() - at)

        await asyncio.gather(*(one(number, event) for number, event in enumerate(events)))
    return answered, sent


def _bursts(deployment: Deployment, place: Place, providers: list[str], batches: int) -> list[tuple[str, str]]:
    """Batches as fast as they are taken, then how long until risk has judged them all."""
    headers = {"Content-Type": "application/cloudevents-batch+json"}
    began = time.monotonic()
    for number in range(batches):
        wanted = (providers[(number * BATCH + index) % len(providers)] for index in range(BATCH))
        events = [place.concern(provider, severity="S1") for provider in wanted]
        answer = place.call("POST", "intake", "/v1/events", org="icb", json=events, headers=headers)
        assert answer.status_code == 202, answer.text
    accepted = time.monotonic() - began
    until(lambda: _lag(deployment) == 0, seconds=300, why="everything read")
    through = time.monotonic() - began
    total = batches * BATCH
    return [
        (f"{total} concerns in batches of {BATCH}: accepted", f"{total / accepted:.0f} /s"),
        ("… and judged, in the history, and routed", f"{total / through:.0f} /s"),
    ]


def _lag(deployment: Deployment) -> float:
    """Records that some service has yet to apply, and rows not yet published."""
    total = 0.0
    for name in deployment.urls.keys() - {"inbox", "issuer"}:
        for line in httpx2.get(f"{deployment.urls[name]}/metrics").text.splitlines():
            if line.startswith(("careledger_consumer_lag{", "careledger_journal_unpublished{")):
                total += float(line.rpartition(" ")[2])
    return total


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"half {cuts[49] * 1000:.0f} ms, 99 of 100 {cuts[98] * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms"
