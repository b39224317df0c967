"""Signs that a provider may fail, and that it did (SAL-27, CAL-9; Care Act 2014 s48, SI 2015/301)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import ANYONE, Data, Sealed, published

FailureCode = Literal[
    "administrator_appointed", "receiver_appointed", "administrative_receiver_appointed",
    "voluntary_winding_up", "winding_up_order", "partnership_insolvency_order", "charity_unable_to_pay",
    "partners_bankrupt", "voluntary_arrangement", "individual_bankrupt", "individual_voluntary_arrangement",
    "cqc_s56_notice",
]  # fmt: skip
"""SI 2015/301 reg 2; `cqc_s56_notice` is CQC's notice that the council will probably have a duty."""
Covered = Literal["staffing", "premises", "utilities", "cyber", "supplies", "finance", "exit"]
"""What a business continuity plan provides for; `exit`: an orderly end."""
READERS = ("risk", "governance")
WRITERS = ("intake", "governance")
"""Whoever sends it through the door; officers, who work here."""


@published("market.signal.recorded", topic="ledger", writers=WRITERS, readers=READERS, senders=ANYONE)
class MarketSignalRecorded(Data):
    """A sign of critical business risk (SAL-27f)."""

    signal_id: words.Reference
    signal: words.MarketSign
    confidence: words.Confidence = "unverified"
    source: words.PublisherKind | None = None
    detail: Sealed | None = None


@published("market.failure_event.recorded", topic="ledger", writers=WRITERS, readers=READERS, senders=ANYONE)
class MarketFailureEventRecorded(Data):
    """The business failed as the regulations define it, or CQC gave warning of it."""

    failure_id: words.Reference
    code: FailureCode
    effective_date: date
    people_affected_band: words.PeopleBand = "unknown"
    detail: Sealed | None = None


@published("market.continuity_plan.recorded", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="that a plan for bad days is on record says nothing of the care; a threat is a signal")  # fmt: skip
class MarketContinuityPlanRecorded(Data):
    """Whether a provider has a business continuity plan, and when it was tried out; the newest counts (SAL-27f)."""

    continuity_id: words.Reference
    held: bool
    """False: it was looked for, and there is none."""
    dated_on: date | None = None
    tested_on: date | None = None
    test_result: Literal["worked", "gaps"] | None = None
    covers: tuple[Covered, ...] = Field((), max_length=7)
    review_due: date
    """By when it is looked at again, or asked for where there is none."""
    detail: Sealed | None = None


NO_FACT = "how the council keeps people's care going after a failure says nothing more of the service"
Item = Literal[
    "failure_confirmed", "people_counted", "cqc_contacted", "authorities_told", "partners_told",
    "administrator_contacted", "people_involved", "continuity_arranged",
]  # fmt: skip
"""What is to be done when a provider can no longer carry on (Care Act 2014 s48, s56; the list is ours)."""


class Duty(Data):
    """What every step of a temporary duty names."""

    duty_id: words.Reference
    actor: str | None = None
    """Who recorded this step, by a keyed pseudonym."""


@published("temporary_duty.opened", topic="ledger", writers=("governance",), readers=("governance",), no_fact=NO_FACT)
class TemporaryDutyOpened(Duty):
    """The provider cannot carry on: the council keeps everybody's care going (Care Act 2014 s48)."""

    because: Literal["business_failure", "other_interruption"]
    """Only the failure of a business makes it a duty; else it is a power (domain.md §2.7)."""
    failure_id: words.Reference | None = None
    since: date
    detail: Sealed | None = None


class Placed(Data):
    """People whom one other authority has placed there."""

    authority: words.Gss
    people: words.Count


@published("temporary_duty.counted", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact=NO_FACT)  # fmt: skip
class TemporaryDutyCounted(Duty):
    """Who is affected, in counts, never names; and for how many it is settled how their care goes on."""

    own: words.Count
    """Those whose care the council arranged."""
    self_funded: words.Count
    nhs: words.Count = 0
    others: tuple[Placed, ...] = Field((), max_length=100)
    arranged: words.Count
    """Of all of them: those whose care is known to go on."""


@published("temporary_duty.step_recorded", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact=NO_FACT)  # fmt: skip
class TemporaryDutyStepRecorded(Duty):
    """One item of the checklist is settled."""

    item: Item
    outcome: Literal["done", "not_needed"]
    note: Sealed | None = None


@published("temporary_duty.closed", topic="ledger", writers=("governance",), readers=("governance",), no_fact=NO_FACT)
class TemporaryDutyClosed(Duty):
    """It is over."""

    outcome: Literal["needs_met", "provider_continued", "opened_in_error"]
    closed_on: date
    reason: Sealed | None = None
