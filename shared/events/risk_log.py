"""A board's log of risks about a provider (CAL-11: the governance and quality assurance board keeps one)."""

from datetime import date
from typing import Literal

from shared.events import vocabulary as words
from shared.events.registry import COMMISSIONERS, Data, Sealed, published
from shared.events.return_bodies import OneToFive

READERS = ("governance",)
WHY = "a board's own view of what others have recorded: counting it would count the same thing twice"


class Graded(Data):
    """One entry as graded."""

    entry_id: words.Reference
    likelihood: OneToFive
    impact: OneToFive
    owner_role: words.Role | None = None
    review_by: date | None = None


@published("risk_log.entered", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS,
           no_fact=WHY)  # fmt: skip
class RiskLogEntered(Graded):
    """A risk was put into the log."""

    risk: Sealed | None = None
    mitigation: Sealed | None = None


@published("risk_log.reviewed", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS,
           no_fact=WHY)  # fmt: skip
class RiskLogReviewed(Graded):
    """A risk was looked at again."""

    trend: Literal["rising", "steady", "falling"] | None = None
    notes: Sealed | None = None


@published("risk_log.closed", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS,
           no_fact=WHY)  # fmt: skip
class RiskLogClosed(Data):
    """A risk is one no longer."""

    entry_id: words.Reference
    because: Literal["mitigated", "accepted", "materialised", "transferred", "entered_in_error"]
    notes: Sealed | None = None
