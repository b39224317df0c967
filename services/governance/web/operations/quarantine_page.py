"""The quarantine's work list: what came and cannot be used; matched, released or rejected at intake, in one's name."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.governance.order import Code, Text
from services.governance.parts import Parts, Ready
from services.governance.web import names, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Choices, Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.neighbours import Near, Neighbours
from services.governance.web.operations.doors import Steward, posting
from services.governance.web.sessions import Session

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50
ItemId = Annotated[UUID, Path()]
Act = Annotated[str, Path(pattern="^(match|release|reject)$")]
TITLES: Final = {"match": "Say which service is meant", "release": "Let it in now", "reject": "Put it aside for good"}
SAYS: Final = {
    "match": "It is recorded of the service that you choose, with who said so and why. Nothing is matched by itself.",
    "release": "It goes into the record now, if it can be used by now; if not, the answer says why.",
    "reject": "It is kept, with who rejected it and why, and it counts for nothing.",
}
DONE: Final = {"match": "matched", "release": "released", "reject": "rejected"}


class Why(BaseModel):
    """Why a steward decides so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Text


class Match(Why):
    """Which service is meant."""

    provider_id: Code
    remember: bool = False


@router.get("/operations/quarantine")
async def waiting(
    session: Steward, near: Near,
    state: Annotated[str, Query(pattern="^(open|released|rejected)$")] = "open",
    after: Annotated[str, Query(pattern="^[0-9]{0,19}$")] = "",
) -> Response:  # fmt: skip
    """What concerns the steward's places: where somebody may be in danger first, then in order of arrival."""
    asked: dict[str, Any] = {"state": state, "limit": PAGE}
    answer = await near.ask("intake", "/v1/quarantine", session.bearer, **asked, cursor=after)
    items: list[dict[str, Any]] = answer.body["items"] if answer.is_good else []
    if answer.is_good and state == "open" and not after:
        pressing = await near.ask("intake", "/v1/quarantine", session.bearer, **asked, urgent="true")
        first: list[dict[str, Any]] = pressing.body["items"] if pressing.is_good else []
        items = first + [one for one in items if one["id"] not in {each["id"] for each in first}]
    return page("operations/quarantine.html", session, title="Quarantine", answer=answer, items=items, state=state)


@router.get("/operations/quarantine/{item}/{act}")
async def ask(item: ItemId, act: Act, session: Steward, made: Ready, near: Near) -> Response:
    """One decision: its form."""
    return show(await _asked(item, act, session, made, near), session)


@router.post("/operations/quarantine/{item}/{act}")
async def decide(*, item: ItemId, act: Act, request: Request, session: Steward, made: Ready, near: Near) -> Response:
    """One decision."""
    asked = await _asked(item, act, session, made, near)
    do = posting(near, "intake", f"/v1/quarantine/{item}/{act}", session)
    return await carry_out(request, asked, session, made, do=do, then=f"/operations/quarantine?done={DONE[act]}")


async def _asked(item: UUID, act: str, session: Session, made: Parts, near: Neighbours) -> Asked:
    back, labels = "/operations/quarantine", {"reason": "Why", "provider_id": "Service that is meant"}
    hints = {"reason": "No names of people", "remember": "Then it is known the next time"}
    says = [SAYS[act]]
    if act != "match":
        return Asked(TITLES[act], Form(Why, labels=labels, hints=hints), back, TITLES[act], tuple(says))
    answer = await near.ask("intake", f"/v1/quarantine/{item}/suggestions", session.bearer)
    found = answer.demand()
    if found["named"]:
        says.append(f"Its sender named it {found['named']}.")
    if not found["suggestions"]:
        says.append("No service has a name, postcode or number near to it.")
    choices = await run_in_threadpool(_choices, made, session, found["suggestions"])
    labels["remember"] = "Keep the sender's name for this service"
    form = Form(
        Match, labels=labels, hints=hints, choices={"provider_id": choices}, only=("provider_id", "remember", "reason")
    )
    return Asked(TITLES[act], form, back, TITLES[act], tuple(says))


def _choices(made: Parts, session: Session, suggested: list[dict[str, Any]]) -> Choices:
    near = [(one["provider_id"], f"{one['name']} ({words.place(one['place'])}): {one['reason']}") for one in suggested]
    known = {code for code, _ in near}
    for place in sorted(session.principal.places):
        near += [(code, name) for code, name in names.of_place(made.store, place).items() if code not in known]
    return near
