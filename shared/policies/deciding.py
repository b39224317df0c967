"""Who decides what, what a confirmed level sets going, and which clocks run (read by governance and risk)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.policies.section import Clause, Limit, Section

Organisation = Literal["council", "icb", "nhs"]
Review = Literal["level.confirmed", "contract_review.held", "visit.completed", "assessment.completed"]
NO_LEVEL = "none"
"""The level a provider is at before the first decision."""


Precondition = Literal[
    "recommended", "plan_signed_by_both", "support_unsuccessful", "unable_or_unwilling", "compliance_concern",
    "provider_agrees", "host_assurance_embedded", "termination_considered", "contract_review_held",
]  # fmt: skip
"""What a policy may want to be on record before a decision."""


class AuthorityRule(Clause):
    """One power: these people, in these bodies, may take this decision about a provider that is *at* these levels."""

    at: tuple[str, ...] = ()
    """Confirmed levels (`none`: no level yet) that the provider may be at. Empty: any."""
    to: tuple[str, ...] = ()
    """Levels that may be decided. Empty: any (or the decision is not about a level)."""
    kinds: tuple[str, ...] = ()
    """Kinds of the decision (of a suspension: advisory_notice, voluntary_pause, phased, enforced). Empty: any."""
    bodies: tuple[str, ...] = Field(min_length=1)
    roles: tuple[str, ...] = Field(min_length=1)
    organisations: tuple[Organisation, ...] = Field(min_length=1)
    all_of: tuple[Organisation, ...] = ()
    """Organisations that must all agree, whoever commissions the service. Empty: the joint rule alone."""
    only_starts: bool = False
    """Whether it decides nothing but starts a discussion (SAL-26): about any service, and without anybody's consent."""
    needs: tuple[Precondition, ...] = ()
    """What must be on record before it may be decided."""


class Joint(Clause):
    """The rule for services that two organisations commission together."""

    commissioning: tuple[str, ...] = ("joint",)
    organisations: tuple[Organisation, ...] = Field(min_length=2)
    consents: dict[Organisation, tuple[str, ...]]
    """Per organisation, the roles that may consent in its name: another person than the proposer."""
    remind_after: Limit
    """How long a consent may be outstanding before both leads are told (A15)."""


class Act(Section):
    """A decision, or some kinds of it."""

    decision: str
    kinds: tuple[str, ...] = ()


class Urgent(Clause):
    """Protective acts: effective at once, ratified afterwards by the other organisation."""

    acts: tuple[Act, ...]
    ratify_within: Limit


class TwoPeople(Clause):
    """Acts that need a proposer and an approver who is somebody else."""

    acts: tuple[Act, ...]
    approvers: tuple[str, ...] = Field(min_length=1)
    """Roles that may approve."""
    waits: bool
    """Whether the act waits for its approval. An urgent act never waits: it is effective, pending."""


class Lowering(Clause):
    """What must hold before a level is confirmed that is better than the one that stands (AMB-15)."""

    sustained: Limit
    """For so long the facts must not have indicated anything worse."""


class Authority(Section):
    """All powers, by decision type (domain.md §3.6 less `decision.`)."""

    decisions: dict[str, tuple[AuthorityRule, ...]]
    joint: Joint
    urgent: Urgent
    two_people: TwoPeople
    lowering: Lowering | None = None
    """None: nothing but the powers themselves."""


class Dated(Section):
    """Holds from a London day to another, both included; without a day, always."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Member(Dated):
    """A seat in a body."""

    organisation: str
    roles: tuple[str, ...]


class Deputy(Dated):
    """Who acts in a body for a role that is away."""

    acts_for: str
    """The role that is away."""
    organisation: str
    role: str
    """Whose holders act for it."""


class Body(Clause):
    """A meeting or an office that decides."""

    name: str
    aliases: tuple[str, ...] = ()
    every: Limit | None = None
    """How often it meets. None: it is an office, not a meeting."""
    quorum: int = Field(1, ge=1)
    chair: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    deputies: tuple[Deputy, ...] = ()


class Asks(Section):
    """What asks for a meeting: each of what is given does so by itself."""

    indicated: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    scales: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By another scale, levels that the facts indicate there at the least."""
    criteria: tuple[str, ...] = ()
    """Criteria of which one is met."""


class Convene(Clause):
    """A reason to bring a provider before a body."""

    body: str
    on: Asks
    within: Limit | None = None


class Response(Clause):
    """Something that a confirmed level sets going. The system raises it; people do it."""

    at: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By scale, levels that must be confirmed there as well. Empty: nothing else must be."""
    task: str
    """Short name in our words."""
    how: Literal["standing", "task", "consider", "may"]
    """standing: goes on while the level holds; task: to be done; consider: to be considered and the answer recorded;
    may: offered, never raised by itself."""
    every: Limit | None = None
    due: Limit | None = None
    closed_by: tuple[str, ...] = ()
    """Decisions that close the task. A recorded reason for not doing it always may (AMB-8)."""


class Follow(Clause):
    """Something that a decision sets going: who must be told, and by whom; which step of a process comes next."""

    task: str
    """Short name in our words."""
    role: str | None = None
    """Who owes it. None: whoever takes it."""
    due: Limit
    unless: str | None = None
    """A field of the decision that says that it was done: `police_liaison`."""
    closed_by: tuple[str, ...] = ()
    """Decisions that close the task; of a step of a process as `lsi.step_recorded:safety_checks`."""


class RestrictionClock(Clause):
    """How long an advisory notice or a suspension has been in place."""

    over_months: int = Field(ge=1)
    gap_days: int = Field(ge=0)
    """A gap shorter than this does not start the clock again."""


class DefaultNoticeClock(Clause):
    """How far back an earlier default notice makes a new one a further one."""

    further_months: int = Field(ge=1, le=13)


class RatingClock(Clause):
    """When a rating is called old."""

    stale_months: int = Field(ge=1)


class FollowUpClock(Clause):
    """How long a significant follow-up action may stay open."""

    months: int = Field(ge=1, le=13)


class OverdueClock(Clause):
    """When something with a day of its own is overdue: that many days after it."""

    overdue_days: int = Field(0, ge=0, le=90)


class ManagerClock(Clause):
    """How long a registered manager may be absent. A vacant post counts at once (rulings 13)."""

    absent_days: int = Field(ge=1, le=365)


class PlacementClock(Clause):
    """When somebody placed in another council's area is looked up."""

    days: int = Field(ge=1, le=365)
    """The first check, counted from the placement."""
    then_months: int | None = Field(None, ge=1, le=13)
    """The checks after it. None: the reviewing officer's own schedule, no clock runs."""


class HostNoticeClock(Clause):
    """How long a host authority's notice may stand before somebody asks it again."""

    ask_days: int = Field(ge=1, le=365)


class ReviewClock(Clause):
    """How often a confirmed level is looked at again."""

    at: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By scale, the levels it holds for: what was confirmed there, else what is. Empty: always."""
    every: Limit
    counts: tuple[Review, ...] = ("level.confirmed",)
    """What counts as having looked."""


Reviews = ReviewClock | Annotated[tuple[ReviewClock, ...], Field(min_length=1)]


class Clocks(Section):
    """All clocks of a policy. One that is not there does not run."""

    restriction: RestrictionClock
    default_notice: DefaultNoticeClock
    rating: RatingClock
    rating_pamms: RatingClock | None = None
    review: dict[str, Reviews]
    """By confirmed level of the primary scale (`none`: no level yet); of several the first that fits."""
    follow_up: FollowUpClock | None = None
    plan: OverdueClock | None = None
    visit: OverdueClock | None = None
    manager: ManagerClock | None = None
    placement_check: PlacementClock | None = None
    host_notice: HostNoticeClock | None = None

    def reviews(self, level: str) -> tuple[ReviewClock, ...]:
        """The review clocks of a level, in the order in which they are tried."""
        found = self.review.get(level, ())
        return (found,) if isinstance(found, ReviewClock) else found

    def review_of(self, level: str, levels: Mapping[str, str]) -> ReviewClock | None:
        """How often a level is looked at again. `levels`: by scale, where the provider is."""
        fits = (each for each in self.reviews(level) if all(levels.get(name) in at for name, at in each.at.items()))
        return next(fits, None)
