"""What may be asked of erasures and legal holds over HTTP."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.governance.order import Text
from shared.events import erasures


class Asked(BaseModel):
    """An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewErasure(Asked):
    """`POST /v1/providers/{id}/erasures`: the texts of these events are to be erased."""

    because: erasures.Because
    events: tuple[UUID, ...] = Field(min_length=1, max_length=500)
    texts: Literal["all", "identity"] = "all"
    reason: Text | None = None


class Agreement(Asked):
    """`POST /v1/erasures/{id}/answers`: another person agrees, or refuses with a reason."""

    approve: bool
    reason: Text | None = None


class NewHold(Asked):
    """`POST /v1/providers/{id}/holds`: nothing of these events, or of the whole provider, may be erased."""

    because: Literal["safeguarding_adults_review", "large_scale_enquiry", "inquest", "police", "litigation", "other"]
    events: tuple[UUID, ...] = Field((), max_length=500)
    reason: Text


class Lift(Asked):
    """`POST /v1/holds/{id}/lift`."""

    reason: Text


class Expired(Asked):
    """`POST /v1/providers/{id}/erasures/due`: whatever is not kept any longer is to be erased, once another agrees."""

    reason: Text | None = None
