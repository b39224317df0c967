"""What waits for its reader in a browser: answers, ratifications, reviews, evidence that fell, challenges."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.parts import Ready, scope
from services.governance.web import words
from services.governance.web.deciding import living, reading, waiting
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from shared import calendar, clock

router = APIRouter(prefix="/decisions", include_in_schema=False, route_class=PageRoute)
SOON_DAYS: Final = 30
ANSWERED: Final = ("answers", "ratifications")
"""Lists whose rows are decisions."""
TITLES: Final = {
    "answers": "Consents and approvals",
    "ratifications": "Acts to be ratified",
    "tainted": "Decisions whose evidence fell",
    "challenges": "Challenges to be answered",
    "reviews": "Levels to be reviewed within 30 days",
}


@router.get("")
async def all_lists(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    whose: Annotated[str, Query(pattern="^(mine|all)$")] = "mine",
    show: Annotated[str, Query(pattern="^[a-z]{0,20}$")] = "",
    after: Annotated[str, Query(max_length=220)] = "",
) -> Response:  # fmt: skip
    """Every list's first page; or one list, page by page."""
    principal, today = session.principal, calendar.london_date(clock.now())
    asked = waiting.Asked(
        scope(principal, place or None), principal.organisation, sorted(principal.roles),
        calendar.add_days(today, SOON_DAYS), whose == "mine",
    )  # fmt: skip
    names = [show] if show in TITLES else list(TITLES)
    lists = []
    for name in names:
        rows, more = await run_in_threadpool(waiting.page, made.store, name, asked, after if show == name else "")
        lists.append((name, TITLES[name], rows, more))
    named = [row["id"] for name, _, rows, _ in lists if name in ANSWERED for row in rows]
    called = await run_in_threadpool(reading.called, made.store, named)
    return page(
        "deciding/waiting.html", session, title="Decisions", lists=lists, today=today, place=place, whose=whose,
        show=show, places=sorted(principal.places), called=called, waits_for=living.waits_for,
        scale=words.plain,
    )  # fmt: skip
