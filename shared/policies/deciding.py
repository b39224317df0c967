"""Who decides what, what a confirmed level sets going, and which clocks run (read by governance and risk)."""

from typing import Literal

from pydantic import Field

from shared.policies.section import Clause, Limit, Section

Organisation = Literal["council", "icb", "nhs"]
NO_LEVEL = "none"
"""The level a provider is at before the first decision."""


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


class Authority(Section):
    """All powers, by decision type (domain.md §3.6 less `decision.`)."""

    decisions: dict[str, tuple[AuthorityRule, ...]]
    joint: Joint
    urgent: Urgent
    two_people: TwoPeople


class Member(Section):
    """A seat in a body."""

    organisation: str
    roles: tuple[str, ...]


class Body(Clause):
    """A meeting or an office that decides."""

    name: str
    aliases: tuple[str, ...] = ()
    every: Limit | None = None
    """How often it meets. None: it is an office, not a meeting."""
    quorum: int = Field(1, ge=1)
    chair: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()


class Asks(Section):
    """What asks for a meeting: exactly what is given must hold."""

    indicated: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()


class Convene(Clause):
    """A reason to bring a provider before a body."""

    body: str
    on: Asks
    within: Limit | None = None


class Response(Clause):
    """Something that a confirmed level sets going. The system raises it; people do it."""

    task: str
    """Short name in our words."""
    how: Literal["standing", "task", "consider", "may"]
    """standing: goes on while the level holds; task: to be done; consider: to be considered and the answer recorded;
    may: offered, never raised by itself."""
    every: Limit | None = None
    due: Limit | None = None
    closed_by: tuple[str, ...] = ()
    """Decisions that close the task. A recorded reason for not doing it always may (AMB-8)."""


class RestrictionClock(Clause):
    """How long an advisory notice or a suspension has been in place."""

    over_months: int = Field(ge=1)
    gap_days: int = Field(ge=0)
    """A gap shorter than this does not start the clock again."""


class DefaultNoticeClock(Clause):
    """How far back an earlier default notice makes a new one a further one."""

    further_months: int = Field(ge=1, le=13)


class RatingClock(Clause):
    """When a CQC rating is called old."""

    stale_months: int = Field(ge=1)


class ReviewClock(Clause):
    """How often a confirmed level is looked at again."""

    every: Limit


class Clocks(Section):
    """All clocks of a policy."""

    restriction: RestrictionClock
    default_notice: DefaultNoticeClock
    rating: RatingClock
    review: dict[str, ReviewClock]
    """By confirmed level."""
