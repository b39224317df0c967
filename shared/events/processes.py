"""What people decide beside levels and restrictions: enquiries, contracts, visits, sharing (domain.md §3.6)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data

LsiStep = Literal[
    "safety_checks", "police_liaison", "placing_authorities_told", "initial_meeting", "enquiries",
    "commissioning_intentions", "feedback_from_people", "findings_meeting", "plan_monitoring",
]  # fmt: skip
"""The steps of an organisational safeguarding process, in their usual order (domain.md §3.6, LGA-12..14)."""
LETTERS = ("a", "b", "c", "d", "g")
"""Why a matter goes to the next body: CAL-10 a-d, and g, potential provider failure (CAL-9, rulings 26)."""
Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""One of these, or the code that the place's policy gives it (SAL-27 a-f, LGA-12, OXF-24, …)."""


class LsiRecommended(Data):
    """A body thinks that this is a large scale safeguarding matter (LGA-4, LGA-13); whoever may, authorises it."""

    type: Literal["lsi.recommended"] = "lsi.recommended"
    lsi_id: str
    grounds: tuple[words.Word, ...] = Field(min_length=1, max_length=20)


class LsiAuthorised(Data):
    """The process begins: LSI, LSE or SSCP, as the place calls it (rulings 21). References only, never the case."""

    type: Literal["lsi.authorised"] = "lsi.authorised"
    lsi_id: str
    grounds: tuple[words.Word, ...] = Field((), max_length=20)
    lead_role: words.Role
    scope: Literal["service", "organisation"] = "service"
    police_liaison: bool = False


class LsiDeclined(Data):
    """It was recommended, and is not begun."""

    type: Literal["lsi.declined"] = "lsi.declined"
    lsi_id: str


class LsiStepRecorded(Data):
    """A step of the process was taken."""

    type: Literal["lsi.step_recorded"] = "lsi.step_recorded"
    lsi_id: str
    step: LsiStep
    reference: words.Reference | None = None
    """Where the record of it is kept: a meeting's number, an enquiry's reference. Never what was said."""


class LsiClosed(Data):
    """The process ends."""

    type: Literal["lsi.closed"] = "lsi.closed"
    lsi_id: str
    learning_shared: bool
    sar_considered: bool
    """Whether a safeguarding adults review was considered."""


class EscalationReferred(Data):
    """A body brings the provider before the next one (CAL-10)."""

    type: Literal["escalation.referred"] = "escalation.referred"
    to_body: str
    reason: Reason


class SafeguardingReferral(Data):
    """Whether quality concerns together want a safeguarding referral, by the local thresholds (CAL-18)."""

    type: Literal["safeguarding.referral"] = "safeguarding.referral"
    threshold_tool: words.Word
    result: Literal["referred", "not_referred"]
    sg_ref: words.Reference | None = None


class ContractReviewHeld(Data):
    """The contract was reviewed with the provider's senior managers (CAL-26, HER-M3.c)."""

    type: Literal["contract_review.held"] = "contract_review.held"
    provider_seniors: bool
    next_by: date | None = None


class TerminationConsidered(Data):
    """Ending the contract was considered (HER-M3.h, CAL-26)."""

    type: Literal["termination.considered"] = "termination.considered"
    outcome: Literal["not_now", "terminate"]


class TerminationDecided(Data):
    """The contract, or its use, ends."""

    type: Literal["termination.decided", "decommission.decided"]
    ends_on: date | None = None
    transition_plan: bool
    """Whether it is settled how people will be looked after meanwhile."""


class VisitOrdered(Data):
    """A body wants the service visited (HER-M2.c, CAL-21)."""

    type: Literal["visit.ordered"] = "visit.ordered"
    purpose: Literal["annual", "focused", "unannounced", "welfare", "follow_up", "joint", "good_practice", "contract"]
    announced: bool = False
    by_when: date
    lead: Literal["council", "icb"] | None = None


class PlacementsElsewhere(Data):
    """Our own placements with a provider outside the area are paused, or resumed (CAL-35, rulings 24)."""

    type: Literal["ooa.paused", "ooa.resumed"]
    host_assurance_ref: words.Reference | None = None


class ShareDecided(Data):
    """Whether what is marked may be told to somebody outside (SAL-20)."""

    type: Literal["share.authorised", "share.refused"]
    audience: words.Word
    event_ids: tuple[str, ...] = Field(min_length=1, max_length=200)


Process = Annotated[
    LsiRecommended
    | LsiAuthorised
    | LsiDeclined
    | LsiStepRecorded
    | LsiClosed
    | EscalationReferred
    | SafeguardingReferral
    | ContractReviewHeld
    | TerminationConsidered
    | TerminationDecided
    | VisitOrdered
    | PlacementsElsewhere
    | ShareDecided,
    Field(discriminator="type"),
]
