"""What may be asked of a placement out of area over HTTP, and the step that it becomes."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.asking import Unfit
from services.governance.domain.placement import Placement
from services.governance.order import Day, Text
from shared import calendar
from shared.events import Data, Sealed, placements
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
Result = Literal["satisfactory", "concerns", "unsatisfactory"]
LATEST_MONTHS = 24
"""A look is never later than that (ours): a slip of the pen must not let a placement be forgotten."""


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Before(Order):
    """What was looked at before anybody was placed (CAL-32)."""

    checked_on: Day
    result: Result
    themes: words.Themes = ()
    findings: Text | None = None


class NewPlacement(Order):
    """`POST /v1/providers/{id}/placements`: people are placed in another area: how many, never who."""

    placing_authority: words.Gss
    host_authority: words.Gss
    started_on: Day
    count: int = Field(1, ge=1, le=1000)
    pre_placement: Before | None = None
    """Wanted for our own (CAL-32)."""


class Look(Order):
    """A check in the first six weeks, a review at the service or at a desk (CAL-33, CAL-39, SAL-11)."""

    type: Literal["six_week", "review", "desktop"]
    checked_on: Day
    result: Result
    themes: words.Themes = ()
    next_due: Day
    """By need (CAL-33)."""
    findings: Text | None = None


class HostTold(Order):
    """A concern was raised with the host authority, which is sent a message of it (CAL-34)."""

    type: Literal["host_told"]
    told_on: Day
    themes: words.Themes = ()
    detail: Text


class Ended(Order):
    """It is over."""

    type: Literal["ended"]
    ended_on: Day
    because: Literal["moved_home", "moved_service", "hospital", "death", "quality_concern", "other", "unknown"]


AnyStep = Annotated[Look | HostTold | Ended, Field(discriminator="type")]


def started(order: NewPlacement, token: str, check_due: date | None) -> placements.PlacementStarted:
    """The first step. Raises Unfit for what is not out of area."""
    if order.placing_authority == order.host_authority:
        fix = "Give the authority in whose area the service lies."
        raise Unfit("/host_authority", "That is no placement out of area.", fix)
    said = order.model_dump(exclude={"pre_placement"})
    return placements.PlacementStarted(**said, placement_token=token, check_due=check_due)


def before(order: NewPlacement, token: str, seal: Seal) -> placements.PlacementChecked | None:
    """The check before it began, where it was made."""
    check = order.pre_placement
    if check is None:
        return None
    if check.checked_on > order.started_on:
        raise Unfit("/pre_placement/checked_on", "That was after it began.", "Give the day of the check before it.")
    return placements.PlacementChecked(
        placement_token=token, host_authority=order.host_authority, kind="pre_placement", result=check.result,
        checked_on=check.checked_on, themes=check.themes, findings=seal(check.findings),
    )  # fmt: skip


def step(order: AnyStep, token: str, state: Placement, actor: str, seal: Seal) -> Data:
    """The step that an order asks for."""
    host = state.started.host_authority
    match order:
        case Ended():
            return placements.PlacementEnded(
                placement_token=token, placing_authority=state.started.placing_authority, ended_on=order.ended_on,
                because=order.because,
            )  # fmt: skip
        case HostTold():
            return placements.HostTold(
                placement_token=token, actor=actor, host_authority=host, told_on=order.told_on, themes=order.themes,
                detail=seal(order.detail),
            )  # fmt: skip
    if order.next_due <= order.checked_on:
        raise Unfit("/next_due", "That is not after this look.", "Give the day by which it is looked at again.")
    if order.next_due > calendar.add_months(order.checked_on, LATEST_MONTHS):
        raise Unfit("/next_due", "That is more than two years after this look.", "Give an earlier day.")
    said = order.model_dump(exclude={"type", "findings"}) | {"placement_token": token, "host_authority": host}
    said |= {"kind": order.type, "findings": seal(order.findings)}
    model = placements.PlacementChecked if order.type == "six_week" else placements.PlacementReviewed
    return model.model_validate(said)
