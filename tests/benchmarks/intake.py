"""Intake alone on this machine: posts, batches and a file, with everything up and with Kafka down, in one run."""

import asyncio
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import psutil
from rich.console import Console
from rich.table import Table

import deploy.topics
from deploy.local import postgres, servers
from tests.support.issuer import Issuer
from tests.support.settings import KEY

PLACE, COUNCIL = "X00000009", "Nowhere"
SERVICES = 4_000
SINGLES, BATCHES, BATCH = 2_000, 20, 500
ROOT = pathlib.Path(__file__).parents[2]
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCHED = {"Content-Type": "application/cloudevents-batch+json"}
HEAD = (
    "Location ID,Location Name,Location Type,Location Primary Inspection Category,Location Local Authority,"
    "Service / Population Group,Domain,Latest Rating,Publication Date,Inherited Rating (Y/N),Provider Name\n"
)
Figure = tuple[str, str]


@dataclass
class Alone:
    """A database, a broker, one intake, and a partner with a token."""

    servers: servers.Servers
    url: str
    env: dict[str, str]
    headers: dict[str, str]
    file: pathlib.Path
    process: psutil.Process
    _number: int = field(default=0, init=False)

    def load(self) -> tuple[float, str]:
        """Import the file, as an operator does; how long it took, and what it said."""
        began = time.monotonic()
        command = [sys.executable, "-m", "services.intake", "import", "cqc-ratings", str(self.file)]
        done = subprocess.run(
            [*command, "--place", PLACE, "--council", COUNCIL], cwd=ROOT, env=self.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return time.monotonic() - began, done.stdout + done.stderr

    def concern(self, **data: Any) -> dict[str, Any]:
        """One of its own, each about the next service."""
        self._number += 1
        number = f"QC-{os.getpid()}-{self._number}"
        return {
            "specversion": "1.0", "id": number, "source": "/partners/icb", "subject": subject(self._number),
            "type": "careledger.quality_concern.raised.v1", "time": "2026-03-02T09:30:00Z",
            "data": {"concern_id": number, "themes": ["q.medicines"], "severity": "S2"} | data,
        }  # fmt: skip

    def busy(self) -> float:
        """Seconds of processor that the service has used."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def unpublished(self) -> float:
        """Journal rows that Kafka does not have yet."""
        for line in httpx2.get(f"{self.url}/metrics").text.splitlines():
            if line.startswith("careledger_journal_unpublished{"):
                return float(line.rpartition(" ")[2])
        return float("inf")


def intake() -> None:
    """Measure and print one table."""
    table, progress = Table("what", "measured", title="Intake alone on this machine"), Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="careledger-bench-") as scratch:
        for row in _measured(pathlib.Path(scratch)):
            progress.print(*row, sep=": ", soft_wrap=True)
            table.add_row(*row)
    Console(width=130).print(table)


def _measured(scratch: pathlib.Path) -> Iterator[Figure]:
    """All figures of one run, as they come."""
    with _running(scratch) as alone:
        took, said = alone.load()
        yield f"a file of {SERVICES} services, each with a rating: loaded", _rate(2 * SERVICES, took, "events")
        assert f"services: {SERVICES}: {SERVICES} new" in said, said
        again, said = alone.load()
        assert f"cqc_rating.published: 0 new, {SERVICES} there already" in said, said
        yield "… the same again: nothing new", _rate(SERVICES, again, "rows")
        up = _doors(alone)
        yield from up.figures("")
        yield _beside(alone)
        _until_published(alone)
        alone.servers.kafka.stop()
        down = _doors(alone)
        yield from down.figures(", Kafka down", up)
        waiting, began = alone.unpublished(), time.monotonic()
        alone.servers.kafka.start()
        _until_published(alone)
        yield "Kafka is back: started, and everything published", _rate(waiting, time.monotonic() - began, "events")


def subject(number: int) -> str:
    """The `number`th service of the file, round and round."""
    return f"cqc:1-{10_000_000 + number % SERVICES}"


@dataclass(frozen=True)
class Doors:
    """What each door took."""

    taken: dict[str, tuple[float, float]]
    """Events a second; intake's own processor time for each in milliseconds, whoever else runs on the machine."""
    spread: str

    def figures(self, when: str, beside: "Doors | None" = None) -> list[Figure]:
        """For people; beside another measurement, as a share of it."""
        said = []
        for door, (rate, work) in self.taken.items():
            share = f", {rate / beside.taken[door][0]:.0%} of that with Kafka up" if beside else ""
            said.append((f"{door}{when}", f"{rate:.0f} /s, {work:.2f} ms of intake's processor each{share}"))
        return [*said, (f"one post by itself{when}", self.spread)]


def _doors(alone: Alone) -> Doors:
    text = {"description": "Two doses were missed on one shift. (synthetic)"}
    doors: dict[str, tuple[int, Callable[[], Any]]] = {
        "single posts, 16 clients": (SINGLES, lambda: _posted(alone, 16)),
        "single posts, 64 clients": (SINGLES, lambda: _posted(alone, 64)),
        "single posts with a sealed text, 16 clients": (SINGLES, lambda: _posted(alone, 16, **text)),
        f"batches of {BATCH}": (BATCHES * BATCH, lambda: _batched(alone)),
    }
    taken = {}
    for door, (count, post) in doors.items():
        began, busy = time.monotonic(), alone.busy()
        post()
        taken[door] = count / (time.monotonic() - began), (alone.busy() - busy) / count * 1000
    return Doors(taken, _spread(_posted(alone, 1, count=300)))


def _posted(alone: Alone, clients: int, *, count: int = SINGLES, **data: Any) -> list[float]:
    events = iter([alone.concern(**data) for _ in range(count)])
    answered: list[float] = []

    async def client(http: httpx2.AsyncClient) -> None:
        for event in events:
            at = time.monotonic()
            (await http.post("/v1/events", json=event)).raise_for_status()
            answered.append(time.monotonic() - at)

    async def all_of_them() -> None:
        headers = alone.headers | STRUCTURED
        limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with httpx2.AsyncClient(base_url=alone.url, headers=headers, timeout=60, limits=limits) as http:
            await asyncio.gather(*(client(http) for _ in range(clients)))

    asyncio.run(all_of_them())
    return answered


def _batched(alone: Alone) -> None:
    batches = [[alone.concern() for _ in range(BATCH)] for _ in range(BATCHES)]
    with httpx2.Client(base_url=alone.url, headers=alone.headers | BATCHED, timeout=60) as http:
        for batch in batches:
            results = http.post("/v1/events", json=batch).raise_for_status().json()["results"]
            assert {result["status"] for result in results} == {"accepted"}


def _beside(alone: Alone) -> Figure:
    """Single posts while a file is loaded: they must not wait for it."""
    alone.file.write_text(_table(SERVICES, "Requires improvement"))
    command = [sys.executable, "-m", "services.intake", "import", "cqc-ratings", str(alone.file)]
    loading = subprocess.Popen(
        [*command, "--place", PLACE, "--council", COUNCIL], cwd=ROOT, env=alone.env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    answered: list[float] = []
    while loading.poll() is None:
        answered += _posted(alone, 1, count=20)
    return "one post by itself while a file is loaded", _spread(answered)


def _until_published(alone: Alone) -> None:
    end = time.monotonic() + 300
    while alone.unpublished() > 0:
        assert time.monotonic() < end, "not everything is published"
        time.sleep(0.1)


@contextlib.contextmanager
def _running(scratch: pathlib.Path) -> Iterator[Alone]:
    started, issuer = servers.start(scratch, durable=True), Issuer()
    process: subprocess.Popen[bytes] | None = None
    try:
        asyncio.run(deploy.topics.create(started.kafka.address, ""))
        url = postgres.create_database(started.postgres.address, "careledger")
        vault = postgres.create_database(started.postgres.address, "careledger_vault")
        env = os.environ | {
            "ENVIRONMENT": "local", "DATABASE_URL": url, "VAULT_DATABASE_URL": vault,
            "KAFKA_BOOTSTRAP": started.kafka.address, "ISSUER": issuer.url, "JWKS_URL": issuer.jwks_url,
            "MASTER_KEY": KEY, "DIGEST_KEY": KEY, "INTAKE_PORT": str(port := servers.ports.free(1)[0]),
            "LOG_LEVEL": "ERROR", "CARELEDGER_ENV_FILE": os.devnull,
        }  # fmt: skip
        with (scratch / "intake.log").open("wb") as log:
            command = [sys.executable, "-m", "services.intake"]
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        _until_ready(address, process)
        usual = {"roles": ["publisher"], "publisher": "icb-quality", "org": "icb", "places": [PLACE]}
        headers = issuer.headers(**usual, exp=int(time.time()) + 3600)
        file = scratch / "ratings.csv"
        file.write_text(_table(SERVICES, "Good"))
        yield Alone(started, address, env, headers, file, psutil.Process(process.pid))
    finally:
        if process is not None:
            process.terminate()
            process.wait()
        started.stop()
        issuer.close()


def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(f"{address}/readyz").status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("intake is not ready")


def _table(count: int, rating: str) -> str:
    rows = (
        f"{subject(number).removeprefix('cqc:')},Synthetic House {number} (not a real service),Social Care Org,"
        f"Residential social care,{COUNCIL},Overall,Overall,{rating},13/02/2026,N,Synthetic Care\n"
        for number in range(count)
    )
    return HEAD + "".join(rows)


def _rate(count: float, seconds: float, what: str) -> str:
    return f"{count:.0f} {what} in {seconds:.1f} s, {count / seconds:.0f} /s"


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"half {cuts[49] * 1000:.1f} ms, 99 of 100 {cuts[98] * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms"
