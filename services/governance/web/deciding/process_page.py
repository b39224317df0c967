"""A large scale process in a browser: its steps so far, who may go on with it, what comes next. References alone."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain.lsi import Lsi
from services.governance.parts import DECIDING, SAFEGUARDING, Parts, Ready
from services.governance.web.deciding import catalogue, living, powers, reading
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.sessions import Session
from shared import calendar, clock
from shared.events import processes

router = APIRouter(prefix="/providers/{provider_id}/processes", include_in_schema=False, route_class=PageRoute)
LsiId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
LSI = tuple(name for name in catalogue.KINDS if name.startswith("lsi."))
NEXT = {
    "recommended": ("lsi.authorised", "lsi.declined"),
    "authorised": ("lsi.step_recorded", "lsi.closed"),
}


@router.get("/{lsi_id}")
async def one(provider_id: ProviderId, lsi_id: LsiId, session: Knower, made: Ready) -> Response:
    """The process."""
    known = await run_in_threadpool(_read, provider_id, lsi_id, session, made)
    lsi: Lsi = known["lsi"]
    doing = NEXT.get(lsi.status, ()) if session.principal.has(*DECIDING) else ()
    return page(
        "deciding/process.html", session, title="Large scale process", provider_id=provider_id,
        doing=[(name, catalogue.title(name)) for name in doing], **known,
    )  # fmt: skip


def _read(provider_id: str, lsi_id: str, session: Session, made: Parts) -> dict[str, Any]:
    """Blocks. Raises Unknown; what is only recommended is for safeguarding alone, as on the provider's page."""
    principal = session.principal
    seen = register.provider(made.store, provider_id, principal.places)
    lsi = made.store.case(provider_id, seen.place).standing.lsis.get(lsi_id)
    if lsi is None or (lsi.status == "recommended" and not principal.has(*SAFEGUARDING)):
        raise Unknown("no process of this provider has this id")
    today = calendar.london_date(clock.now())
    policy = made.pages.policy(seen.place, today)
    pack = policy.pack if policy else None
    owed = [
        one for one in reading.open_tasks(made.store, provider_id)
        if any(name.startswith("lsi.") for name in one["closed_by"])
    ]  # fmt: skip
    return {
        "lsi": lsi,
        "name": seen.facts["name"],
        "today": today,
        "owed": owed,
        "rules": [(catalogue.title(name), powers.told(pack, name)) for name in LSI],
        "happened": [_happened(event) for event in reading.process_steps(made.store, provider_id, lsi_id)],
        "left": [step for step in get_args(processes.LsiStep) if step not in lsi.steps],
    }  # fmt: skip


def _happened(event: dict[str, Any]) -> dict[str, Any]:
    data = event["data"]
    said = data["decision"]
    return {
        "title": catalogue.taken(said["type"]), "step": said.get("step"), "reference": said.get("reference"),
        "at": event["time"], "decision_id": data["decision_id"], "role": data["role"],
        "organisation": living.organisation(data["organisation"]),
    }  # fmt: skip
