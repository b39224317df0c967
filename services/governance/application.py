"""The use cases about a provider: decide, consent, approve, ratify. Authorised, then kept in one transaction, once."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any
from uuid import UUID

from services.governance import (
    evidence,
    fitting,
    judged,
    matters,
    orders,
    preconditions,
    publish,
    register,
    sitting,
    tasks,
)
from services.governance.asking import Asking, Refused, Reply, Stale, Unknown
from services.governance.domain import authority, deadlines, lowering, meeting_kind
from services.governance.domain.authority import Asker, Question, Verdict
from services.governance.domain.meeting import Meeting
from services.governance.domain.taken import Given, Taken
from services.governance.event_store import Cursor, EventStore, Keep
from services.governance.keeping import Change
from services.governance.once import once
from services.governance.packs import Packs
from shared import calendar, identifiers
from shared.events import Sealed, decisions
from shared.journal.rows import Row
from shared.vault import Vault

SAID_ITSELF = "plan_signed_by_both"
"""Where the council itself says when a level may fall (LGA-10), nothing of ours is asked beside it."""
Seal = Callable[[UUID], Sealed | None]


class Governance:
    """What may be done about a provider. Every method blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs, vault: Vault) -> None:
        self._store, self._packs, self._vault = store, packs, vault

    def decide(self, provider_id: str, order: orders.AnyOrder, asking: Asking) -> Reply:
        """Take a decision. Raises the errors of `asking`, taken.CaseError, journal.Unavailable, UNSURE."""
        command = asking.digest("decide", provider_id, order.model_dump(mode="json"))
        seal = self._sealer(order.rationale, provider_id)
        return once(self._store, asking, command, lambda: self._decide(provider_id, order, asking, seal, command))

    def answer(self, decision_id: str, given: Given, said: orders.Answer, asking: Asking, *, agrees: bool) -> Reply:
        """Consent to, approve or ratify a decision, or refuse to. Raises as `decide` does."""
        try:
            provider_id, place = self._store.where(decision_id)
        except KeyError:
            raise Unknown("no decision of yours has this id") from None
        if place not in asking.places:
            raise Unknown("no decision of yours has this id")
        command = asking.digest(f"{given}:{agrees}", decision_id, said.model_dump(mode="json"))
        seal = self._sealer(said.rationale, provider_id)

        def work() -> Reply:
            change = self._change(provider_id, asking)
            kept = self._answer(change, change.case.decision(decision_id), given, said, agrees=agrees, seal=seal)
            return self._save(change, decision_id, command, **kept)

        return once(self._store, asking, command, work)

    # -- decide -----------------------------------------------------------------------------------------------------

    def _decide(self, provider_id: str, order: orders.AnyOrder, asking: Asking, seal: Seal, command: bytes) -> Reply:
        change = self._change(provider_id, asking)
        case, seen, policy, pack = change.case, change.seen, change.policy, change.policy.pack
        decision_id = identifiers.derived_id("decision", provider_id, asking.scoped_key)
        if str(decision_id) in case.decisions:  # kept before, its key lost with a restored database
            return self._save(change, str(decision_id), command)
        scale = getattr(order, "scale", None) or pack.primary
        decision = orders.decision(order, decision_id, pack.primary, case.standing, seen.indicated(scale))
        if order.effective_at is not None:
            adopted = (one.in_force_from for one in self._store.book(seen.place).adoptions)
            fitting.demand_here(order.effective_at, min(adopted))
        decision = fitting.fit(decision, pack, _levels(change), order.effective_at or asking.at)
        meeting = self._meeting(order.meeting_id, seen.place)
        question = self._question(decision, order.body, change, _seats(meeting, order.item))
        verdict = authority.judge(pack.authority, pack.bodies, asking.asker, question)
        if not verdict.allowed:
            raise Refused(verdict, policy.reference)
        if (early := self._too_early(decision, change, verdict.rule)) is not None:
            raise Refused(early, policy.reference)
        preconditions.demand_evidence(decision, order.evidence)
        evidence.demand(self._store, seen.place, order.evidence)
        sitting.demand(order, meeting, verdict.body, provider_id)
        approval = verdict.approval and not case.recommended_by_another(decision, asking.actor)
        ratify = verdict.ratify_within if verdict.consents or approval else None
        step = decisions.DecisionProposed(
            decision_id=str(decision_id),
            decision=decision,
            body=verdict.body,
            organisation=asking.organisation,
            role=verdict.role,
            deputy=verdict.deputy,
            policy_digest=policy.adoption.digest,
            actor=asking.actor,
            rationale=seal(publish.step_id(str(decision_id), "Proposed")),
            evidence=order.evidence or ((seen.assessed,) if seen.assessed else ()),
            consents_needed=verdict.consents,
            approval_needed=approval,
            effective_at=order.effective_at,
            commissioning=seen.commissioning,
            rule=verdict.rule,
            version_seen=seen.version(case.number),
            meeting_id=order.meeting_id,
            item=order.item,
        )
        case.propose(step, asking.at, ratify_by=deadlines.last_day(ratify, asking.at) if ratify else None)
        return self._save(change, str(decision_id), command)

    # -- answer -----------------------------------------------------------------------------------------------------

    def _answer(
        self, change: Change, taken: Taken, given: Given, said: orders.Answer, *, agrees: bool, seal: Seal
    ) -> dict[str, str]:
        asking, case, powers = change.asking, change.case, change.policy.pack.authority
        organisation = said.organisation or asking.organisation
        if taken.approval_owed and taken.status != "proposed" and organisation not in taken.needs:
            given = "approval"  # of a protective act the second person ratifies too
        if given == "approval":
            organisation = asking.organisation
            verdict = authority.may_approve(powers, asking.asker, change.seen.commissioning)
        else:
            under = authority.rule_of(powers, taken.proposal.decision.type, taken.proposal.rule)
            verdict = authority.may_consent(powers, asking.asker, organisation, under)
        if not verdict.allowed:
            raise Refused(verdict, change.policy.reference)
        taken.must_ask(given, organisation, asking.actor)
        decision_id = taken.proposal.decision_id
        if agrees and taken.status == "proposed" and (changed := self._basis_changed(taken, change)):
            case.abandon(decision_id, asking.at)
            return {"reason": changed}
        rationale = seal(_answer_id(taken, given, organisation, agrees))
        case.answer(
            decision_id, given, asking.at,
            organisation=organisation, actor=asking.actor, agrees=agrees, rationale=rationale,
        )  # fmt: skip
        return {}

    # -- both -------------------------------------------------------------------------------------------------------

    def _change(self, provider_id: str, asking: Asking) -> Change:
        seen = register.provider(self._store, provider_id, asking.places)
        policy = self._packs.in_force(seen.place, calendar.london_date(asking.at))
        case = self._store.case(provider_id, seen.place)
        version = seen.version(case.number)
        if asking.if_match is not None and asking.if_match != version:
            raise Stale(f"the page that this was decided on is not the present one, which is {version}")
        waited = {taken.proposal.decision_id: taken for taken in case.pending}
        return Change(case, case.standing, waited, seen, policy, asking)

    def _save(self, change: Change, decision_id: str, command: bytes, **more: Any) -> Reply:
        case, asking = change.case, change.asking
        taken = case.decision(decision_id)
        reply = more | {
            "decision_id": decision_id,
            "place": change.seen.place,
            "status": taken.status,
            "consents_needed": sorted(taken.needs),
            "approval_needed": taken.approval_owed,
            "version": change.seen.version(case.number),
        }
        if taken.ratify_by and taken.status == "effective_pending_ratification":
            reply["ratify_by"] = taken.ratify_by.isoformat()
        owed = tasks.follow(self._store, case, change.policy.pack, asking.at)
        # Saving empties the lists of pending events, before the recorder is reached.
        rows = partial(_rows, change, tuple(case.pending_events), matters.pending(owed))
        self._store.save(case, *owed, keep=Keep(rows, asking.scoped_key, command, 201, reply))
        return Reply(201, reply)

    def _question(self, decision: decisions.Decision, body: str, change: Change, seats: int | None) -> Question:
        standing, primary = change.case.standing, change.policy.pack.primary
        at = standing.levels.get(getattr(decision, "scale", primary))
        kind = getattr(decision, "kind", None)
        if isinstance(decision, decisions.SuspensionLifted):
            named = decision.suspension_id
            kind = next((one.kind for one in standing.active_restrictions if one.suspension_id == named), None)
        before = preconditions.on_record(self._store, change.case, decision, change.policy.pack, change.asking.at)
        day = calendar.london_date(change.asking.at)
        return Question(decision, body, at.level if at else None, change.seen.commissioning, kind, before, day, seats)

    def _too_early(self, decision: decisions.Decision, change: Change, power: str) -> Verdict | None:
        """A better level than the one that stands wants facts that bear it (AMB-15): the refusal, or None."""
        allowed = authority.rule_of(change.policy.pack.authority, decision.type, power)
        if allowed is not None and SAID_ITSELF in allowed.needs:
            return None
        pack, scale = change.policy.pack, getattr(decision, "scale", "")
        rule, order = pack.authority.lowering, pack.scales[scale].order if scale in pack.scales else ()
        if rule is None or not lowering.is_lower(decision, change.before.levels.get(scale), order):
            return None
        with self._store.reading() as cursor:
            plan = matters.newest(cursor, "plan", change.seen.provider_id)
        found = judged.indicated(self._store, change.seen.provider_id, scale)
        why = lowering.why_not(rule, getattr(decision, "level", ""), order, found, plan=plan, at=change.asking.at)
        return None if why is None else Verdict(allowed=False, rule=rule.id, why=why)

    def _meeting(self, meeting_id: str | None, place: str) -> Meeting | None:
        found = self._store.matter(meeting_kind.KIND.name, meeting_id) if meeting_id else None
        state: Meeting | None = found.state if found is not None and found.place == place else None
        return state

    def _basis_changed(self, taken: Taken, change: Change) -> str | None:
        """Why a pending decision may not take effect any more: it is judged again by what holds now."""
        step, pack = taken.proposal, change.policy.pack
        asker = Asker(step.organisation, frozenset({step.role}))
        seats = _seats(self._meeting(step.meeting_id, change.seen.place), step.item)
        asked = self._question(step.decision, step.body, change, seats)
        verdict = authority.judge(pack.authority, pack.bodies, asker, asked)
        if verdict.allowed:  # since it was proposed the facts may have got worse
            verdict = self._too_early(step.decision, change, verdict.rule) or verdict
        if not verdict.allowed:
            return f"what it was based on has changed: {verdict.why}"
        if further := set(verdict.consents) - set(step.consents_needed):
            return f"what it was based on has changed: it now needs the consent of {' and '.join(sorted(further))}"
        return None

    def _sealer(self, text: str | None, provider_id: str) -> Seal:
        """Seals once, however often the command is tried."""

        @cache
        def seal(event_id: UUID) -> Sealed | None:
            return None if text is None else self._vault.seal_sync(text, event_id=event_id, subjects=[provider_id])

        return seal


def _rows(change: Change, events: tuple[Any, ...], owed: matters.Pending, cursor: Cursor) -> list[Row]:
    """The decision first: what it sets going follows."""
    return change.rows(events, cursor) + matters.rows_of_all(owed, change.asking, cursor)


def _levels(change: Change) -> dict[str, str]:
    """By scale, where the provider is; where nobody said, what is indicated."""
    found = {scale: change.seen.indicated(scale).max for scale in change.policy.pack.scales}
    known = {scale: level for scale, level in found.items() if level is not None}
    return known | {scale: one.level for scale, one in change.case.standing.levels.items()}


def _seats(meeting: Meeting | None, item: str | None) -> int | None:
    """How many seats were taken at the meeting, as far as anybody said who was there."""
    return meeting.counted_under(item) if meeting is not None and meeting.attendees else None


def _answer_id(taken: Taken, given: Given, organisation: str, agrees: bool) -> UUID:
    decision_id = taken.proposal.decision_id
    if taken.status == "proposed":
        name, who = ("Consented", given + organisation) if agrees else ("Declined", organisation)
    else:
        name, who = ("Ratified" if agrees else "RatificationRefused"), organisation
    return publish.step_id(decision_id, name, who)
