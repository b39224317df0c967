"""What every order of a decision has, whatever is decided."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.governance.asking import Unfit
from shared.events.registry import MAX_TEXT

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
"""A day that people mean: what is reckoned from it is a day too."""
Code = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")
]
"""A name of something: no control characters, which no list could be searched for."""


class Order(BaseModel):
    """What every decision is ordered with. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: Code
    """The body that decides, by the name or an alias that the policy gives it."""
    rationale: Text | None = None
    evidence: tuple[Code, ...] = Field((), max_length=200)
    """Ids of the events it rests on. None: what the facts indicate when it is decided, by that assessment's id."""
    meeting_id: Code | None = None
    """The meeting of the body at which it was taken."""
    item: Code | None = None
    """The item of that meeting's agenda under which it was."""
    effective_at: Annotated[AwareDatetime, Field(ge=EARLIEST)] | None = None
    """From when it counts, if not from now on: a moment in the past."""


def one(given: str | None, active: list[str], field: str) -> str:
    """The one that is meant: as given, or the only one there is. Raises Unfit."""
    if given is not None:
        return given
    if len(active) == 1:
        return active[0]
    which = f"Give one of {', '.join(active)}." if active else "There is nothing to change: look at the page."
    raise Unfit(f"/{field}", f"{len(active)} are in place: which one is meant?", which)
