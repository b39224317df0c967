"""Which port is whose in a local deployment, and whether it is free."""

import contextlib
import json
import pathlib
import secrets
import socket
from collections.abc import Mapping

import psutil

from deploy.local.commands import StartFailed

USUAL = {
    "intake": 8001,
    "risk": 8002,
    "governance": 8003,
    "notify": 8004,
    "issuer": 8010,
    "inbox": 8011,
    "smtp": 8025,
    "postgres": 8432,
    "kafka": 8092,
    "kafka_controller": 8093,
}
"""Architecture §5 fixes the four services'. Each can be moved: INTAKE_PORT=9001 and so on."""

RANGE = range(15_000, 32_000)


def chosen(directory: pathlib.Path, environment: Mapping[str, str], *, auto: bool) -> dict[str, int]:
    """The ports of this deployment: from the environment, or else free ones (`auto`, kept for the folder's life), or
    else the usual ones. Raises StartFailed for one that is not a port."""
    record = directory / "ports.json"
    ports = dict(USUAL)
    if auto:
        with contextlib.suppress(FileNotFoundError):
            ports |= json.loads(record.read_text())
        if not record.exists():
            ports = dict(zip(USUAL, free(len(USUAL)), strict=True))
    for name in ports:
        if text := environment.get(variable(name)):
            ports[name] = _number(variable(name), text)
    record.write_text(json.dumps(ports, indent=1) + "\n")
    return ports


def variable(name: str) -> str:
    """The environment variable that moves a port."""
    return f"{name.upper()}_PORT"


def _number(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise StartFailed(f"{name} is {text!r}, which is not a port")
    return int(text)


def demand_free(ports: Mapping[str, int]) -> None:
    """Raises StartFailed with one line about the first port that is taken, or asked for twice."""
    for name, port in ports.items():
        if any(other != name and ports[other] == port for other in ports):
            raise StartFailed(f"port {port} is asked for twice; set {variable(name)} to another")
        if not is_free(port):
            raise StartFailed(f"port {port} for {name} is busy{_by(port)}; end that or set {variable(name)}")


def _by(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
                return f" (process {each.pid}, {psutil.Process(each.pid).name()})"
    return ""


def free(count: int) -> list[int]:
    """`count` different ports that nobody listens on just now, out of those that the system never lends to clients:
    a server that is restarted must find its port free."""
    found: set[int] = set()
    while len(found) < count:
        port = RANGE.start + secrets.randbelow(len(RANGE))
        if is_free(port):
            found.add(port)
    return sorted(found)


def is_free(port: int) -> bool:
    """True when a server could listen on it (a port that only waits out its last connections is free)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
