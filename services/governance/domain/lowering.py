"""May a level be lowered yet? Not while the facts, or a little before, or open actions say otherwise (AMB-15). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.governance.domain import deadlines
from services.governance.domain.standing import Confirmed
from shared.events import decisions
from shared.events.assessments import Indicated
from shared.policies.deciding import Lowering

RUNNING = ("agreed", "submitted")


@dataclass(frozen=True, slots=True)
class Move:
    """A level that was decided on a scale, and the one before it as the decision knew it."""

    at: datetime
    level: str
    was: str | None


def is_lower(decision: decisions.Decision, was: Confirmed | None, order: tuple[str, ...]) -> bool:
    """Whether it confirms a better level than the one that stands. An override says openly that it does so."""
    if not isinstance(decision, decisions.LevelConfirmed) or was is None:
        return False
    return {decision.level, was.level} <= set(order) and order.index(decision.level) < order.index(was.level)


def raised_at(moves: Sequence[Move], order: tuple[str, ...]) -> datetime | None:
    """When the level was last raised, or first set. `moves`: in their order; None: before the first of them.

    Neither a level that is said again nor one that falls by a step begins anything anew.
    """
    for number in range(len(moves) - 1, -1, -1):
        one = moves[number]
        was = moves[number - 1].level if number else one.was
        if was not in order or one.level not in order or order.index(one.level) > order.index(was):
            return one.at
    return None


def why_not(
    rule: Lowering,
    level: str,
    order: tuple[str, ...],
    judged: Iterable[tuple[datetime, Indicated]],
    *,
    plan: Mapping[str, Any] | None,
    at: datetime,
) -> str | None:
    """Why it is too early, or None. `judged`: what was indicated, newest first; `plan`: the newest, as it is shown."""
    reasons = list(_reasons(rule, level, order, judged, plan=plan, at=at))
    return f"{rule.id} lowers no level while {'; '.join(reasons)}: override it, with the reason" if reasons else None


def _reasons(
    rule: Lowering, level: str, order: tuple[str, ...], judged: Iterable[tuple[datetime, Indicated]],
    *, plan: Mapping[str, Any] | None, at: datetime,
) -> Iterator[str]:  # fmt: skip
    until: datetime | None = None
    for since, indicated in judged:  # each holds from `since` until the one before it in this order
        if until is not None and deadlines.end(rule.sustained, until) <= at:
            break
        if indicated.min in order and order.index(indicated.min) > order.index(level):
            yield f"the facts indicate {indicated.min} or indicated it lately"
            break
        until = since
    if plan is not None and plan["status"] in RUNNING and plan["open_actions"]:
        yield f"{plan['open_actions']} actions of the improvement plan are open"
