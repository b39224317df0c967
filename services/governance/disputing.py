"""The use case of whoever answers a challenge that a provider made on its own page (rulings 30)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.governance.asking import Asking, Reply
from services.governance.domain import dispute
from services.governance.matters import Matters, Seal
from services.governance.order import Text
from shared.events import Data, corrections


class Answer(BaseModel):
    """`POST /v1/disputes/{id}/answers`: of the challenge, `upheld` means that the provider was right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["upheld", "part_upheld", "not_upheld", "withdrawn"]
    statement: Text


def answer(works: Matters, dispute_id: str, order: Answer, asking: Asking) -> Reply:
    """Answer it, once. What was wrong is withdrawn or corrected by an event of its own. Blocks.

    Raises Unknown, NotFitting, and what Matters raises.
    """

    def said(name: str, state: dispute.Dispute, seal: Seal) -> Data:
        about = state.raised.event_id
        return corrections.DisputeAnswered(
            dispute_id=name, event_id=about, outcome=order.outcome, statement=seal(order.statement)
        )

    content: dict[str, Any] = order.model_dump(mode="json")
    return works.step(dispute.KIND, dispute_id, asking, content, said)
