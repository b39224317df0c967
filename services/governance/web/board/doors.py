"""Who may open the pages of meetings; whoever may not, and would expect to, is told why."""

from typing import Annotated

from fastapi import Depends, Request

from services.governance.parts import KNOWING
from services.governance.plans_api import PLANNING
from services.governance.web.guard import SignedIn
from services.governance.web.sessions import Session
from shared.web.refusal import Refusal

FORBIDDEN = 403
INSPECTORS = (
    "Inspectors of CQC read the record of each service here: its level, why, and its restrictions.",
    "Agendas, packs and minutes are the bodies’ own papers and are not opened to CQC here, whoever sits in the body. "
    "Ask the chair for what you need.",
)


class Board(SignedIn):
    """The guard of these pages."""

    async def __call__(self, request: Request) -> Session:
        """Raises NotSignedIn, Refusal."""
        try:
            return await super().__call__(request)
        except Refusal as refusal:
            session: Session | None = getattr(request.state, "session", None)
            if refusal.status != FORBIDDEN or session is None or not session.principal.has("cqc-inspector"):
                raise
            raise Refusal(FORBIDDEN, "Meetings are not open to inspectors", *INSPECTORS) from refusal


Member = Annotated[Session, Depends(Board(*KNOWING))]
"""Whoever may read meetings."""
Secretary = Annotated[Session, Depends(Board(*PLANNING))]
"""Whoever may try to prepare and record them; what they may is the policy's to say."""
