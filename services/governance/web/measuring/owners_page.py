"""One owner's services across the places that a reader holds: their levels, alerts and ratings beside each other."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.asking import Unknown
from services.governance.parts import Ready, readable
from services.governance.web.desk import Here, PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.measuring import owners
from services.governance.web.measuring.asked_for import Number, cut
from services.governance.web.measuring.owning_read import Owning
from services.governance.web.row import Chosen, Row
from shared import calendar, clock

router = APIRouter(prefix="/owners", include_in_schema=False, route_class=PageRoute)
PAGE, OWNERS = 50, 100


@router.get("")
async def every_owner(session: Reader, made: Ready, number: Number = 1) -> Response:
    """Those with most services first; and how many services have none on the record."""
    services = await run_in_threadpool(Owning(made.store).services, session.principal.places)
    found, nobody = owners.owners(services)
    shown, number, pages = cut(found, number, OWNERS)
    return page(
        "measuring/owners.html", session, title="Owners", owners=shown, count=len(found), nobody=nobody[:OWNERS],
        unknown=len(nobody), number=number, pages=pages,
    )  # fmt: skip


@router.get("/one")
async def one_owner(
    *, name: Annotated[str, Query(min_length=1, max_length=300)], session: Reader, here: Here, made: Ready,
    number: Number = 1,
) -> Response:  # fmt: skip
    """All of one owner's, the worst first; and what the same legal entity runs under another name."""
    owning, today = Owning(made.store), calendar.london_date(clock.now())
    owner = owners.named(await run_in_threadpool(owning.services, session.principal.places), name)
    if owner is None:
        raise Unknown("no service of your places has this owner")
    may, rows = readable(session.principal), list[tuple[str, Row]]()
    theirs = (*owner.services, *owner.related)
    for place in sorted({one.place for one in theirs}):
        ids = [one.provider_id for one in theirs if one.place == place]
        found = await run_in_threadpool(here.dashboards.rows, place, None, today, may, ids)
        rows += [(place, row) for row in Chosen().rows(found, today)]
    # Places have scales of their own: how far up its own each stands.
    rows.sort(key=lambda each: (-_height(each[1]), each[1].name.lower()))
    shown, number, pages = cut(rows, number, PAGE)
    return page(
        "measuring/owner.html", session, title=owner.name, owner=owner, rows=shown, count=len(rows), today=today,
        related={one.provider_id for one in owner.related}, number=number, pages=pages,
        changes=await run_in_threadpool(owning.changes, [row.provider_id for _, row in shown]),
    )  # fmt: skip


def _height(row: Row) -> float:
    return row.rank / max(len(row.order) - 1, 1)
