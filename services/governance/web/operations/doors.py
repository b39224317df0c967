"""Who may open the pages of operations: each part in the roles of the interface behind it."""

from typing import Annotated, Any, Final

import anyio.from_thread
from fastapi import Depends

from services.governance.asking import Asking, Reply
from services.governance.proof.erasures_api import APPROVING, REQUESTING
from services.governance.web.guard import SignedIn
from services.governance.web.navigation import OPERATING
from services.governance.web.neighbours import Neighbours
from services.governance.web.sessions import Session

PROVING: Final = ("ops", "auditor", "director")
FEEDS: Final = ("steward", "ops", "auditor")
LOOKING: Final = (*REQUESTING, "auditor")
Operator = Annotated[Session, Depends(SignedIn(*OPERATING))]
Steward = Annotated[Session, Depends(SignedIn("steward"))]
Replayer = Annotated[Session, Depends(SignedIn("ops"))]
Prover = Annotated[Session, Depends(SignedIn(*PROVING))]
Looker = Annotated[Session, Depends(SignedIn(*LOOKING))]
Keeper = Annotated[Session, Depends(SignedIn(*REQUESTING))]
Approver = Annotated[Session, Depends(SignedIn(*APPROVING))]


def posting(near: Neighbours, who: str, path: str, session: Session) -> Any:
    """What a form does at another service: its order, posted in the reader's name; its refusal is the form's."""

    def do(order: Any, _: Asking) -> Reply:
        answer = anyio.from_thread.run(near.order, who, path, session.bearer, order.model_dump(mode="json"))
        return Reply(200, answer.demand())

    return do
