"""Operations at a glance: which service is well, how far each has come, what waits for a person."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.parts import READING, Ready
from services.governance.web.desk import PageRoute, page
from services.governance.web.neighbours import TITLES, Answer, Near, Neighbours
from services.governance.web.operations.doors import FEEDS, LOOKING, PROVING, Operator
from services.governance.web.operations.health import Figures, Service, figures, wrong
from services.governance.web.operations.parked import parked
from services.governance.web.sessions import Session
from shared import metrics

router = APIRouter(include_in_schema=False, route_class=PageRoute)
NOTHING: Final = Answer(200)


@router.get("/operations")
async def overview(request: Request, session: Operator, made: Ready, near: Near) -> Response:
    """The page comes whatever does not answer: that is said instead."""
    who = session.principal
    asked = await asyncio.gather(
        _own(request),
        *(_service(near, name, session) for name in TITLES),
        return_exceptions=False,
    )
    feeds = await near.ask("intake", "/v1/feeds", session.bearer) if who.has(*FEEDS) else NOTHING
    held = await run_in_threadpool(parked, made.store, who.places) if who.has(*READING) or who.has("ops") else []
    may = {
        "prove": who.has(*PROVING),
        "look": who.has(*LOOKING),
        "feeds": who.has(*FEEDS),
        "steward": who.has("steward"),
    }
    more: Mapping[str, Any] = {"arrived": made.read_model.arrived, "grafana": near.grafana, "may": may}
    return page(
        "operations/overview.html", session, title="Operations", services=asked, feeds=feeds, parked=held, **more
    )  # fmt: skip


async def _own(request: Request) -> Service:
    checks = await request.app.state.readiness.report()
    own = metrics.endpoint()
    return Service("Governance", wrong=wrong(checks), figures=figures(bytes(own.body).decode()))


async def _service(near: Neighbours, name: str, session: Session) -> Service:
    ready, told = await asyncio.gather(
        near.ask(name, "/readyz", session.bearer), near.ask(name, "/metrics", session.bearer)
    )
    if ready.missing:
        return Service(TITLES[name], missing=ready.missing)
    failing = wrong(ready.body["checks"]) if isinstance(ready.body, dict) and "checks" in ready.body else ()
    return Service(TITLES[name], wrong=failing, figures=_figures(told))


def _figures(told: Answer) -> Figures | None:
    if not told.is_good or not isinstance(told.body, str):
        return None
    try:
        return figures(told.body)
    except ValueError:
        return None
