"""Improvement plans: drafted, agreed, worked through, signed off by both (domain.md §3.6, LGA-10, HER-26, CAL-22)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published

READERS = ("risk", "governance")


class Plan(Data):
    """What every step names."""

    plan_id: str = Field(min_length=1, max_length=200)
    actor: str | None = None
    """Who took this step, by a keyed pseudonym."""


class Action(Plan):
    """What every step of an action names."""

    action_id: str = Field(min_length=1, max_length=200)


@published("plan.drafted", topic="ledger", writers=("governance",), readers=READERS)
class PlanDrafted(Plan):
    """A plan is being drawn up."""

    source: Literal["visit", "assessment", "safeguarding", "lsi", "default_notice", "level", "provider", "other"]
    title: Sealed | None = None
    supersedes: str | None = None
    """The plan that this one takes the place of."""
    carried_over: bool = False
    """Whether it was under way on the day of going live (rulings 30)."""
    evidence: tuple[str, ...] = Field((), max_length=50)


@published("plan.agreed", topic="ledger", writers=("governance",), readers=READERS)
class PlanAgreed(Plan):
    """Agreed with the provider: its timescales run."""

    agreed_on: date
    due: date
    """Everything is to be done by then."""
    agreed_by_role: words.Role | None = None


@published("plan.action_added", topic="ledger", writers=("governance",), readers=READERS)
class PlanActionAdded(Action):
    """Something is to be done."""

    due: date
    issue: Sealed | None = None
    themes: words.Themes = ()
    owner_role: words.Role | None = None
    significant: bool = True
    """OXF-8 counts those: closed within three months."""
    safeguarding: bool = False
    """It comes from safeguarding (CAL-22)."""


@published("plan.action_progressed", topic="ledger", writers=("governance",), readers=READERS)
class PlanActionProgressed(Action):
    """A review of one action: how far it is."""

    progress: Literal["none", "some", "most"]
    barrier: Sealed | None = None
    support_offered: Sealed | None = None
    """LGA-11."""


@published("plan.action_closed", topic="ledger", writers=("governance",), readers=READERS)
class PlanActionClosed(Action):
    """An action is done, or will not be."""

    outcome: Literal["done", "not_done", "no_longer_needed"]
    evidence: Sealed | None = None


@published("plan.extended", topic="ledger", writers=("governance",), readers=READERS)
class PlanExtended(Plan):
    """More time was agreed: for the whole plan, or for one action."""

    due: date
    action_id: str | None = Field(None, max_length=200)
    reason: Sealed | None = None


@published("plan.submitted_for_signoff", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="the provider's word that it is done; what counts is that both sign")  # fmt: skip
class PlanSubmittedForSignoff(Plan):
    """The provider says that the plan is done."""

    statement: Sealed | None = None


@published("plan.signed_off", topic="ledger", writers=("governance",), readers=READERS)
class PlanSignedOff(Plan):
    """One of the two signatures (LGA-10, rulings 25): two events, by two people."""

    by: Literal["provider", "council"]
    signed_on: date
    signed_by_role: words.Role
    recorded_for_provider: bool = False
    """An officer recorded the provider's signed copy."""


@published("plan.breached", topic="ledger", writers=("governance",), readers=READERS)
class PlanBreached(Plan):
    """Its timescales were not met, or nothing moves (HER-L2.f, HER-L3.d)."""

    because: Literal["timescale_missed", "no_progress"]
    after_extension: bool = False
    actions: tuple[str, ...] = Field((), max_length=200)


@published("plan.closed", topic="ledger", writers=("governance",), readers=READERS)
class PlanClosed(Plan):
    """The plan ended."""

    outcome: Literal["completed", "superseded", "service_closed", "abandoned"]
    superseded_by: str | None = None
