"""The timeline of a provider: everything that was recorded, derived and told; and one event of it, with its texts."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import history, register, tables
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.event_store import EventStore
from services.governance.history import Entry, Position
from services.governance.parts import Parts, Ready, asking, readable
from services.governance.proof.erasures_api import REQUESTING
from services.governance.texts import Texts
from services.governance.web import event_lines, timeline, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.event_lines import Known
from services.governance.web.guard import Knower
from services.governance.web.provider_page import At, when_of
from services.governance.web.timeline import Asked
from shared import calendar, clock

router = APIRouter(prefix="/providers/{provider_id}", include_in_schema=False, route_class=PageRoute)


@router.get("/timeline")
async def show(
    *, provider_id: ProviderId, at: At, session: Knower, made: Ready,
    group: Annotated[str, Query(max_length=20)] = "", sought: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Newest first."""
    if at.typed:
        return RedirectResponse(f"/providers/{provider_id}/timeline{at.keep(group=group, sought=sought)}", 303)
    when = when_of(at, made, clock.now()) if at.is_past else None
    asked = Asked(
        as_of=when.as_of if when else None,
        known_at=when.known_at if when and when.asked else None,
        group=group,
        sought=sought.strip(),
        before=Position.parse(before) if before else None,
    )
    may = readable(session.principal)

    def read() -> tuple[register.Seen, Known, list[Entry], Position | None]:
        seen = register.provider(made.store, provider_id, session.principal.places)
        with made.store.reading() as cursor:
            return seen, known(made, seen.place), *timeline.page(cursor, provider_id, asked, may)

    seen, codes, entries, after = await run_in_threadpool(read)
    return page(
        "timeline.html", session, title=f"Timeline of {seen.facts['name']}", name=seen.facts["name"],
        provider_id=provider_id, place=seen.place, at=at, asked=asked, groups=timeline.GROUPS, after=after,
        beside={"group": group, "sought": sought},
        entries=[tables.shape(entry, may) for entry in entries], brief=partial(event_lines.brief, known=codes),
    )  # fmt: skip


@router.get("/events/{event_id}")
async def one(provider_id: ProviderId, event_id: UUID, session: Knower, made: Ready) -> Response:
    """One event: the evidence behind a criterion."""
    may = readable(session.principal)
    seen, entry = await run_in_threadpool(_found, made.store, provider_id, event_id, session.principal.places)
    return _event(session, seen, entry, may, known=await run_in_threadpool(known, made, seen.place))


@router.post("/events/{event_id}")
async def opened(provider_id: ProviderId, event_id: UUID, session: Knower, made: Ready) -> Response:
    """The same with its texts in clear. That they were read is kept: so it is asked for, and not a GET."""
    may = readable(session.principal)
    seen, entry = await run_in_threadpool(_found, made.store, provider_id, event_id, session.principal.places)
    texts = Texts(made.store, made.vault)
    found = await run_in_threadpool(texts.opened, provider_id, event_id, asking(session.principal, made), may)
    codes = await run_in_threadpool(known, made, seen.place)
    return _event(session, seen, entry, may, known=codes, texts=found)


def known(made: Parts, place: str) -> Known:
    """What the policy in force calls its bodies and its returns."""
    policy = made.pages.policy(place, calendar.london_date(clock.now()))
    if policy is None:
        return {}
    returns = {code.partition(".")[0]: one.name for code, one in policy.pack.returns.items()}
    return returns | {code: one.name for code, one in policy.pack.bodies.items()}


def _event(
    session: Knower, seen: register.Seen, entry: Entry, may: frozenset[str], *, known: Known, **more: Any
) -> Response:
    shaped = tables.shape(entry, may)
    event = shaped["event"]
    sealed = [name for name, value in event["data"].items() if isinstance(value, dict) and "ciphertext" in value]
    return page(
        "event.html", session, title=words.kind(event["type"]), name=seen.facts["name"], entry=shaped,
        event=event, provider_id=seen.provider_id, sealed=sealed, lines=partial(event_lines.lines, known=known),
        raw=orjson.dumps(event, option=orjson.OPT_INDENT_2).decode(),
        keeps=bool(sealed) and session.principal.has(*REQUESTING), **more,
    )  # fmt: skip


def _found(store: EventStore, provider_id: str, event_id: UUID, places: frozenset[str]) -> tuple[register.Seen, Entry]:
    seen = register.provider(store, provider_id, places)
    with store.reading() as cursor:
        entry = history.one(cursor, provider_id, event_id)
    if entry is None:
        raise Unknown("no event of this provider has this id")
    return seen, entry
