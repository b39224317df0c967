"""The decisions about one provider: proposed, agreed to, in effect, declined. The aggregate of the event store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from services.governance.domain import standing as standings
from services.governance.domain.standing import Standing
from services.governance.domain.taken import (
    ENDING,
    IMPOSING,
    OPEN,
    STANDING_RULE,
    WITHOUT_REASON,
    BeforeWhatStands,
    Given,
    InTheFuture,
    NoSuchDecision,
    NothingToChange,
    ReasonMissing,
    Status,
    Taken,
    subject_of,
)
from shared import identifiers
from shared.events import Sealed, carried_over, decisions, processes, registry


class ProviderCase(Aggregate):
    """A decision takes effect once, and only when what it needs was given by people who differ.

    Stored events hold the very data that is published, so that a lost event store can be made whole from the ledger.
    """

    @staticmethod
    def create_id(provider_id: str) -> UUID:
        """The id of a provider's case follows from the provider's."""
        return identifiers.derived_id("provider-case", provider_id)

    @event("Opened")
    def __init__(self, provider_id: str, place: str) -> None:
        self.provider_id = provider_id
        self.place = place
        self.standing = Standing()
        self.decisions: dict[str, Taken] = {}
        self.carried: tuple[str, ...] = ()
        """Records of what stood on the day of going live, that were taken in."""

    # -- commands ---------------------------------------------------------------------------------------------------

    def propose(self, step: decisions.DecisionProposed, at: datetime, *, ratify_by: date | None = None) -> None:
        """Take a decision. It takes effect at once if nothing is owed, or if `ratify_by` says that it does not wait.

        Raises ReasonMissing, InTheFuture, BeforeWhatStands, NothingToChange.
        """
        if step.decision_id in self.decisions:
            return  # the same decision again: nothing happens twice
        effective = self._effective(step, at)
        for older in tuple(self.decisions.values()):
            if older.status == "proposed" and subject_of(older.proposal.decision) == subject_of(step.decision):
                self._decline(older, at, because="superseded")
        self._proposed(step=registry.dumped(step), at=at)
        taken = self.decisions[step.decision_id]
        if not taken.owes or ratify_by is not None:
            self._take_effect(taken, effective, ratify_by if taken.owes else None)

    def answer(
        self,
        decision_id: str,
        given: Given,
        at: datetime,
        *,
        organisation: str,
        actor: str,
        agrees: bool,
        rationale: Sealed | None = None,
    ) -> None:
        """Another organisation consents or ratifies, or the second person approves; or refuses, which closes it.

        A refused protective act ends at `at` (rulings 17, 19, 23). Raises NoSuchDecision, NotOpen, NotAsked,
        SamePerson, ReasonMissing.
        """
        taken = self.decision(decision_id)
        taken.must_ask(given, organisation, actor)
        if not agrees and rationale is None:
            raise ReasonMissing("say why: a refusal is not kept without its reason")
        says: dict[str, Any] = {"actor": actor, "rationale": rationale}
        if taken.status == "effective_pending_ratification":
            model = decisions.DecisionRatified if agrees else decisions.DecisionRatificationRefused
            record = self._ratified if agrees else self._ratification_refused
            self._step(record, model, taken, at, by_organisation=organisation, **says)
        elif agrees:
            says |= {"consenting_organisation": organisation, "given_as": given}
            self._step(self._consented, decisions.DecisionConsented, taken, at, **says)
            self._complete(decision_id, at)
        else:
            self._decline(taken, at, because="refused", by_organisation=organisation, **says)

    def abandon(self, decision_id: str, at: datetime) -> None:
        """What a pending decision was based on has changed, so that it may not take effect any more."""
        self._decline(self.decision(decision_id), at, because="basis_changed")

    def carry_over(self, said: carried_over.CarriedOverRecorded, record: str) -> None:
        """Take in what stood before the first event, once. `record`: the event that says it. It alarms nobody."""
        if record not in self.carried:
            self._carried_over(step=registry.dumped(said), record=record)

    # -- questions --------------------------------------------------------------------------------------------------

    def decision(self, decision_id: str) -> Taken:
        """Raises NoSuchDecision."""
        try:
            return self.decisions[decision_id]
        except KeyError:
            raise NoSuchDecision(f"there is no decision {decision_id}") from None

    @property
    def number(self) -> int:
        """The case's version, 0 while nothing was decided."""
        return self.version if self.decisions or self.carried else 0

    @property
    def pending(self) -> tuple[Taken, ...]:
        """Decisions that wait for somebody. An act that was lifted meanwhile waits no more."""
        awaited = {one.decision_id for one in self.standing.active_restrictions if one.ratify_by}
        return tuple(
            taken
            for name, taken in self.decisions.items()
            if taken.status in OPEN and (taken.status == "proposed" or name in awaited)
        )

    def recommended_by_another(self, decision: decisions.Decision, actor: str) -> bool:
        """Whether somebody else recommended this, since the last such restriction: it counts as the second person."""
        if isinstance(decision, processes.LsiAuthorised):
            lsi = self.standing.lsis.get(decision.lsi_id)
            return lsi is not None and lsi.recommended_by not in (None, actor)
        since = max((one.since for one in self.standing.restrictions), default=None)
        return decision.type in IMPOSING and any(
            isinstance(taken.proposal.decision, decisions.SuspensionConsidered)
            and taken.proposal.decision.outcome == "impose"
            and taken.proposal.actor != actor
            and taken.effective is not None
            and (since is None or taken.effective > since)
            for taken in self.decisions.values()
        )

    # -- what happened ----------------------------------------------------------------------------------------------

    @event("Proposed")
    def _proposed(self, step: dict[str, Any], at: datetime) -> None:
        proposal = decisions.DecisionProposed.model_validate(step)
        self.decisions[proposal.decision_id] = Taken(
            proposal, at, needs=frozenset(proposal.consents_needed), approval_owed=proposal.approval_needed
        )

    @event("Consented")
    def _consented(self, step: dict[str, Any], at: datetime) -> None:  # noqa: ARG002 - kept in the event
        given = decisions.DecisionConsented.model_validate(step)
        self._agreed(given.decision_id, given.consenting_organisation, given.actor)

    @event("TookEffect")
    def _took_effect(self, step: dict[str, Any], at: datetime) -> None:
        effect = decisions.DecisionTookEffect.model_validate(step)
        status: Status = "effective_pending_ratification" if effect.pending_ratification else "effective"
        self._change(effect.decision_id, status=status, effective=at, ratify_by=effect.ratify_by)
        self.standing = standings.take(self.standing, effect, at)

    @event("Declined")
    def _declined(self, step: dict[str, Any], at: datetime) -> None:  # noqa: ARG002 - kept in the event
        refused = step.get("because", "refused") == "refused"
        self._change(step["decision_id"], status="declined", needs=frozenset(), approval_owed=False, refused=refused)

    @event("Ratified")
    def _ratified(self, step: dict[str, Any], at: datetime) -> None:  # noqa: ARG002 - kept in the event
        given = decisions.DecisionRatified.model_validate(step)
        self._agreed(given.decision_id, given.by_organisation, given.actor)
        if not self.decisions[given.decision_id].owes:
            self._change(given.decision_id, status="effective")
            self.standing = standings.ratified(self.standing, given.decision_id)

    @event("RatificationRefused")
    def _ratification_refused(self, step: dict[str, Any], at: datetime) -> None:
        self._change(step["decision_id"], status="ratification_refused", needs=frozenset(), approval_owed=False)
        self.standing = standings.refused(self.standing, step["decision_id"], at)

    @event("CarriedOver")
    def _carried_over(self, step: dict[str, Any], record: str) -> None:
        said = carried_over.CarriedOverRecorded.model_validate(step)
        self.carried = (*self.carried, record)
        self.standing = standings.carried(self.standing, said, record, self._ended)

    # -- inside -----------------------------------------------------------------------------------------------------

    @property
    def _ended(self) -> frozenset[str]:
        """What was lifted or withdrawn, by its id."""
        names = (
            getattr(taken.proposal.decision, "suspension_id", None)
            or getattr(taken.proposal.decision, "notice_id", None)
            for taken in self.decisions.values()
            if taken.effective is not None and taken.proposal.decision.type in ENDING
        )
        return frozenset(name for name in names if name)

    def _change(self, decision_id: str, **changes: Any) -> None:
        self.decisions[decision_id] = replace(self.decisions[decision_id], **changes)

    def _agreed(self, decision_id: str, organisation: str, actor: str | None) -> None:
        taken = self.decisions[decision_id]
        agreed = {**taken.agreed, organisation: actor}
        # Any second person's agreement counts as the approval (rulings 19).
        self._change(decision_id, needs=taken.needs - {organisation}, agreed=agreed, approval_owed=False)

    def _step(
        self, record: Callable[..., None], model: type[decisions.DecisionEvent], taken: Taken, at: datetime, **says: Any
    ) -> None:
        names = taken.proposal.model_dump(include=set(decisions.DecisionEvent.model_fields))
        record(step=registry.dumped(model.model_validate(names | says)), at=at)

    def _complete(self, decision_id: str, at: datetime) -> None:
        taken = self.decisions[decision_id]
        if not taken.owes:
            self._take_effect(taken, max(taken.proposal.effective_at or at, at))

    def _take_effect(self, taken: Taken, at: datetime, ratify_by: date | None = None) -> None:
        says = {"evidence": taken.proposal.evidence, "pending_ratification": ratify_by is not None}
        self._step(self._took_effect, decisions.DecisionTookEffect, taken, at, ratify_by=ratify_by, **says)

    def _decline(self, taken: Taken, at: datetime, **says: Any) -> None:
        self._step(self._declined, decisions.DecisionDeclined, taken, at, **says)

    def _effective(self, step: decisions.DecisionProposed, at: datetime) -> datetime:
        """When it would take effect: as it says, or now; but never before what stands (clocks of two hosts differ)."""
        since = standings.stands_since(self.standing, step.decision)
        effective = step.effective_at or max(at, since or at)
        reasoned = step.decision.type in WITHOUT_REASON or step.body == STANDING_RULE
        if not reasoned and step.rationale is None:
            raise ReasonMissing("say why: a decision is not kept without its reason")
        if step.effective_at is not None and step.effective_at > at:
            raise InTheFuture("a decision takes effect when it is taken, or from a past moment")
        if (problem := standings.unfit(self.standing, step.decision)) is not None:
            raise NothingToChange(problem)
        if since is not None and effective < since:
            raise BeforeWhatStands(f"what stands took effect at {since.isoformat()}: a decision cannot go behind it")
        return effective
