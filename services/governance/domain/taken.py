"""One decision and where it stands in its life, and why a case refuses a command. Values of the provider case; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from shared.events import decisions, processes

Status = Literal["proposed", "effective", "effective_pending_ratification", "declined", "ratification_refused"]
Given = Literal["consent", "approval"]
OPEN = ("proposed", "effective_pending_ratification")
IMPOSING = ("suspension.imposed", "suspension.agreed_voluntary", "suspension.phased")
BEGINNING = (*IMPOSING, "default_notice.served", "default_notice.further")
ENDING = ("suspension.lifted", "default_notice.satisfied", "default_notice.withdrawn")
STANDING_RULE = "standing-rule"
"""In a body's and a role's place: the policy itself says that it follows at once (rulings 24)."""
WITHOUT_REASON = ("lead_org.agreed", "lsi.step_recorded", "contract_review.held")


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that a body took."""

    proposal: decisions.DecisionProposed
    at: datetime
    status: Status = "proposed"
    needs: frozenset[str] = frozenset()
    """Organisations whose consent (after an urgent act: whose ratification) is still owed."""
    agreed: Mapping[str, str | None] = field(default_factory=dict)
    """Organisation → the person (a pseudonym) who agreed for it."""
    approval_owed: bool = False
    effective: datetime | None = None
    ratify_by: date | None = None
    refused: bool = False
    """Of one that is declined: whether somebody refused it."""

    @property
    def owes(self) -> bool:
        """Whether somebody has still to agree."""
        return bool(self.needs) or self.approval_owed

    @property
    def people(self) -> frozenset[str | None]:
        """Everyone who has taken a step for it."""
        return frozenset({self.proposal.actor, *self.agreed.values()})

    def must_ask(self, given: Given, organisation: str, actor: str) -> None:
        """Raises NotOpen, NotAsked or SamePerson unless this person's answer is what the decision waits for."""
        if self.status not in OPEN:
            raise NotOpen(f"this decision is {self.status} already")
        if given == "approval" and not self.approval_owed:
            raise NotAsked("this decision needs no approval")
        if given == "consent" and organisation not in self.needs:
            owed = ", ".join(sorted(self.needs)) or "nobody"
            raise NotAsked(f"this decision does not wait for {organisation}, but for {owed}")
        if actor in self.people:
            raise SamePerson("two different people must agree, and this person has taken a step already")


def subject_of(decision: decisions.Decision) -> tuple[str, str]:
    """What a decision is about: a newer one on the same subject supersedes the pending one."""
    kind, _, act = decision.type.partition(".")
    subject = (kind, "new" if decision.type in BEGINNING else act)
    match decision:
        case decisions.LevelConfirmed(scale=scale) | decisions.LevelOverridden(scale=scale):
            subject = ("level", scale)
        case decisions.LeadOrganisationAgreed(scope=scope):
            subject = ("lead_org", scope)
        case decisions.SuspensionVaried(suspension_id=named) | decisions.SuspensionLifted(suspension_id=named):
            subject = ("suspension", named)
        case decisions.DefaultNoticeEnded(notice_id=named):
            subject = ("default_notice", named)
        case processes.LsiRecommended() | processes.LsiAuthorised() | processes.LsiDeclined() | processes.LsiClosed():
            subject = ("lsi", decision.lsi_id)
        case processes.ShareDecided(audience=audience, event_ids=events):
            subject = ("share", " ".join((audience, *events)))
    return subject


class CaseError(Exception):
    """A command that the case refuses: its sentence says why."""


class NoSuchDecision(CaseError):
    """No decision with this id."""


class NotOpen(CaseError):
    """The decision waits for nobody any more."""


class NotAsked(CaseError):
    """It does not wait for this organisation, or for an approval."""


class SamePerson(CaseError):
    """The same person twice."""


class ReasonMissing(CaseError):
    """A decision without its reason."""


class InTheFuture(CaseError):
    """`effective_at` lies ahead."""


class BeforeWhatStands(CaseError):
    """`effective_at` lies before the decision that stands."""


class NothingToChange(CaseError):
    """What should be changed or ended does not stand."""
