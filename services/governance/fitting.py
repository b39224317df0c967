"""Does a decision fit the place's policy and the day on which it counts? Pure."""

from collections.abc import Mapping
from datetime import date, datetime

from services.governance import referring
from services.governance.asking import Unfit
from services.governance.domain import deadlines
from shared import calendar
from shared.events import decisions, processes
from shared.policies.pack import Pack

AHEAD = ("review_by", "remedy_by", "by_when", "next_by")
"""Days by which something is to be done: one that is over already would be missed at once, and nobody meant it."""


def fit(decision: decisions.Decision, pack: Pack, levels: Mapping[str, str], at: datetime) -> decisions.Decision:
    """A level is one of its scale's and looked at again when the policy says; a reason one of its. Raises Unfit.

    `levels`: by scale, where the provider is, else what is indicated; `at`: from when the decision counts.
    """
    for name in AHEAD:
        day: date | None = getattr(decision, name, None)
        if day is not None and day < calendar.london_date(at):
            fix = "Give the day from which the decision counts, or a later one."
            raise Unfit(f"/{name}", "That day is over already.", fix)
    if isinstance(decision, processes.EscalationReferred):
        return referring.fit(decision, pack)
    if isinstance(decision, decisions.LevelConfirmed | decisions.LevelOverridden):
        return _level(decision, pack, levels, at)
    return decision


def demand_here(effective_at: datetime, since: date) -> None:
    """Nothing counts from a day before the place began to decide here (`since`): a slip of the pen. Raises Unfit."""
    if calendar.london_date(effective_at) < since:
        fix = "What stood before is carried over, with its true start (`carried_over.recorded`)."
        raise Unfit("/effective_at", f"This place has decided here since {since.isoformat()}.", fix)


def _level(
    said: decisions.LevelConfirmed | decisions.LevelOverridden, pack: Pack, levels: Mapping[str, str], at: datetime
) -> decisions.Decision:
    if said.scale not in pack.scales:
        raise Unfit("/scale", f"{pack.pack} has no scale {said.scale}.", f"Use {' or '.join(pack.scales)}.")
    order = pack.scales[said.scale].order
    if said.level not in order:
        raise Unfit("/level", f"{said.scale} has no level {said.level}.", f"Use {', '.join(order)}.")
    if said.review_by or said.scale != pack.primary:
        return said
    review = pack.clocks.review_of(said.level, {**levels, said.scale: said.level})
    if review is None:
        return said
    return said.model_copy(update={"review_by": deadlines.last_day(review.every, at)})
