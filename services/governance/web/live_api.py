"""Server-sent events: which provider's row is out of date. A nudge alone; the row comes by a GET that is authorised."""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from services.governance.web import guard
from services.governance.web.desk import Here, NotSignedIn, PageRoute
from services.governance.web.guard import Reader
from services.governance.web.live import EVERYTHING, Follower

router = APIRouter(include_in_schema=False, route_class=PageRoute)
STREAM_SECONDS = 240.0
"""A stream ends after a while, so that whoever was signed out hears no more; the browser opens another."""
PING_SECONDS = 15.0
GATHER_SECONDS = 0.1
"""What changes so soon after one another is told at once: a flood is one GET a row, not one an event."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/live")
async def live(request: Request, session: Reader, here: Here) -> StreamingResponse:
    """For as long as the page is open. It keeps nobody signed in."""

    async def told() -> AsyncIterator[str]:
        async with here.live.following(session.principal.places) as follower:
            yield "retry: 1000\n\n"
            until = time.monotonic() + STREAM_SECONDS
            while time.monotonic() < until:
                yield await _next(follower)
                try:
                    await guard.found(request, used=False)
                except NotSignedIn:
                    return

    return StreamingResponse(told(), media_type="text/event-stream", headers=HEADERS)


async def _next(follower: Follower) -> str:
    try:
        first = await asyncio.wait_for(follower.next(), PING_SECONDS)
    except TimeoutError:
        return ": still here\n\n"
    await asyncio.sleep(GATHER_SECONDS)
    found = {first, *follower.rest()}
    told = [EVERYTHING] if EVERYTHING in found else sorted(found)
    return "".join(f"event: provider\ndata: {provider}\n\n" for provider in told)
