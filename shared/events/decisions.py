"""What people decided about a provider, and each decision's life (domain.md §3.6, rulings 16-25)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events import processes
from shared.events.registry import Data, Sealed, published

READERS = ("risk", "governance", "notify")
SuspensionKind = Literal["advisory_notice", "voluntary_pause", "phased", "enforced"]
Scope = Literal["new_admissions", "packages", "all"]
Prerequisite = Literal["support_unsuccessful", "unable_or_unwilling", "compliance_concern", "provider_agrees"]
"""What may have to come before a restriction (CAL-28, rulings 20)."""


class LevelConfirmed(Data):
    """The body confirms, raises, lowers or holds the level on one scale."""

    type: Literal["level.confirmed"] = "level.confirmed"
    scale: str = "level"
    level: str
    from_level: str | None = None
    review_by: date | None = None


class LevelOverridden(Data):
    """The body chooses a level outside what the facts indicate; the reason is mandatory."""

    type: Literal["level.overridden"] = "level.overridden"
    scale: str = "level"
    level: str
    from_level: str | None = None
    indicated_min: str | None = None
    indicated_max: str | None = None
    dissent: tuple[str, ...] = ()
    """Organisations that did not agree."""
    review_by: date | None = None


class LeadOrganisationAgreed(Data):
    """Who leads on a jointly commissioned service (HER-10)."""

    type: Literal["lead_org.agreed"] = "lead_org.agreed"
    lead: Literal["council", "icb"]
    scope: Literal["monitoring", "visit", "plan"] = "monitoring"


class SuspensionConsidered(Data):
    """Suspension was considered and not imposed (HER-M3: automatic *consideration*)."""

    type: Literal["suspension.considered"] = "suspension.considered"
    outcome: Literal["not_now", "impose"]


class SuspensionImposed(Data):
    """New placements are stopped or limited (HER-33, HER-L2.j)."""

    type: Literal["suspension.imposed", "suspension.agreed_voluntary", "suspension.phased"] = "suspension.imposed"
    suspension_id: str
    kind: SuspensionKind
    scope: Scope = "new_admissions"
    review_by: date | None = None
    prerequisites: tuple[Prerequisite, ...] = ()
    """What the decider says is on record among the evidence."""


class SuspensionVaried(Data):
    """Scope or kind of a suspension changed; its clock runs on."""

    type: Literal["suspension.varied"] = "suspension.varied"
    suspension_id: str
    kind: SuspensionKind
    scope: Scope
    review_by: date | None = None


class SuspensionLifted(Data):
    """A suspension ended."""

    type: Literal["suspension.lifted"] = "suspension.lifted"
    suspension_id: str


class DefaultNoticeServed(Data):
    """A contract default notice (HER-L2.i); `further` where one was served before (HER-L3.f)."""

    type: Literal["default_notice.served", "default_notice.further"] = "default_notice.served"
    notice_id: str
    clause: str | None = None
    remedy_by: date | None = None
    because: Literal["plan_timescales_missed", "breach", "level_response", "other"] = "other"
    """HER-L3.f needs its cause: improvement timescales missed (rulings 7)."""


class DefaultNoticeEnded(Data):
    """A default notice was satisfied or withdrawn."""

    type: Literal["default_notice.satisfied", "default_notice.withdrawn"]
    notice_id: str


Decision = Annotated[
    LevelConfirmed
    | LevelOverridden
    | LeadOrganisationAgreed
    | SuspensionConsidered
    | SuspensionImposed
    | SuspensionVaried
    | SuspensionLifted
    | DefaultNoticeServed
    | DefaultNoticeEnded
    | processes.Process,
    Field(discriminator="type"),
]


class DecisionEvent(Data):
    """What every step in a decision's life names."""

    decision_id: str
    decision: Decision
    body: str
    """The body that decides, as the pack names it."""
    organisation: str
    role: str
    policy_digest: str | None = None
    actor: str | None = None
    """Who took this step, by a keyed pseudonym: two people can be told apart, and none is named."""


@published("decision.proposed", topic="ledger", writers=("governance",), readers=("governance", "notify"))
class DecisionProposed(DecisionEvent):
    """A decision was taken by one body; consents or an approval may still be owed."""

    rationale: Sealed | None = None
    evidence: tuple[str, ...] = ()
    """Events that it rests on, as the decider named them; where none was named, the assessment that stood then."""
    consents_needed: tuple[str, ...] = ()
    approval_needed: bool = False
    effective_at: AwareDatetime | None = None
    commissioning: str | None = None
    rule: str | None = None
    """The rule of the policy's authority that allowed it."""
    deputy: str | None = None
    """The role of whoever acted for `role`, where that was away and the policy names a deputy."""
    version_seen: str | None = None
    """The version of the provider's page that it was decided on."""
    meeting_id: str | None = None
    """The meeting of the body at which it was taken, where it says so; and the item of its agenda."""
    item: str | None = None


@published("decision.consented", topic="ledger", writers=("governance",), readers=("governance", "notify"))
class DecisionConsented(DecisionEvent):
    """A further organisation, or the second person, agreed."""

    consenting_organisation: str
    given_as: Literal["consent", "approval"] = "consent"
    rationale: Sealed | None = None


@published("decision.took_effect", topic="ledger", writers=("governance",), readers=("intake", *READERS))
class DecisionTookEffect(DecisionEvent):
    """From its time on the decision stands: the later of `effective_at` and the last consent."""

    evidence: tuple[str, ...] = ()
    rationale: Sealed | None = None
    pending_ratification: bool = False
    """A protective act does not wait (rulings 17)."""
    ratify_by: date | None = None


@published("decision.declined", topic="ledger", writers=("governance",), readers=("governance", "notify"))
class DecisionDeclined(DecisionEvent):
    """A needed consent was refused, or a newer decision took its place; the old state stands (rulings 23)."""

    by_organisation: str | None = None
    because: Literal["refused", "superseded", "basis_changed"] = "refused"
    rationale: Sealed | None = None


@published("decision.ratified", topic="ledger", writers=("governance",), readers=("governance", "notify"))
class DecisionRatified(DecisionEvent):
    """The other organisation ratified a protective act."""

    by_organisation: str
    rationale: Sealed | None = None


@published("decision.ratification_refused", topic="ledger", writers=("governance",), readers=READERS)
class DecisionRatificationRefused(DecisionEvent):
    """The other organisation refused: the protective act ends at this time."""

    by_organisation: str
    rationale: Sealed | None = None
