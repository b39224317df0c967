"""What a provider challenges on its own page, and the answer of whoever stands for it (rulings 30). Pure."""

from dataclasses import dataclass, replace
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import Data, corrections


@dataclass(frozen=True, slots=True)
class Dispute:
    """One challenge."""

    raised: corrections.DisputeRaised
    answered: corrections.DisputeAnswered | None = None


def take(state: Dispute | None, step: Data) -> Dispute:
    """The challenge after a step."""
    if isinstance(step, corrections.DisputeRaised):
        return Dispute(step, state.answered if state else None)
    assert state is not None  # noqa: S101 - it is raised first
    assert isinstance(step, corrections.DisputeAnswered)  # noqa: S101 - nothing else follows
    return replace(state, answered=step)


def unfit(state: Dispute, _: Data) -> str | None:
    """Why it cannot be answered, or None."""
    return "it is answered already" if state.answered else None


def document(state: Dispute) -> dict[str, Any]:
    """As it is shown: what was written stays sealed."""
    shown = state.raised.model_dump(mode="json", exclude={"statement"})
    return shown | {"outcome": state.answered.outcome if state.answered else None}


KIND = Kind(
    name="dispute",
    key="dispute_id",
    first=corrections.DisputeRaised,
    further=(corrections.DisputeAnswered,),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda state: state.answered is None,
)
"""Through the door a provider's system may challenge too: that is answered through the door."""
