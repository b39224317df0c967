"""Decisions that wait for the other organisation: K10 (HER-10, SAL-9). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.governance.domain import deadlines
from services.governance.measures.asked import Asked
from services.governance.measures.item import Item, Outcome
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import decisions
from shared.policies.section import Limit

USUAL = Limit(working_days=2)
"""Where no policy is in force: domain.md §3.7, A15."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was asked of the other organisation: a consent, or to ratify a protective act."""

    decision_id: str
    body: str
    asked_at: datetime
    needs: frozenset[str]
    restriction: str | None = None
    """Of a protective act: the suspension that waits to be ratified."""
    answered_at: datetime | None = None


def asked_for(service: Service) -> list[Waiting]:
    """Every decision that needed the other organisation, and when it had its answer."""
    found: dict[str, Waiting] = {}
    kinds = (
        decisions.DecisionProposed, decisions.DecisionConsented, decisions.DecisionDeclined,
        decisions.DecisionTookEffect, decisions.DecisionRatified, decisions.DecisionRatificationRefused,
    )  # fmt: skip
    # As they were recorded: a decision is proposed before it is answered, whatever its time.
    for fact, data in sorted(service.of(*kinds), key=lambda one: one[0].recorded):
        name = data.decision_id
        match data:
            case decisions.DecisionProposed() if data.consents_needed:
                paused = data.decision.suspension_id if isinstance(data.decision, decisions.SuspensionImposed) else None
                found[name] = Waiting(name, data.body, fact.at, frozenset(data.consents_needed), paused)
            case decisions.DecisionTookEffect(decision=decisions.SuspensionLifted(suspension_id=lifted)):
                # Lifted before anybody answered: it waits for nobody any more.
                found = {key: one for key, one in found.items() if one.answered_at or one.restriction != lifted}
            case decisions.DecisionProposed():
                continue
            case _ if name not in found or found[name].answered_at is not None:
                continue
            case decisions.DecisionConsented(given_as="consent", consenting_organisation=who):
                found[name] = _less(found[name], who, fact.at)
            case decisions.DecisionRatified(by_organisation=who):
                found[name] = _less(found[name], who, fact.at)
            case decisions.DecisionDeclined() | decisions.DecisionRatificationRefused():
                found[name] = _less(found[name], None, fact.at)
    return list(found.values())


def _less(one: Waiting, who: str | None, at: datetime) -> Waiting:
    needs = one.needs - {who} if who is not None else frozenset[str]()
    return replace(one, needs=needs, answered_at=None if needs else at)


def in_time(place: Place, asked: Asked) -> Iterator[Item]:
    """K10a: of each consent whose time ended in the period, whether the answer came within it."""
    limit = place.pack.authority.joint.remind_after if place.pack else USUAL
    for service in place.services:
        for one in asked_for(service):
            due = deadlines.last_day(limit, one.asked_at)
            came = None if one.answered_at is None else calendar.london_date(one.answered_at)
            if due > asked.last and came is None:
                yield Item(service.provider_id, "not_due", f"due by {due}", one.decision_id, body=one.body)
            elif asked.holds(due):
                yield _answered(service, one, due, came)


def _answered(service: Service, one: Waiting, due: date, came: date | None) -> Item:
    days = None if came is None else float((came - calendar.london_date(one.asked_at)).days)
    if came is None:
        return Item(service.provider_id, "no", f"not answered, due by {due}", one.decision_id, body=one.body)
    outcome: Outcome = "yes" if came <= due else "no"
    why = f"answered on {came}, due by {due}"
    return Item(service.provider_id, outcome, why, one.decision_id, days, one.body)


def pending(place: Place, asked: Asked) -> Iterator[Item]:  # noqa: ARG001 - of the kind of a measure
    """K10b: what waits at the end of the period."""
    for service in place.services:
        for one in asked_for(service):
            if one.answered_at is None:
                since, who = calendar.london_date(one.asked_at), " and ".join(sorted(one.needs))
                yield Item(service.provider_id, "yes", f"for {who} since {since}", one.decision_id, body=one.body)
