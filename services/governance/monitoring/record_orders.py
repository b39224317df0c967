"""What officers record once over HTTP, and the fact that it becomes: engagement (SAL-L1.e), the market (SAL-27)."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.governance.domain import recorded
from services.governance.domain.kind import Kind
from services.governance.order import Day, Text
from shared.events import Data, Sealed, market, partners
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]


class Record(BaseModel):
    """One thing that is recorded, true on its day. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    on: Day


class Engagement(Record):
    """How the provider works with us: came to a forum or not, answers, is willing."""

    type: Literal["engagement"]
    willing: Literal["yes", "reluctant", "refuses"] | None = None
    forum_attended: bool | None = None
    """Whether it came to a forum or network meeting that it was asked to."""
    response_days: Annotated[int | None, Field(ge=0, le=3650)] = None
    relationship: Literal["established", "developing", "none"] | None = None
    personnel_changes: bool | None = None
    notes: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Engagement":
        if not self.model_fields_set - {"type", "on", "notes"}:
            raise ValueError("say at least one thing of how it engages")
        return self


class Signal(Record):
    """A sign that the business may fail (SAL-27d to f)."""

    type: Literal["signal"]
    signal: words.MarketSign
    confidence: words.Confidence = "unverified"
    source: words.PublisherKind | None = None
    detail: Text | None = None


class Failure(Record):
    """The business failed as the regulations define it, or CQC gave warning of it (SI 2015/301, Care Act s56)."""

    type: Literal["failure"]
    code: market.FailureCode
    people_affected_band: words.PeopleBand = "unknown"
    detail: Text | None = None


class Continuity(Record):
    """Whether there is a business continuity plan, and whether it was tried out."""

    type: Literal["continuity"]
    held: bool
    dated_on: Day | None = None
    tested_on: Day | None = None
    test_result: Literal["worked", "gaps"] | None = None
    covers: tuple[market.Covered, ...] = Field((), max_length=7)
    review_due: Day
    detail: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Continuity":
        if not self.held and (self.dated_on or self.tested_on or self.covers):
            raise ValueError("a plan that is not held has no day, no test and covers nothing")
        if (self.tested_on is None) != (self.test_result is None):
            raise ValueError("a test has a day and a result")
        if (self.tested_on and self.tested_on > self.on) or (self.dated_on and self.dated_on > self.on):
            raise ValueError("it was dated and tested by the day on which it was looked at")
        if self.review_due <= self.on:
            raise ValueError("it is looked at again on a later day")
        return self


Type = Literal["engagement", "signal", "failure", "continuity"]
AnyRecord = Annotated[Engagement | Signal | Failure | Continuity, Field(discriminator="type")]
MODELS: dict[str, tuple[Kind[Any], type[Data]]] = {
    "engagement": (recorded.ENGAGEMENT, partners.EngagementRecorded),
    "signal": (recorded.SIGNAL, market.MarketSignalRecorded),
    "failure": (recorded.FAILURE, market.MarketFailureEventRecorded),
    "continuity": (recorded.CONTINUITY, market.MarketContinuityPlanRecorded),
}
SEALED = frozenset({"notes", "detail"})


def fact(order: AnyRecord, name: str, seal: Seal) -> Data:
    """The fact that an order asks for."""
    kind, model = MODELS[order.type]
    said = order.model_dump(exclude={"type", "on"} | SEALED)
    texts = {field: seal(getattr(order, field)) for field in SEALED if hasattr(order, field)}
    if isinstance(order, Failure):
        said["effective_date"] = order.on
    return model.model_validate(said | texts | {kind.key: name})
