"""HTTP: one list per role, officer and body of everything that is owed, each with its reason, its day and its link."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from services.governance.monitoring import owing
from services.governance.parts import Knower, Limit, Ready, scope
from services.governance.providers_api import GSS
from shared import calendar, clock

Kind = Literal[
    "task", "plan_action", "plan_sign_off", "contract", "visit", "visit_feedback", "placement", "practice_consent",
    "consent", "continuity_review", "level_review", "contact", "return", "waiver", "partner_rating", "host_assurance",
    "consultation",
]  # fmt: skip
router = APIRouter(prefix="/v1/owed", tags=["tasks"])


@router.get("")
def get_owed(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    role: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_-]{0,59}$")] = None,
    officer: Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")] = None,
    body: Annotated[str | None, Query(pattern=r"^[A-Z][A-Z_]{1,40}$", description="Asked, or who decided")] = None,
    organisation: Annotated[
        str | None, Query(pattern=r"^[a-z][a-z0-9_-]{0,59}$", description="Waited for: `icb`, `council`, `provider`")
    ] = None,
    kind: Kind | None = None,
    due_by: date | None = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=320, description="`next` of the page before")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Tasks that a level or a meeting set going, actions of plans and their signatures, consents, reviews of contracts
    and levels, visits and feedback, looks at placements, returns and who may waive what was missed, answers of
    providers and partners: those due first. London days."""
    places = scope(principal, place)
    asked = owing.Asked(places, provider, role, officer, body, organisation, kind, due_by)
    found, after = owing.page(made.store, asked, cursor, limit, calendar.london_date(clock.now()))
    return {"owed": found, "next": after}
