"""HTTP: providers, as they stand now and stood then, and their history."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from services.governance import bundling, history, looking, searching, tables
from services.governance.decisions_api import ProviderId
from services.governance.history import Position
from services.governance.parts import (
    SAFEGUARDING,
    Knower,
    Limit,
    Reader,
    Ready,
    Time,
    asking,
    instant,
    readable,
    when,
)
from services.governance.searching import Search
from services.governance.texts import Texts
from shared import calendar, clock, security

router = APIRouter(prefix="/v1/providers", tags=["providers"])
GSS = r"^[A-Z][0-9]{8}$"


@router.get("")
def get_providers(
    principal: Reader,
    made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    limit: Limit = 100,
    cursor: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$", description="`next` of the page before")] = "",
) -> dict[str, Any]:
    """The providers of a place, or of all places of the token."""
    if place is not None:
        principal.demand_place(place)
    places = principal.places if place is None else {place}
    found, after = made.pages.providers(places, cursor, limit, calendar.london_date(clock.now()))
    return {"providers": found, "next": after}


@router.get("/{provider_id}")
async def get_provider(
    *, provider_id: ProviderId, request: Request, response: Response, principal: Reader, made: Ready,
    as_of: Time = None, known_at: Time = None,
) -> dict[str, Any]:  # fmt: skip
    """One provider: confirmed, indicated and why, what restricts it, what is pending; now, or as of a past day."""
    if as_of is None and known_at is None:
        today, behind = calendar.london_date(clock.now()), made.read_model.behind()
        page = await run_in_threadpool(made.pages.provider, provider_id, today, principal.places, behind)
        response.headers["ETag"] = f'"{page["version"]}"'
        return _careful(page, principal)
    page = await made.past.provider(
        provider_id, when(made, as_of, known_at), principal.places, request.headers["authorization"]
    )
    return _careful(page, principal)


@router.get("/{provider_id}/history", responses={200: {"content": {media: {} for media in tables.MEDIA.values()}}})
def get_history(
    *, provider_id: ProviderId, principal: Knower, made: Ready,
    as_of: Time = None, known_at: Time = None,
    type: Annotated[list[str] | None, Query(max_length=50, description="`quality_concern.raised`, as often as wanted")] = None,  # noqa: A002, E501
    group: Annotated[str | None, Query(max_length=50, description="A part of the language: `plans`")] = None,
    since: Annotated[str | None, Query(max_length=40, alias="from", description="Happened then or later")] = None,
    to: Annotated[str | None, Query(max_length=40, description="Happened by then; a London day: its end")] = None,
    publisher: Annotated[str | None, Query(max_length=100, description="Who published it: `icb-quality`")] = None,
    q: Annotated[str | None, Query(min_length=1, max_length=100, description="A code or reference in it")] = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    format: Annotated[tables.Format | None, Query(description="`bundle`: the whole, signed, in a zip")] = None,  # noqa: A002
    accept: Annotated[str | None, Header()] = None,
) -> Response:  # fmt: skip
    """What was recorded, derived and told, in one order. JSON, CSV or JSON lines, by `format` or `Accept`."""
    made.pages.must_see(provider_id, principal.places)
    known = instant("known_at", known_at)
    if known is not None:
        made.past.when(None, known)
    may, form = readable(principal), tables.format_of(format, accept)
    if form == "bundle":
        whole = bundling.Whole(made.store, made.signing)
        body = whole.bundle(provider_id, known, may, asking(principal, made))
        name = {"Content-Disposition": f'attachment; filename="{provider_id}.zip"'}
        return Response(body, media_type=tables.MEDIA[form], headers=name)
    ends = [at for at in (instant("as_of", as_of), instant("to", to)) if at is not None]
    wanted = history.Wanted(
        as_of=min(ends, default=None),
        known_at=known,
        since=instant("from", since, end=False),
        types=[*tables.types(type or ()), *(searching.types_of(group) if group else ())],
        after=Position.parse(cursor) if cursor else None,
        limit=limit,
    )
    with made.store.reading() as reading:
        entries, after = looking.page(reading, provider_id, wanted, Search(publisher, q, may))
    return tables.render(form, entries, after, may=may)


@router.get("/{provider_id}/history/{event_id}/texts")
def get_texts(provider_id: ProviderId, event_id: UUID, principal: Knower, made: Ready) -> dict[str, Any]:
    """The texts of one event in clear: null where erased, which `erased` names. That they were read is kept.

    Who raised something is shown to safeguarding alone.
    """
    made.pages.must_see(provider_id, principal.places)
    texts = Texts(made.store, made.vault)
    found = texts.opened(provider_id, event_id, asking(principal, made), readable(principal))
    erased = [name for name, text in found.items() if text is None]
    return {"event_id": str(event_id), "texts": found} | ({"erased": erased} if erased else {})


def _careful(page: dict[str, Any], principal: security.Principal) -> dict[str, Any]:
    """What is only recommended is nobody else's yet, now or then."""
    if not principal.has(*SAFEGUARDING):
        page["processes"] = [one for one in page["processes"] if one["status"] != "recommended"]
    return page
