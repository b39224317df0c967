"""Contact with services, people's own voice: K6, K15. Pure."""

from collections.abc import Iterator
from datetime import date

from services.governance.measures.asked import MONTHS, Asked
from services.governance.measures.contracts_seen import running
from services.governance.measures.item import Item
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import carried_over, visits, voice
from shared.policies.gathering import MinimumContact

VOICES = ("person", "family", "carer", "advocate", "questionnaire")


def contacted(place: Place, asked: Asked) -> Iterator[Item]:
    """K6: services with whom there was contact within the policy's minimum (HER-18, LGA-17, SAL-10)."""
    if place.pack is None:
        return
    minimum = place.pack.minimum_contact
    for service in place.open(asked):
        if minimum.commissioning and service.about.get("commissioning") not in minimum.commissioning:
            continue
        yield _contacted(service, minimum, asked)


def _contacted(service: Service, minimum: MinimumContact, asked: Asked) -> Item:
    last = max((day for day in _contacts(service, minimum) if day <= asked.last), default=None)
    when = f"last on {last}" if last else "none is on the record"
    if minimum.mid_term and (term := _term(service, asked.last)) is not None:
        begun, middle = term
        if last is not None and last >= begun:
            return Item(service.provider_id, "yes", when)
        if asked.last > middle:
            return Item(service.provider_id, "no", f"{when}, owed by the contract's middle, {middle}")
        return Item(service.provider_id, "not_due", f"owed by the contract's middle, {middle}")
    after = calendar.add_months(asked.last, -minimum.months)
    if last is not None and last > after:
        return Item(service.provider_id, "yes", when)
    if service.known_from > after:
        return Item(service.provider_id, "unknown", f"{when}; known here since {service.known_from} only")
    return Item(service.provider_id, "no", when)


def _contacts(service: Service, minimum: MinimumContact) -> Iterator[date]:
    if "visit.completed" in minimum.counts:
        yield from (fact.day for fact, _ in service.of(visits.VisitCompleted))
    if "contact.recorded" in minimum.counts:
        yield from (data.on or fact.day for fact, data in service.of(visits.ContactRecorded))
    for _, carried in service.of(carried_over.CarriedOverRecorded):
        if carried.last_contact is not None:
            yield carried.last_contact


def _term(service: Service, day: date) -> tuple[date, date] | None:
    """The first day and the middle of the newest contract that runs; None where its term is not recorded."""
    found = []
    for _, data in running(service, day).values():
        middle = data.mid_term_on
        if middle is None and data.starts_on is not None and data.ends_on is not None:
            middle = data.starts_on + (data.ends_on - data.starts_on) // 2
        if data.starts_on is not None and middle is not None and middle > service.known_from:
            found.append((data.starts_on, middle))
    return max(found, default=None)


def voices(place: Place, asked: Asked) -> Iterator[Item]:
    """K15: services of which people who use them, or those close to them, have said how they are."""
    after = calendar.add_months(asked.last, -MONTHS)
    for service in place.open(asked):
        said = [
            fact.day
            for fact, data in service.of(voice.FeedbackReceived)
            if data.voice in VOICES and after < fact.day <= asked.last
        ]
        if said:
            yield Item(service.provider_id, "yes", f"last heard on {max(said)}")
        elif service.known_from > after:
            yield Item(service.provider_id, "unknown", f"nothing yet; known here since {service.known_from} only")
        else:
            yield Item(service.provider_id, "no", "nothing was heard")
