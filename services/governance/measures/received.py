"""How well what comes in can be used: K18. Pure."""

from collections.abc import Iterator

from services.governance.measures.asked import Asked
from services.governance.measures.indication import Judged
from services.governance.measures.item import Item
from services.governance.measures.record import Fact, Place, Service
from services.governance.measures.themes import THEMED, themes_of
from shared.events import vocabulary

LATE_DAYS = 7
"""Ours: what is recorded later than this after it happened is late."""


def _themed(service: Service, asked: Asked) -> list[Fact]:
    return [fact for fact, _ in service.of(*THEMED) if asked.holds(fact.day)]


def classified(place: Place, asked: Asked) -> Iterator[Item]:
    """K18a: of what came in with themes, what has themes that we know."""
    for service in place.services:
        found = _themed(service, asked)
        lost = sum(vocabulary.UNCLASSIFIED in themes_of(fact.data) for fact in found)
        if known := len(found) - lost:
            yield Item(service.provider_id, "yes", "with known themes", count=known)
        if lost:
            yield Item(service.provider_id, "no", "with a theme that nobody knows", count=lost)


def prompt(place: Place, asked: Asked) -> Iterator[Item]:
    """K18b: of what came in live with themes, what was recorded within seven days of when it happened."""
    for service in place.services:
        found = [fact for fact in _themed(service, asked) if fact.live]
        late = sum((fact.recorded - fact.at).days >= LATE_DAYS for fact in found)
        if soon := len(found) - late:
            yield Item(service.provider_id, "yes", f"within {LATE_DAYS} days", count=soon)
        if late:
            yield Item(service.provider_id, "no", f"later than {LATE_DAYS} days", count=late)


def processed(place: Place, asked: Asked) -> Iterator[Item]:
    """K18c: services of which every record could be processed."""
    for service in place.open(asked):
        judged = service.of(Judged)
        if not judged:
            yield Item(service.provider_id, "unknown", "it has not been judged yet")
        elif judged[-1][1].unprocessed:
            yield Item(service.provider_id, "no", f"{judged[-1][1].unprocessed} could not be processed")
        else:
            yield Item(service.provider_id, "yes", "everything was processed")
