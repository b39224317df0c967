"""The children of a local deployment: how each is started, when it is up, what it needs first."""

import os
import sys

import httpx2

from deploy.local import commands, kafka, layout, postgres
from deploy.local.supervisor import Child, Ready

SERVICES = ("intake", "risk", "governance", "notify")
FIRST, THEN, LAST = range(3)
"""The order of stopping: services, then what they call, then what they store in."""


def answers(client: httpx2.AsyncClient, url: str) -> Ready:
    """Whether a GET of this address is answered with 200."""

    async def ready() -> bool:
        try:
            return (await client.get(url)).status_code == httpx2.codes.OK
        except httpx2.HTTPError:
            return False

    return ready


def broker(place: layout.Layout) -> Child:
    """Apache Kafka."""
    return Child(
        kafka.command(place.directory / "kafka"), lambda: kafka.is_ready(f"127.0.0.1:{place.ports['kafka']}"), LAST
    )


def database(place: layout.Layout) -> Child:
    """PostgreSQL."""
    folder, port = place.directory / "postgres", place.ports["postgres"]
    url = postgres.url(folder, port)
    return Child(postgres.command(folder, port), lambda: postgres.is_ready_soon(url), LAST)


def issuer(place: layout.Layout, client: httpx2.AsyncClient) -> Child:
    """The development issuer."""
    command = _python(
        place, "issuer", "deploy.local.issuer", f"--port={place.ports['issuer']}", f"--dir={place.directory}"
    )
    return Child(command, answers(client, f"{place.issuer}/jwks.json"), THEN)


def mail(place: layout.Layout, client: httpx2.AsyncClient) -> Child:
    """The mail catcher."""
    ports = (f"--port={place.ports['inbox']}", f"--smtp-port={place.ports['smtp']}")
    command = _python(place, "mail", "deploy.local.mail", *ports, f"--dir={place.directory / 'mail'}")
    return Child(command, answers(client, place.url("inbox")), THEN)


def service(name: str, place: layout.Layout, client: httpx2.AsyncClient, needs: tuple[Child, ...]) -> Child:
    """One of the four services."""
    command = _python(place, name, f"services.{name}")
    return Child(command, answers(client, f"{place.url(name)}/readyz"), FIRST, needs)


def refold(place: layout.Layout) -> commands.Command:
    """Folds risk's state anew where software of another fold left it, as after an update; else it does nothing."""
    return _python(place, "refold", "services.risk", "refold", "--when-other")


def _python(place: layout.Layout, name: str, module: str, *arguments: str) -> commands.Command:
    return commands.Command(
        name=name,
        argv=(sys.executable, "-m", module, *arguments),
        log=place.directory / "logs" / f"{name}.log",
        cwd=layout.ROOT,
        env=_environment(place),
    )


def _environment(place: layout.Layout) -> dict[str, str]:
    """Ours, less what the settings file says: a DATABASE_URL from somebody's shell must not lead the services away."""
    told = {line.partition("=")[0] for line in place.env_file.read_text().splitlines()}
    inherited = {name: value for name, value in os.environ.items() if name not in told}
    return inherited | {"CARELEDGER_ENV_FILE": str(place.env_file), "PYTHONUNBUFFERED": "1"}
