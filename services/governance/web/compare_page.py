"""Two moments of a provider beside each other: what changed, and what came in between. Linkable and printable."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import parts, register
from services.governance.decisions_api import ProviderId
from services.governance.parts import Parts, Ready
from services.governance.past import When
from services.governance.replay_api import compared
from services.governance.web import comparison, moments
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.provider_page import demand_days
from shared import calendar, clock

router = APIRouter(prefix="/providers/{provider_id}", include_in_schema=False, route_class=PageRoute)
MONTHS = 3
"""Without a first moment: so long ago."""
Known = Annotated[str, Query(pattern="^(then)?$")]


@router.get("/compare")
async def compare(
    *, provider_id: ProviderId, request: Request, session: Knower, made: Ready, known: Known = "",
) -> Response:  # fmt: skip
    """`from` and `to`: days or instants. `known=then`: each as it was known then, not by all that is known today."""
    query, today = request.query_params, calendar.london_date(clock.now())
    first, second = moments.given(query, "from"), moments.given(query, "to")
    if moments.is_typed(query, "from") or moments.is_typed(query, "to"):
        demand_days(first, second)
        address = comparison.address({"from": first, "to": second, "known": known})
        return RedirectResponse(f"/providers/{provider_id}/compare{address}", 303)
    first = first or calendar.add_months(today, -MONTHS).isoformat()
    seen = await run_in_threadpool(register.provider, made.store, provider_id, session.principal.places)
    before, after = (_when(made, each, name, known, today) for name, each in (("from", first), ("to", second)))
    found = await compared(made, provider_id, before, after, session.principal)
    policy = await run_in_threadpool(made.pages.policy, seen.place, today)
    pack = policy.pack if policy else None
    return page(
        "compare.html", session, title=f"What changed at {seen.facts['name']}", name=seen.facts["name"],
        provider_id=provider_id, first=first, second=second, known=known, found=found,
        fields={"from": moments.parts(first), "to": moments.parts(second)},
        stood=comparison.stood(found["stood"], pack.scales if pack else {}), lists=comparison.lists(found),
        matters=comparison.matters(found["matters"]),
    )  # fmt: skip


def _when(made: Parts, text: str, name: str, known: str, today: date) -> When:
    """Raises NotArrived, and the 422 problem. What is known today is no day that is over."""
    at = text if known and text and text[: moments.A_DAY] != today.isoformat() else None
    return parts.when(made, text or None, at, (name, "known"))
