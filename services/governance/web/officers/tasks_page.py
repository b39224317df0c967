"""One task in a browser: what it asks and why, and what may be said of it: done, not done, handed over."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, task_orders
from services.governance.asking import Unknown
from services.governance.domain import task
from services.governance.parts import Parts, Ready
from services.governance.plans_api import PLANNING
from services.governance.tasks_api import TaskId
from services.governance.web import names, steps, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.officers import wording
from services.governance.web.sessions import Session
from shared import calendar, clock

router = APIRouter(prefix="/tasks", include_in_schema=False, route_class=PageRoute)
Worker = Annotated[Session, Depends(SignedIn(*PLANNING))]
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
STEPS: Final = steps.of(task_orders.AnyStep)
SAID: Final = {
    "done": ("It is done", "Record that it is done"),
    "not_done": ("It will not be done", "Record that it will not be done"),
    "assigned": ("Hand it over", "Hand it over"),
}
"""Step → what it is called, and the words of its button."""
ABOUT: Final = re.compile(r"(assessment|contract|plan|practice|visit)-[0-9a-f]{16}")
"""A cause that is a matter with a page of its own."""
OURS: Final = r"dispute-[0-9a-f]{16}"
"""A challenge that was made on the provider's own page here; others are answered where they were sent."""
LABELS: Final = {
    "evidence": "What shows it: ids of events on the record", "role": "To which role",
    "reason": "Why it will not be done", "officer": "To which officer, by staff code", "note": "Note",
}  # fmt: skip


@router.get("/{task_id}")
async def one(task_id: TaskId, session: Knower, made: Ready) -> Response:
    """One task, and what may be done with it."""
    matter = await run_in_threadpool(made.matters.matter, task.KIND, task_id, session.principal.places)
    found = matters.shown(matter)
    name = await run_in_threadpool(names.of, made.store, [found["provider_id"]] if "provider_id" in found else [])
    may = session.principal.has(*PLANNING) and found["outcome"] is None
    refused = task.not_by_hand(matter.state)
    return page(
        "officers/task.html", session, title=_title(found), task=found, name=name, wording=wording,
        doing=[(each, SAID[each][0]) for each in SAID if each not in refused] if may else [],
        done_at=_done_at(found) if refused else None, about=_about(found["cause"] or ""),
        today=calendar.london_date(clock.now()),
    )  # fmt: skip


@router.get("/{task_id}/steps/{name}")
async def ask_step(task_id: TaskId, name: StepName, session: Worker, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, task_id, name, session), session)


@router.post("/{task_id}/steps/{name}")
async def step(task_id: TaskId, name: StepName, request: Request, session: Worker, made: Ready) -> Response:
    """One step."""
    asked = await run_in_threadpool(_step, made, task_id, name, session)
    return await carry_out(
        request, asked, session, made, do=lambda order, asking: made.tasks.step(task_id, order, asking),
        then=f"/tasks/{task_id}?done={name}",
    )  # fmt: skip


def _step(made: Parts, task_id: str, name: str, session: Session) -> Asked:
    found = matters.shown(made.matters.matter(task.KIND, task_id, session.principal.places))
    if (step := STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    title, button = SAID[name]
    form = Form(step.model, given={"type": name}, labels=LABELS, choices={"role": wording.roles()})
    provider_id, place = found.get("provider_id"), words.place(found["place"])
    whom = names.one(made.store, provider_id) if provider_id else f"The whole place {place}"
    return Asked(title, form, f"/tasks/{task_id}", button, about=f"{whom}: {_title(found)}")


def _about(cause: str) -> tuple[str, str] | None:
    """What a task was set by, where it has a page of its own: words, address."""
    found = ABOUT.fullmatch(cause)
    return (f"The {found[1]}", f"/{found[1]}s/{cause}") if found else None


def _done_at(found: dict[str, Any]) -> tuple[str, str]:
    """Where an event of its own ends it: words, address."""
    cause, about = found["cause"] or "", f"/providers/{found['provider_id']}"
    if found["task"].startswith(task.CHECKLIST):
        return "Settle it on the checklist", f"/temporary-duties/{cause}"
    if found["task"] == task.CHALLENGE:
        name = cause.removeprefix("dispute:")
        return "Answer the challenge", f"/challenges/{name}" if re.fullmatch(OURS, name) else about
    return "Take the decision", f"{about}/decide"


def _title(found: dict[str, Any]) -> str:
    return wording.TASKS.get(found["task"], words.plain(found["task"]))
