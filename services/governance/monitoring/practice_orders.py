"""What may be asked of an example of good practice over HTTP, and the step that it becomes (CAL-23)."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.asking import Unfit
from services.governance.domain.practice import SCOPES
from services.governance.order import Day, Text
from shared import calendar
from shared.events import Data, Sealed, partners
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
Scope = Literal["forum", "place", "public"]
ANSWER_DAYS = 14
"""Ours: no seed says how long a provider may think about it."""


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(Order):
    """What the provider said to it, and who spoke for it."""

    type: Literal["consent_given"] = "consent_given"
    scope: Scope
    answered_on: Day
    by_role: words.Role


class NewPractice(Order):
    """`POST /v1/providers/{id}/practices`: something that others can learn from."""

    themes: tuple[words.PracticeTheme, ...] = Field(min_length=1, max_length=40)
    description: Text
    consent: Given | None = None
    """Where the provider gave its permission at once."""


class Asked(Order):
    """The provider is asked whether others may hear of it."""

    type: Literal["consent_asked"]
    asked_on: Day
    due: Day | None = None
    """Two weeks, unless said otherwise."""
    note: Text | None = None


class Refused(Order):
    """It would rather not."""

    type: Literal["consent_refused"]
    answered_on: Day
    by_role: words.Role


class Withdrawn(Order):
    """It takes its permission back."""

    type: Literal["consent_withdrawn"]
    withdrawn_on: Day
    by_role: words.Role
    reason: Text | None = None


class Shared(Order):
    """Others heard of it."""

    type: Literal["shared"]
    audience: Scope
    shared_on: Day
    detail: Text | None = None


AnyStep = Annotated[Asked | Given | Refused | Withdrawn | Shared, Field(discriminator="type")]


def identified(order: NewPractice, name: str, seal: Seal) -> partners.GoodPracticeIdentified:
    """The first step: without permission nothing is shared."""
    return partners.GoodPracticeIdentified(
        practice_id=name, themes=order.themes, provider_consent=order.consent is not None,
        shared_scope=order.consent.scope if order.consent else SCOPES[0], description=seal(order.description),
    )  # fmt: skip


def step(order: AnyStep, name: str, actor: str, today: date, seal: Seal) -> Data:
    """The step that an order asks for. Raises Unfit for a day that has not come, or an answer before its question."""
    for path in ("asked_on", "answered_on", "withdrawn_on", "shared_on"):
        if (day := getattr(order, path, None)) is not None and day > today:
            raise Unfit(f"/{path}", "That day has not come.", "Give today or an earlier day.")
    said = order.model_dump(exclude={"type", "note", "reason", "detail"}) | {"practice_id": name, "actor": actor}
    match order:
        case Asked():
            due = order.due or calendar.add_days(order.asked_on, ANSWER_DAYS)
            if due < order.asked_on:
                raise Unfit("/due", "That is before it was asked.", "Give the day by which it is to answer.")
            return partners.GoodPracticeConsentAsked(**(said | {"due": due}), note=seal(order.note))
        case Given():
            return partners.GoodPracticeConsentAnswered(**said, given=True)
        case Refused():
            return partners.GoodPracticeConsentAnswered(**said, given=False, scope="none")
        case Withdrawn():
            return partners.GoodPracticeConsentWithdrawn(**said, reason=seal(order.reason))
    return partners.GoodPracticeShared(**said, detail=seal(order.detail))
