"""`make run`: the whole of CareLedger on one machine, without Docker. One composition root: start, show, wait, stop."""

import asyncio
import errno
import json
import os
import pathlib
import shutil
import signal
import sys
import traceback
from typing import Annotated

import httpx2
import typer

import deploy.topics
from deploy.local import children, demonstration, kafka, layout, ports, postgres, records, screen, tokens
from deploy.local.commands import StartFailed
from deploy.local.supervisor import Child, GivenUp, Supervisor

MEGABYTE = 1_000_000
NEEDED, NEEDED_AT_FIRST = 200 * MEGABYTE, 1000 * MEGABYTE
SERVER_SECONDS, SERVICE_SECONDS = 90, 120


class Launcher:
    """One start of one deployment folder, from the checks to the table of URLs."""

    def __init__(self, place: layout.Layout, record: records.Record, given: layout.Backends | None) -> None:
        self._place, self._given = place, given
        self._supervisor = Supervisor(record, screen.say)
        self._record = record

    async def start(self, *, demo: bool) -> None:
        """Bring everything up. Raises StartFailed, GivenUp."""
        place = self._place
        tokens.key(place.directory)
        client = httpx2.AsyncClient(timeout=5, trust_env=False)
        servers = await self._servers()
        place.write_settings(self._given or place.own_backends())
        helpers = (children.issuer(place, client), children.mail(place, client))
        services = [children.service(name, place, client, (*servers, *helpers)) for name in children.SERVICES]
        screen.say("services start")
        for child in (*helpers, *(each for each in services if each.name != "risk")):
            self._supervisor.add(child)
        await self._fold_anew()
        self._supervisor.add(next(each for each in services if each.name == "risk"))
        awaited = [child for child in services if not self._record.held(child.name)]
        await self._supervisor.ready(*helpers, *awaited, seconds=SERVICE_SECONDS)
        if demo:
            await self._supervisor.during(demonstration.load(place, screen.say))
            await self._supervisor.ready(*awaited, seconds=SERVICE_SECONDS)  # they have had something to do since

    async def _fold_anew(self) -> None:
        """What other software left of risk's state would end this one at once. Raises StartFailed."""
        done = await asyncio.to_thread(children.refold(self._place).run)
        if done.returncode != 0:
            raise StartFailed(f"risk's state cannot be folded anew: {(done.stderr or done.stdout)[-600:]}")
        if done.stdout:
            screen.say("risk's state was folded anew: an update keeps other things of a provider")

    async def _servers(self) -> tuple[Child, ...]:
        """PostgreSQL and Kafka at once, each as far as it can go alone."""
        if self._given:
            await deploy.topics.create(self._given.kafka_bootstrap, self._given.topic_set)
            return ()
        async with asyncio.TaskGroup() as group:
            broker = group.create_task(self._broker())
            database = group.create_task(self._database())
        return broker.result(), database.result()

    async def _broker(self) -> Child:
        numbers = self._place.ports["kafka"], self._place.ports["kafka_controller"]
        await asyncio.to_thread(kafka.prepare, self._place.directory / "kafka", *numbers, screen.downloading)
        child = children.broker(self._place)
        self._supervisor.add(child)
        await self._supervisor.ready(child, seconds=SERVER_SECONDS)
        await deploy.topics.create(f"127.0.0.1:{numbers[0]}")
        screen.say("Apache Kafka 4.3 is up, its topics are there")
        return child

    async def _database(self) -> Child:
        await asyncio.to_thread(postgres.prepare, self._place.directory / "postgres")
        child = children.database(self._place)
        self._supervisor.add(child)
        await self._supervisor.ready(child, seconds=SERVER_SECONDS)
        url = postgres.url(self._place.directory / "postgres", self._place.ports["postgres"])
        for name in layout.DATABASES:
            await asyncio.to_thread(postgres.create_database, url, name)
        screen.say("PostgreSQL 18 is up, its databases are there")
        return child

    async def wait(self) -> None:
        """Until a child cannot be kept alive. Raises GivenUp."""
        await self._supervisor.during(asyncio.Event().wait())

    async def stop(self) -> None:
        """End every child, in order."""
        await self._supervisor.stop()


def _check_room(directory: pathlib.Path) -> None:
    free = shutil.disk_usage(directory).free
    needed = NEEDED if (directory / "kafka" / "formatted").exists() else NEEDED_AT_FIRST
    if free < needed:
        raise StartFailed(f"{directory} has {free // MEGABYTE} MB free on its disk; {needed // MEGABYTE} MB are needed")


def _prepare(
    directory: pathlib.Path, given: layout.Backends | None, *, auto: bool
) -> tuple[layout.Layout, records.Record]:
    """The checks that need nothing running. Raises StartFailed, NotLocal, OSError."""
    tokens.demand_local()
    record = records.Record(directory)
    record.lock()
    _check_room(directory)
    if swept := record.sweep():
        screen.say(f"the last launcher was killed; ended what it left: {', '.join(swept)}")
    record.put_logs_by()
    (directory / "ready").unlink(missing_ok=True)
    chosen = ports.chosen(directory, os.environ, auto=auto)
    unused = {"postgres", "kafka", "kafka_controller"} if given else set()
    ports.demand_free({name: port for name, port in chosen.items() if name not in unused})
    return layout.Layout(directory, chosen), record


async def run(directory: pathlib.Path, given: layout.Backends | None, *, auto: bool, demo: bool) -> int:
    """The whole life of a deployment; the exit code."""
    place, record = _prepare(directory, given, auto=auto)
    launcher = Launcher(place, record, given)
    living = asyncio.create_task(_live(launcher, place, demo=demo))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, living.cancel)
    try:
        await living
    except asyncio.CancelledError:
        screen.say("stopping")
    finally:
        (directory / "ready").unlink(missing_ok=True)
        await launcher.stop()
        screen.say("everything is stopped")
    return 0


async def _live(launcher: Launcher, place: layout.Layout, *, demo: bool) -> None:
    await launcher.start(demo=demo)
    screen.table(place)
    (place.directory / "ready").touch()
    await launcher.wait()


def main(
    directory: Annotated[pathlib.Path, typer.Option("--dir", help="where data, logs and settings live")] = layout.USUAL,
    port_choice: Annotated[str, typer.Option("--ports", help="usual, or auto for free ones")] = "usual",
    demo: Annotated[bool, typer.Option(help="load the five demonstration places")] = True,
    servers: Annotated[pathlib.Path | None, typer.Option(help="JSON file: use these PostgreSQL and Kafka")] = None,
) -> None:
    """Start CareLedger and keep it running until Ctrl-C."""
    given = layout.Backends(**json.loads(servers.read_text())) if servers else None
    asyncio.run(_to_the_end(directory.resolve(), given, auto=port_choice == "auto", demo=demo))


async def _to_the_end(directory: pathlib.Path, given: layout.Backends | None, *, auto: bool, demo: bool) -> None:
    """`run`, then leave at once: a download that was interrupted may still be busy in a thread that nothing needs."""
    code = 1
    try:
        code = await run(directory, given, auto=auto, demo=demo)
    except* (StartFailed, GivenUp, tokens.NotLocal, OSError) as group:
        screen.fail(_line(group))
    except* Exception as group:
        traceback.print_exception(group)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _line(problem: BaseException) -> str:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
        return f"the disk is full: {problem.filename or 'nothing more can be written'}"
    return " ".join(str(problem).split())


if __name__ == "__main__":
    typer.run(main)
