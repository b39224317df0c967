"""What a placement out of area amounts to, folded from its published steps; and why a step does not fit. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import Data, placements

FIRST_CHECK = "six_week"
BEFORE = "pre_placement"
DESK = "desktop"
"""A look at a desk is no first check: nobody has seen the people yet (CAL-33)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One check or review."""

    kind: str
    result: str
    on: date | None
    next_due: date | None


@dataclass(frozen=True, slots=True)
class Placement:
    """People placed in one service of another area: counts and a token, never names (CAL-32 to CAL-39, SAL-11)."""

    started: placements.PlacementStarted
    looks: tuple[Look, ...] = ()
    told: tuple[date, ...] = ()
    """The days on which the host authority was told of a concern (CAL-34)."""
    ended: placements.PlacementEnded | None = None

    @property
    def after(self) -> tuple[Look, ...]:
        """Those since it began."""
        return tuple(one for one in self.looks if one.kind != BEFORE)


def take(made: Placement | None, step: Data) -> Placement:
    """The placement after a step. The first step starts it."""
    if isinstance(step, placements.PlacementStarted):
        return Placement(step)
    assert made is not None  # noqa: S101 - it is started first
    match step:
        case placements.PlacementChecked() | placements.PlacementReviewed():
            look = Look(step.kind, step.result, step.checked_on, step.next_due)
            return replace(made, looks=(*made.looks, look))
        case placements.HostTold():
            return replace(made, told=(*made.told, step.told_on))
        case placements.PlacementEnded():
            return replace(made, ended=step)
    return made


def unfit(made: Placement, step: Data) -> str | None:
    """Why this step is not possible as the placement stands, or None."""
    return "the placement has ended" if made.ended is not None else UNFIT[type(step)](made, step)


def next_due(made: Placement) -> date | None:
    """The first check, also where only a desk was looked at so far; then whatever the newest look says."""
    newest, first = made.after[-1].next_due if made.after else None, made.started.check_due
    if all(one.kind == DESK for one in made.after):
        return min((day for day in (newest, first) if day is not None), default=None)
    return newest


def document(made: Placement) -> dict[str, Any]:
    """As it is shown."""
    started, ended, due = made.started, made.ended, next_due(made)
    return {
        "placement_token": started.placement_token,
        "placing_authority": started.placing_authority,
        "host_authority": started.host_authority,
        "started_on": started.started_on.isoformat(),
        "count": started.count,
        "next_due": due.isoformat() if due and ended is None else None,
        "looks": [
            {"kind": one.kind, "result": one.result, "on": one.on.isoformat() if one.on else None} for one in made.looks
        ],
        "host_told_on": [day.isoformat() for day in made.told],
        "ended_on": ended.ended_on.isoformat() if ended else None,
        "because": ended.because if ended else None,
    }


def _checking(made: Placement, step: placements.PlacementChecked) -> str | None:
    if step.kind == BEFORE:
        return "it has begun" if made.looks else None
    if any(one.kind == FIRST_CHECK for one in made.looks):
        return "the check of the first six weeks was made: review it"
    return _looking(made, step)


def _looking(made: Placement, step: placements.Check) -> str | None:
    return _before(made, step.checked_on)


def _telling(made: Placement, step: placements.HostTold) -> str | None:
    return _before(made, step.told_on)


def _ending(made: Placement, step: placements.PlacementEnded) -> str | None:
    return _before(made, step.ended_on)


def _before(made: Placement, day: date | None) -> str | None:
    began = made.started.started_on
    return f"it began on {began.isoformat()}" if day is not None and day < began else None


UNFIT: Mapping[type[Data], Callable[[Placement, Any], str | None]] = {
    placements.PlacementChecked: _checking,
    placements.PlacementReviewed: _looking,
    placements.HostTold: _telling,
    placements.PlacementEnded: _ending,
}
KIND = Kind(
    name="placement",
    key="placement_token",
    first=placements.PlacementStarted,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda made: made.ended is None,
    due=next_due,
)
