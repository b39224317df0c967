"""HTTP in, for the app: the inbox of whoever asks. A message is acknowledged like any other delivery."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.notify import inbox_listing
from services.notify.application import Notify
from services.notify.channels.inbox import READ_BY
from services.notify.inbox_listing import InboxPage, Show, Wanted
from shared.problems import Problem
from shared.security import Principal, require

Reader = Annotated[Principal, Depends(require(*READ_BY))]


def router(notify: Notify, pages: str) -> APIRouter:
    """The routes of `/v1/inbox`."""
    routes = APIRouter(prefix="/v1/inbox")

    @routes.get("")
    async def inbox(
        who: Reader,
        show: Annotated[Show, Query()] = "all",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> InboxPage:
        """What the roles of the token were told in its places, newest first."""
        async with notify.pool.connection() as connection, connection.cursor() as rows:
            return await inbox_listing.page(rows, _wanted(who, pages, show), limit=limit, before=cursor)

    @routes.post("/{delivery_id}/read", status_code=204)
    async def read(delivery_id: UUID, who: Reader) -> None:
        """Somebody of the role has opened it. That is no acknowledgement."""
        async with notify.pool.connection() as connection, connection.cursor() as rows:
            if not await inbox_listing.read(rows, _wanted(who, pages), delivery_id, notify.now()):
                raise Problem(404, "not-found", "There is no such message in your inbox")

    return routes


def _wanted(who: Principal, pages: str, show: Show = "all") -> Wanted:
    roles = frozenset(told for role in who.roles for told in READ_BY.get(role, ()))
    return Wanted(who.places, roles, show, pages)
