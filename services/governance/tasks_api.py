"""HTTP: what is owed, to whom and by when; assigned, done, or decided not to be done."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from fastapi.responses import JSONResponse

from services.governance import changes, matters, tasks
from services.governance.domain import task
from services.governance.parts import IdempotencyKey, Knower, Limit, Ready, Time, asking, invalid, labelled, scope, when
from services.governance.plans_api import PLANNING
from services.governance.providers_api import GSS
from services.governance.task_orders import AnyStep
from shared import security

Worker = Annotated[security.Principal, Depends(security.require(*PLANNING))]
TaskId = Annotated[str, Path(pattern=r"^task-[0-9a-f]{16}$")]
CURSOR = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})~(task-[0-9a-f]{16})$")
router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("")
def get_tasks(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    role: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_-]{0,59}$")] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query()] = True,  # noqa: A002
    as_of: Time = None, known_at: Time = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """What is owed, those due first: of a place, a provider, a role, or by a day; of one provider also in the past."""
    places = scope(principal, place)
    asked = {"provider": provider, "role": role, "by": due_by, "open": open}
    label: dict[str, Any] = {}
    if as_of is None and known_at is None:
        found, after = made.tasks.page(places, asked, _after(cursor), limit)
    else:
        if provider is None:
            raise invalid("query:provider", "The past is shown of one provider at a time.", "Give its id.")
        past = when(made, as_of, known_at)
        then = changes.read(made.store, provider, past, frozenset(places))
        known = changes.matters(then.events, task.KIND.name).get(task.KIND.name, {})
        shown = [matters.shown_row(provider, then.events[0].place, one) for one in known.values()]
        found, after = tasks.listed(shown, asked, _after(cursor), limit)
        label = labelled(past)
    return {"tasks": found, "next": "~".join(after) if after else None} | label


@router.post("/{task_id}/steps", status_code=201)
def step(
    *, task_id: TaskId, order: Annotated[AnyStep, Body()], principal: Worker, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Assign a task, hand it over, say that it is done, or why it will not be."""
    reply = made.tasks.step(task_id, order, asking(principal, made, idempotency_key))
    return JSONResponse(dict(reply.body), reply.status)


def _after(cursor: str | None) -> tuple[str, str]:
    if cursor is None:
        return "0001-01-01", ""
    if (found := CURSOR.match(cursor)) is None:
        raise invalid("query:cursor", "This is no cursor.", "Give the `next` of the page before, as it was.")
    try:
        date.fromisoformat(found[1])
    except ValueError:
        raise invalid("query:cursor", "This is no cursor.", "Give the `next` of the page before, as it was.") from None
    return found[1], found[2]
