"""Apache Kafka's jars: fetched once from Maven Central by `jgo`, checked against `kafka-jars.txt`, kept per user."""

import concurrent.futures
import hashlib
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploy.local.commands import StartFailed

VERSION = "4.3.0"
LOCK = pathlib.Path(__file__).with_name("kafka-jars.txt")
Progress = Callable[[int, int, int], None]
"""Called with jars done, jars in all, bytes done."""


@dataclass(frozen=True)
class Jar:
    """One locked jar: Maven coordinates and the digest it must have."""

    group: str
    artifact: str
    version: str
    digest: str

    @property
    def file(self) -> str:
        """Its file name in the cache."""
        return f"{self.artifact}-{self.version}.jar"


def locked() -> list[Jar]:
    """The jars of `kafka-jars.txt`: group:artifact:version and SHA-256, one a line."""
    lines = (line for line in LOCK.read_text().splitlines() if line and not line.startswith("#"))
    return [Jar(*line.replace(":", " ").split()) for line in lines]


def cache() -> pathlib.Path:
    """The user's cache folder for this version."""
    root = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(root) / "careledger" / f"kafka-{VERSION}"


def classpath(progress: Progress | None = None) -> str:
    """The Java class path of the broker; downloads what is missing. Raises StartFailed when that is impossible."""
    folder, jars = cache(), locked()
    missing = [jar for jar in jars if not (folder / jar.file).exists()]
    if missing:
        _download(folder, missing, progress)
    return os.pathsep.join(str(folder / jar.file) for jar in jars)


def _download(folder: pathlib.Path, jars: list[Jar], progress: Progress | None) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = size = 0
        for path in _each(folder, jars):
            done, size = done + 1, size + path.stat().st_size
            if progress:
                progress(done, len(jars), size)
    except OSError as problem:  # requests' errors are OSErrors too
        raise StartFailed(f"Apache Kafka {VERSION} could not be downloaded to {folder}: {_plain(problem)}") from problem


def _each(folder: pathlib.Path, jars: list[Jar]) -> Iterator[pathlib.Path]:
    pool = concurrent.futures.ThreadPoolExecutor(4)
    try:
        yield from (
            done.result() for done in concurrent.futures.as_completed(pool.submit(_fetch, folder, jar) for jar in jars)
        )
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(folder: pathlib.Path, jar: Jar) -> pathlib.Path:
    """Download to a scratch folder, check, then move into place: the cache only ever holds whole, checked jars."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - 0.2 s, and only the first start needs it

    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
        context = MavenContext(repo_cache=pathlib.Path(scratch), timeout=30)
        path = pathlib.Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != jar.digest:
            raise OSError(f"{jar.file} has digest {found}, not the locked {jar.digest}")
        return path.rename(folder / jar.file)


def _plain(problem: OSError) -> str:
    if problem.errno is None and type(problem).__module__.startswith("requests"):
        return f"no network, or Maven Central does not answer ({type(problem).__name__})"
    return problem.strerror or str(problem)
