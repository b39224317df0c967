"""How long restrictions last: K8 (HER-L3.g, AMB-7, rulings 9). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.governance.measures.asked import Asked
from services.governance.measures.item import Item
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import carried_over, decisions

USUAL_MONTHS, USUAL_GAP = 3, 28
"""Where no policy is in force: AMB-7, rulings 9."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Days without a gap on which placements were restricted."""

    reference: str
    begun: date
    body: str | None = None
    ended: date | None = None
    decision_id: str = ""


def restrictions(service: Service) -> list[Spell]:
    """Every restriction by itself."""
    found: dict[str, Spell] = {}
    kinds = (decisions.DecisionTookEffect, decisions.DecisionRatificationRefused, carried_over.CarriedOverRecorded)
    for fact, data in service.of(*kinds):
        match data:
            case carried_over.CarriedOverRecorded(restrictions=carried):
                found = {one.suspension_id: Spell(one.suspension_id, one.since) for one in carried} | found
            case decisions.DecisionTookEffect(decision=decisions.SuspensionImposed(suspension_id=name)):
                found[name] = Spell(name, fact.day, data.body, decision_id=data.decision_id)
            case decisions.DecisionTookEffect(decision=decisions.SuspensionLifted(suspension_id=name)):
                if name in found:
                    found[name] = replace(found[name], ended=fact.day)
            case decisions.DecisionRatificationRefused(decision_id=decision):
                for one in [one for one in found.values() if one.decision_id == decision and one.ended is None]:
                    found[one.reference] = replace(one, ended=fact.day)
    return sorted(found.values(), key=lambda one: one.begun)


def spells(service: Service, gap_days: int) -> list[Spell]:
    """As one clock counts them: a gap shorter than this does not start it again."""
    found: list[Spell] = []
    for one in restrictions(service):
        last = found[-1] if found else None
        if last is None or (last.ended is not None and (one.begun - last.ended).days >= gap_days):
            found.append(one)
        else:
            ended = None if last.ended is None or one.ended is None else max(last.ended, one.ended)
            found[-1] = replace(last, ended=ended)
    return found


def lasting(place: Place, asked: Asked) -> Iterator[Item]:
    """K8: of each time of restrictions that ran in the period, whether it ended within the policy's months."""
    clock = place.pack.clocks.restriction if place.pack else None
    months, gap = (clock.over_months, clock.gap_days) if clock else (USUAL_MONTHS, USUAL_GAP)
    for service in place.services:
        for spell in spells(service, gap):
            if spell.begun > asked.last or (spell.ended is not None and spell.ended < asked.first):
                continue
            limit, end = calendar.add_months(spell.begun, months), spell.ended or asked.last
            days, since = float((end - spell.begun).days), f"since {spell.begun}"
            if end > limit:
                until = f"to {spell.ended}" if spell.ended else "and still in place"
                why = f"{since} {until}: over {months} months"
                yield Item(service.provider_id, "no", why, spell.reference, days, spell.body)
            elif spell.ended is None:
                yield Item(service.provider_id, "not_due", f"{since}, in place", spell.reference, days, spell.body)
            else:
                yield Item(service.provider_id, "yes", f"{since} to {spell.ended}", spell.reference, days, spell.body)
