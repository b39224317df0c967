"""The other services, asked by a page in its reader's own name: what they answer, or that they do not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import httpx2
from fastapi import Depends, Request

from services.governance.settings import GovernanceSettings
from shared.problems import Problem

log = logging.getLogger(__name__)

SECONDS: Final = 3.0
"""How long a page waits for a neighbour: then it comes without it."""
TITLES: Final = {"intake": "Intake", "risk": "Risk", "notify": "Notify"}
REFUSED: Final = 400
NOT_WELL: Final = 503
BROKEN: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a neighbour said, or why there is nothing."""

    status: int
    body: Any = None
    """Its JSON; of text the text."""
    problem: Mapping[str, Any] = field(default_factory=dict)
    """RFC 9457, where it refused."""
    missing: str = ""
    """In words, why nothing can be shown; empty where it answered."""

    @property
    def is_good(self) -> bool:
        """Whether there is something to show."""
        return not self.missing and self.status < REFUSED

    def demand(self) -> Any:
        """What it said. Raises its refusal as our own problem, so that a form can show it."""
        if self.missing:
            raise Problem(503, "unreachable", "This is not possible at the moment", self.missing)
        if self.status >= REFUSED:
            said = self.problem
            detail = str(said.get("detail") or said.get("title") or "")
            raise Problem(
                self.status,
                "refused",
                str(said.get("title") or "It was refused"),
                detail,
                errors=said.get("errors") or (),
            )
        return self.body


class Neighbours:
    """Clients of the other services. Each question has its own limit of time."""

    def __init__(self, clients: Mapping[str, httpx2.AsyncClient], grafana: str | None) -> None:
        self._clients, self.grafana = clients, grafana

    async def ask(self, who: str, path: str, bearer: str, **params: Any) -> Answer:
        """GET. `bearer`: the reader's own; never raises for what the other side does."""
        wanted = {name: each for name, each in params.items() if each not in (None, "")}
        return await self._send(who, "GET", path, bearer, params=wanted)

    async def order(self, who: str, path: str, bearer: str, body: Any) -> Answer:
        """POST. A text goes as YAML, all else as JSON."""
        if isinstance(body, str):
            return await self._send(who, "POST", path, bearer, content=body.encode(), media="application/yaml")
        return await self._send(who, "POST", path, bearer, json=body)

    async def _send(
        self, who: str, method: str, path: str, bearer: str, *, media: str | None = None, **more: Any
    ) -> Answer:
        headers = {"Authorization": bearer} | ({"Content-Type": media} if media else {})
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._clients[who].request(method, path, headers=headers, **more)
        except (httpx2.HTTPError, TimeoutError) as error:
            log.warning("%s does not answer %s: %s", who, path, type(error).__name__)
            return Answer(503, missing=f"{TITLES[who]} does not answer at the moment. Try again in a minute.")
        return _read(who, answer)


def _read(who: str, answer: httpx2.Response) -> Answer:
    if not answer.headers.get("content-type", "").partition(";")[0].endswith("json"):
        return Answer(answer.status_code, answer.text)
    try:
        body = answer.json()
    except ValueError:
        return Answer(502, missing=f"{TITLES[who]} answers something that cannot be read.")
    if answer.status_code >= REFUSED and not (answer.status_code == NOT_WELL and "checks" in body):
        log.info("%s refused a page: %d", who, answer.status_code)
        missing = f"{TITLES[who]} is not well at the moment." if answer.status_code >= BROKEN else ""
        return Answer(answer.status_code, problem=body if isinstance(body, dict) else {}, missing=missing)
    return Answer(200, body)


@asynccontextmanager
async def neighbours(settings: GovernanceSettings) -> AsyncIterator[Neighbours]:
    """The clients, as long as the process lives."""
    found = {"intake": settings.intake_url, "risk": settings.risk_url, "notify": settings.notify_url}
    async with AsyncExitStack() as opened:
        clients = {
            name: await opened.enter_async_context(httpx2.AsyncClient(base_url=url, timeout=SECONDS))
            for name, url in found.items()
        }
        yield Neighbours(clients, settings.grafana_url)


def near(request: Request) -> Neighbours:
    """For endpoints: the neighbours of this application."""
    made: Neighbours = request.app.state.neighbours
    return made


Near = Annotated[Neighbours, Depends(near)]
