"""Organisational safeguarding processes, by their references alone: LSI, LSE, SSCP (rulings 21, LGA-12..14). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from shared.events import decisions, processes

STEPS = (
    processes.LsiRecommended, processes.LsiAuthorised, processes.LsiDeclined, processes.LsiStepRecorded,
    processes.LsiClosed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lsi:
    """One process. What was said in it stands elsewhere: this is never the safeguarding record."""

    lsi_id: str
    status: Literal["recommended", "authorised", "declined", "closed"]
    since: datetime
    decision_id: str
    recommended_by: str | None = None
    """The person, a pseudonym: whoever authorises it is another (rulings 19)."""
    lead_role: str | None = None
    police_liaison: bool = False
    steps: tuple[str, ...] = ()


def take(lsis: Mapping[str, Lsi], event: decisions.DecisionTookEffect, time: datetime) -> Mapping[str, Lsi]:
    """The processes after a decision took effect at `time`."""
    said = event.decision
    if not isinstance(said, STEPS):
        return lsis
    was = lsis.get(said.lsi_id, Lsi(said.lsi_id, "recommended", time, event.decision_id))
    changes: dict[str, Any] = {"status": said.type.partition(".")[2], "since": time}
    match said:
        case processes.LsiRecommended():
            changes |= {"recommended_by": event.actor}
        case processes.LsiAuthorised(lead_role=lead_role, police_liaison=police):
            changes |= {"lead_role": lead_role, "police_liaison": police}
        case processes.LsiStepRecorded(step=step):
            changes = {"steps": (*was.steps, step)}
    return {**lsis, said.lsi_id: replace(was, **changes)}


def unfit(lsis: Mapping[str, Lsi], decision: decisions.Decision) -> str | None:
    """Why there is no such process to begin, go on with or end, or None."""
    if not isinstance(decision, STEPS):
        return None
    name, status = decision.lsi_id, lsis[decision.lsi_id].status if decision.lsi_id in lsis else None
    match decision:
        case processes.LsiRecommended() | processes.LsiAuthorised():
            wanted: tuple[str | None, ...] = (None,) if decision.type == "lsi.recommended" else (None, "recommended")
            return None if status in wanted else f"the process {name} is {status} already"
        case processes.LsiDeclined():
            return None if status == "recommended" else f"no process {name} is recommended and not yet begun"
    return None if status == "authorised" else f"no process {name} is under way"
