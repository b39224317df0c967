"""A provider's way to its return: a signed link that a council's officer issues, for one service and one period."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.intake import register
from services.intake.parts import Ready
from services.intake.writing import form_pages, limits, return_facts, return_fields, return_known, signed_links
from services.intake.writing.form_desk import Desk, Here, HtmlRoute, Sent, see
from services.intake.writing.form_kinds import RETURNS, known_rows
from shared import identifiers, problems, security
from shared.events.envelope import type_name
from shared.security import PUBLIC
from shared.web.refusal import Refusal

PURPOSE = "return"
OFFICERS = ("contracts-officer", "quality-officer")
_KNOWN = """
SELECT body FROM journal WHERE key = %s AND type IN ('careledger.returns.submitted.v1',
  'careledger.registry.manager.changed.v1') ORDER BY position
"""
Officer = Annotated[security.Principal, Depends(security.require(*OFFICERS))]
api = APIRouter(prefix="/v1/returns", tags=["returns"])
pages = APIRouter(prefix="/returns", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)


class NewLink(BaseModel):
    """For whom, and for what."""

    model_config = ConfigDict(extra="forbid")
    provider_id: str = Field(pattern=r"^prv-[0-9a-z]{1,40}$")
    return_type: return_fields.ByProvider
    period: str = Field(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")
    """`2026-03`, `2026`, or a date: as the schedule names it."""
    days: int = Field(35, ge=1, le=92)
    """How long the link is good."""


class Link(BaseModel):
    """The link. Whoever has it may answer for the service: send it to its registered manager alone."""

    path: str
    url: str
    expires: datetime


@api.post("/links", status_code=201)
async def post_link(request: Request, wanted: NewLink, principal: Officer, parts: Ready) -> Link:
    """Issue a link with which a provider answers one return, without an account."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await register.provider(cursor, wanted.provider_id)
    if found is None or not principal.may_see(found.place):
        raise problems.Problem(404, "not-found", "There is nothing here", "No provider of yours has this id.")
    expires = (parts.now() + timedelta(days=wanted.days)).replace(microsecond=0)
    bound = {"provider_id": wanted.provider_id, "return_type": wanted.return_type, "period": wanted.period}
    path = f"/returns/{signed_links.sign(parts.digest_key, PURPOSE, bound, expires)}"
    return Link(path=path, url=str(request.base_url).rstrip("/") + path, expires=expires)


@pages.get("/{token}")
async def begin(token: str, here: Here) -> Response:
    """Shows which return it is, and what is known already."""
    bound, _ = await _bound(here, token)
    title, _sections = return_fields.RETURNS[bound["return_type"]]
    return form_pages.page(
        "returns_start.html",
        title=title,
        provider=bound["name"],
        period=bound["period"],
        known=known_rows(bound),
        action=f"/returns/{token}",
    )


@pages.post("/{token}")
async def start(token: str, request: Request, sent: Sent, here: Here) -> Response:  # noqa: ARG001 - read for forgery
    """Begins the return, with what is known now."""
    await here.count(request, limits.STARTS)
    bound, place = await _bound(here, token)
    code = await here.drafts.start("returns", RETURNS.letter, places=[place], now=here.parts.now(), bound=bound)
    answer = see("/returns/answers")
    here.hold(answer, "returns", code)
    return answer


async def _bound(here: Desk, token: str) -> tuple[dict[str, Any], str]:
    try:
        bound: dict[str, Any] = dict(signed_links.read(here.parts.digest_key, PURPOSE, token, here.parts.now()))
    except signed_links.BadLink as error:
        raise Refusal(404, "This link does not work", "Ask the council’s quality team for a new one.") from error
    subject, named = bound["provider_id"], return_facts.reference(bound)
    id_ = identifiers.event_id(return_facts.PUBLISHER, named, type_name(return_facts.TYPE, 1), subject)
    async with here.parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await register.provider(cursor, subject)
        await cursor.execute("SELECT FROM journal WHERE id = %s", (id_,))
        is_there = cursor.rowcount > 0
        await cursor.execute(_KNOWN, (subject,))
        events = [orjson.loads(body) for (body,) in await cursor.fetchall()]
    if found is None:
        raise Refusal(404, "This link does not work", "Ask the council’s quality team for a new one.")
    if is_there:
        raise Refusal(409, "We have this return already", "You need not send it again.")
    bound |= {"service_type": found.facts["service_type"], "name": found.facts["name"]}
    return bound | {"known": return_known.known(bound, found.facts, events)}, found.place
