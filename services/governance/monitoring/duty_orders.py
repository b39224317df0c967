"""What may be asked of a temporary duty over HTTP, and the step that it becomes (Care Act 2014 s48, s56)."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.governance.asking import Unfit
from services.governance.order import Code, Day, Text
from shared.events import Data, Sealed, market
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewDuty(Order):
    """`POST /v1/providers/{id}/temporary-duties`: the provider cannot carry on."""

    because: Literal["business_failure", "other_interruption"]
    failure_id: Code | None = None
    """The failure event that it rests on: wanted for a business failure."""
    since: Day
    detail: Text | None = None

    @model_validator(mode="after")
    def _rests_on_something(self) -> "NewDuty":
        if (self.because == "business_failure") != (self.failure_id is not None):
            raise ValueError("a business failure, and nothing else, names its failure event")
        return self


class Others(Order):
    """People whom one other authority has placed."""

    authority: words.Gss
    people: words.Count


class Counted(Order):
    """Who is affected, and for how many it is settled how their care goes on: counts, never names."""

    type: Literal["counted"]
    own: words.Count
    self_funded: words.Count
    nhs: words.Count = 0
    others: tuple[Others, ...] = Field((), max_length=100)
    arranged: words.Count


class Settled(Order):
    """One item of the checklist is done; or not needed, with the reason."""

    type: Literal["settled"]
    item: market.Item
    outcome: Literal["done", "not_needed"] = "done"
    note: Text | None = None

    @model_validator(mode="after")
    def _says_why(self) -> "Settled":
        if self.outcome == "not_needed" and self.note is None:
            raise ValueError("say in `note` why it is not needed")
        return self


class Closed(Order):
    """It is over."""

    type: Literal["closed"]
    outcome: Literal["needs_met", "provider_continued", "opened_in_error"]
    closed_on: Day
    reason: Text | None = None

    @model_validator(mode="after")
    def _says_why(self) -> "Closed":
        if self.outcome != "needs_met" and self.reason is None:
            raise ValueError("say in `reason` why it ends before everything is done")
        return self


AnyStep = Annotated[Counted | Settled | Closed, Field(discriminator="type")]


def opened(order: NewDuty, name: str, actor: str, today: date, seal: Seal) -> market.TemporaryDutyOpened:
    """The first step."""
    _come("/since", order.since, today)
    said = order.model_dump(exclude={"detail"})
    return market.TemporaryDutyOpened(**said, duty_id=name, actor=actor, detail=seal(order.detail))


def step(order: AnyStep, name: str, actor: str, today: date, seal: Seal) -> Data:
    """The step that an order asks for. Raises Unfit for a day that has not come."""
    said = order.model_dump(exclude={"type", "note", "reason"}) | {"duty_id": name, "actor": actor}
    match order:
        case Counted():
            return market.TemporaryDutyCounted(**said)
        case Settled():
            return market.TemporaryDutyStepRecorded(**said, note=seal(order.note))
    _come("/closed_on", order.closed_on, today)
    return market.TemporaryDutyClosed(**said, reason=seal(order.reason))


def _come(path: str, day: date, today: date) -> None:
    if day > today:
        raise Unfit(path, "That day has not come.", "Give today or an earlier day.")
