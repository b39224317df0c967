"""HTTP: which feeds a place has connected, when each was last heard, and whether it has fallen silent (A19)."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.intake import freshness, runs
from services.intake.parts import Ready
from shared import security

router = APIRouter(prefix="/v1", tags=["feeds"])
Watcher = Annotated[security.Principal, Depends(security.require("steward", "ops", "auditor"))]


class FeedBody(BaseModel):
    """A feed of one place."""

    place: str
    feed: str
    live_from: date
    heard: datetime
    """When a load was last whole."""
    silent_after_days: int
    """0: it may be silent for ever."""
    silent: bool


class Feeds(BaseModel):
    """All of the places of the token."""

    feeds: list[FeedBody]


@router.get("/feeds")
async def get_feeds(request: Request, principal: Watcher, parts: Ready) -> Feeds:
    """Feeds that were loaded whole at least once. What was never connected is not listed: it is unknown, not silent."""
    limits = {**freshness.SILENT_DAYS, **request.app.state.settings.silent_days}
    now = parts.now()
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = [feed for feed in await runs.all_(cursor) if principal.may_see(feed.place)]
    return Feeds(
        feeds=[
            FeedBody(
                place=feed.place, feed=feed.feed, live_from=feed.live_from, heard=feed.heard,
                silent_after_days=limits.get(feed.feed, 0), silent=freshness.is_silent(feed, now, limits),
            )
            for feed in found
        ]
    )  # fmt: skip
