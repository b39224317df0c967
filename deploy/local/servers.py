"""PostgreSQL and Kafka alone, without the services: for tests and for work on one service.

`python -m deploy.local.servers DIRECTORY` starts both and leaves them running; `--stop` ends them.
"""

import json
import pathlib
import subprocess
from dataclasses import dataclass
from typing import Annotated

import psutil
import typer

from deploy.local import commands, kafka, ports, postgres


@dataclass
class Server:
    """One running server that can be killed and started again in place (same data, same port)."""

    command: commands.Command
    address: str
    process: "subprocess.Popen[bytes]"
    tethered: bool

    @property
    def pid(self) -> int:
        """The process to kill."""
        return self.process.pid

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until it answers. Raises StartFailed."""
        check = kafka.is_ready_now if self.command.name == "kafka" else postgres.is_ready
        commands.until(lambda: check(self.address), seconds=seconds, alive=self.process, command=self.command)

    def stop(self) -> None:
        """End it in good order."""
        commands.end(self.process, self.command)

    def kill(self) -> None:
        """End it as a power cut would (kill -9), and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start it again after `stop` or `kill`, and wait until it answers."""
        self.process = self.command.popen(tethered=self.tethered)
        self.wait_ready()


@dataclass
class Servers:
    """A PostgreSQL and a Kafka of our own."""

    postgres: Server
    kafka: Server

    @property
    def addresses(self) -> dict[str, str]:
        """The keys of a CARELEDGER_TEST_SERVERS file."""
        return {"database_url": self.postgres.address, "kafka_bootstrap": self.kafka.address}

    def stop(self) -> None:
        """End both."""
        self.kafka.stop()
        self.postgres.stop()


def start(directory: pathlib.Path, *, tethered: bool = True, durable: bool = False) -> Servers:
    """Start both on free ports over a directory, at once, and wait until they answer. Raises StartFailed."""
    database_port, broker_port, controller_port = ports.free(3)
    kafka.prepare(directory / "kafka", broker_port, controller_port)
    broker = kafka.command(directory / "kafka", heap="1g")
    running = [Server(broker, f"127.0.0.1:{broker_port}", broker.popen(tethered=tethered), tethered)]
    try:
        postgres.prepare(directory / "postgres")
        database = postgres.command(directory / "postgres", database_port, durable=durable)
        address = postgres.url(directory / "postgres", database_port)
        running.append(Server(database, address, database.popen(tethered=tethered), tethered))
        for each in running:
            each.wait_ready()
    except BaseException:
        for each in running:
            each.stop()
        raise
    return Servers(postgres=running[1], kafka=running[0])


def main(directory: pathlib.Path, *, stop: Annotated[bool, typer.Option()] = False) -> None:
    """Start both over DIRECTORY and leave them running, or end them."""
    record = directory / "servers.json"
    if stop:
        known = json.loads(record.read_text())
        for pid in known["pids"]:
            if psutil.pid_exists(pid):
                psutil.Process(pid).terminate()
        return
    servers = start(directory.resolve(), tethered=False)
    text = json.dumps(servers.addresses | {"pids": [servers.kafka.pid, servers.postgres.pid]}, indent=2)
    record.touch(mode=0o600)
    record.write_text(text + "\n")
    typer.echo(text)


if __name__ == "__main__":
    typer.run(main)
