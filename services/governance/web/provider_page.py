"""A provider's page: where it stands and why, what runs, who was told; now, or as it was and as it was known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.documents import Document
from services.governance.parts import DECIDING, SAFEGUARDING, Parts, Ready, instant, invalid
from services.governance.past import When
from services.governance.web import charts, moments, navigation, reasons, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.moments import Moment
from services.governance.web.sessions import Session
from services.governance.web.story import Story
from shared import calendar, clock
from shared.policies.assessing import Scale
from shared.web.refusal import Refusal

router = APIRouter(prefix="/providers", include_in_schema=False, route_class=PageRoute)
Scales = Mapping[str, Scale]
OUTCOMES = {"met": "Met", "unknown": "Not known", "not_met": "Not met"}


def moment(request: Request, _: Reader) -> Moment:
    """What the time-travel bar says, or the address. Raises Refusal for fields that are no day."""
    at = moments.chosen(request.query_params)
    if at.typed:
        demand_days(at.as_of, at.known_at)
    # What is known today is what is known now: the end of today has not come.
    is_today = at.known_at == calendar.london_date(clock.now()).isoformat()
    return replace(at, known_at="") if is_today else at


def demand_days(*texts: str) -> None:
    """What was typed must be a real day, where anything was. Raises Refusal."""
    try:
        for text in filter(None, texts):
            datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(422, "That is no day", "Go back, and give a real day, such as 27 3 2026.") from error


At = Annotated[Moment, Depends(moment)]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: the document of the moment, and that moment."""

    document: Document
    as_of: datetime
    known_at: datetime


@router.get("/{provider_id}")
async def provider(provider_id: ProviderId, at: At, session: Reader, made: Ready) -> Response:
    """The whole of it on one page."""
    if at.typed:
        return RedirectResponse(f"/providers/{provider_id}{at.keep()}", 303)
    sight = await _sight(provider_id, at, session, made)
    document, today = sight.document, calendar.london_date(clock.now())
    of = calendar.london_date(sight.as_of) if at.is_past else today
    policy = await run_in_threadpool(made.pages.policy, document["place"], of)
    pack = policy.pack if policy else None
    primary = pack.primary if pack else "level"
    scales: Scales = pack.scales if pack else {}
    order = scales[primary].order if pack else ()
    story = Story(made.store)
    until = min(sight.as_of, sight.known_at)
    indicated = await run_in_threadpool(story.indicated, provider_id, until)
    confirmed = await run_in_threadpool(story.confirmed, provider_id, primary, sight.as_of, sight.known_at)
    told = await run_in_threadpool(story.told, provider_id, sight.as_of, sight.known_at)
    return page(
        "provider.html", session, title=document["name"], p=document, at=at, order=order, told=told, today=today,
        scales=scales, reading=reading_of, criteria=by_outcome(document, primary, scales),
        chart=charts.levels(indicated, confirmed, order, today, of if at.is_past else None),
        compared=[(each, charts.bar(each["observed"], each["expected"])) for each in _expected(document)],
        work=navigation.about(session.principal, provider_id), decides=session.principal.has(*DECIDING),
        sector=words.sector_of(document["service_type"]), primary=primary,
    )  # fmt: skip


async def _sight(provider_id: str, at: Moment, session: Session, made: Parts) -> Sight:
    now = clock.now()
    principal = session.principal
    if not at.is_past:
        today, behind = calendar.london_date(now), made.read_model.behind()
        document = await run_in_threadpool(made.pages.provider, provider_id, today, principal.places, behind)
        # Writers' clocks may be a little ahead of ours: now is all that has arrived.
        found = Sight(document, now + calendar.ONE_DAY, now + calendar.ONE_DAY)
    else:
        when = when_of(at, made, now)
        try:
            document = await made.past.provider(provider_id, when, principal.places, session.bearer)
        except Unknown as error:
            seen = await run_in_threadpool(register.provider, made.store, provider_id, principal.places)
            says = f"{seen.facts['name']} was not on the record by then. Go back, and give a later day."
            raise Refusal(404, "Nothing was known by then", says) from error
        found = Sight(document, when.as_of, when.known_at)
    if not principal.has(*SAFEGUARDING):  # what is only recommended is nobody else's yet
        document["processes"] = [one for one in document["processes"] if one["status"] != "recommended"]
    return found


def when_of(at: Moment, made: Parts, now: datetime) -> When:
    """The moment as instants. Raises NotArrived, and the 422 problem."""
    when = made.past.when(instant("as_of", at.as_of or None), instant("known_at", at.known_at or None))
    if when.as_of > calendar.end_of(calendar.london_date(now)):
        raise invalid("query:as_of", "That day has not come.", "Give today or an earlier day.")
    return when


def by_outcome(document: Document, primary: str, scales: Scales) -> list[tuple[str, list[dict[str, Any]]]]:
    """The criteria: what is met, what is not known, what is not met; of the first scale, the worst level first."""

    def rank(each: Document) -> tuple[bool, int, bool, str]:
        scale = each.get("scale", primary)
        order = scales[scale].order if scale in scales else ()
        at = order.index(each["level"]) if each["level"] in order else -1
        return scale != primary, -at, each["strength"] != "decisive", each["id"]

    return [
        (title, sorted((each for each in document["criteria"] if each["outcome"] == outcome), key=rank))
        for outcome, title in OUTCOMES.items()
    ]


def reading_of(ours: object) -> str:
    """How a clause is read here, without why it weighs as it does; empty where it leaves nothing open."""
    said = reasons.spoken(str(ours or "").partition("strength:")[0].strip("; "))
    return "" if said == reasons.OURS else said


def _expected(document: Document) -> list[dict[str, Any]]:
    judged = document.get("recorded") or {}
    found: list[dict[str, Any]] = document.get("expected") or judged.get("expected") or []
    return found
