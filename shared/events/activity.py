"""What is counted period by period: demand, deprivation of liberty, reablement (LGA-2, SAL-7)."""

from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import COMMISSIONERS, PROFESSIONALS, Data, published
from shared.events.vocabulary import Count

READERS = ("risk", "governance")


@published("dols_activity.reported", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS)
class DolsActivityReported(Data):
    """Applications to deprive people of their liberty, of one period (LGA-2)."""

    period: words.Period
    applications: Count
    granted: Count | None = None
    backlog: Count | None = None


@published("referral_demand.reported", topic="ledger", writers=("intake",), readers=READERS, senders=COMMISSIONERS)
class ReferralDemandReported(Data):
    """How referrals to the service went in one period (SAL-7, SAL-L1.g, SAL-L2.h)."""

    period: words.Period
    offers: Count
    refusals: Count | None = None
    handbacks: Count | None = None
    delays: Count | None = None
    barriers: tuple[
        Literal["capacity", "staffing", "skills", "location", "equipment", "fee", "compatibility", "process", "other"],
        ...,
    ] = Field((), max_length=20)


@published("reablement.reported", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class ReablementReported(Data):
    """How reablement ended for people in one period (LGA-2)."""

    period: words.Period
    started: Count
    completed: Count
    independent: Count
    """Of those completed, who need no further care."""
    reduced: Count | None = None
    """Of those completed, who need less."""
