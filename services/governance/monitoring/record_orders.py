"""What officers record once over HTTP, and the fact that it becomes (SAL-L1.e to L3.f, HER-L1.g, HER-L3.e)."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.governance import recorded
from services.governance.kind import Kind
from services.governance.order import Day, Text
from shared.events import Data, Sealed, partners

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


Type = Literal["engagement"]
AnyRecord = Engagement
MODELS: dict[str, tuple[Kind[Any], type[Data]]] = {
    "engagement": (recorded.ENGAGEMENT, partners.EngagementRecorded),
}
SEALED = frozenset({"notes", "detail"})


def fact(order: AnyRecord, name: str, seal: Seal) -> Data:
    """The fact that an order asks for."""
    kind, model = MODELS[order.type]
    said = order.model_dump(exclude={"type", "on"} | SEALED)
    texts = {field: seal(getattr(order, field)) for field in SEALED if hasattr(order, field)}
    return model.model_validate(said | texts | {kind.key: name})
