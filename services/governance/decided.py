"""A decision as it stood on a past day, by what was known then: from the published steps alone."""

from collections.abc import Sequence

from services.governance import history
from services.governance.asking import Unknown
from services.governance.domain import doubts
from services.governance.domain.doubts import Doubts
from services.governance.domain.taken import Taken
from services.governance.event_store import EventStore
from services.governance.past import When
from services.governance.provider_case import ProviderCase
from services.governance.restore import RECORDERS
from shared.events import TYPES, Data, Event, data_of, decisions, decode, registry


def then(store: EventStore, provider_id: str, decision_id: str, when: When) -> tuple[Taken, Doubts]:
    """The decision, and what was known of evidence that fell. Blocks. Raises Unknown, also before it was taken."""
    with store.reading() as cursor:
        ledger = history.ledger(cursor, provider_id, when.known_at if when.asked else None)
    known = [event for event in map(decode, ledger) if event.subject == provider_id]
    taken = fold(known, decision_id, when)
    named = [event for event in known if str(event.id) in taken.proposal.evidence]
    return taken, doubts.fold(known, named)


def fold(known: Sequence[Event], decision_id: str, when: When) -> Taken:
    """The decision from the steps that were true by then. Raises Unknown. Pure.

    One that counts from a day before it was proposed is seen from that day on, with its later proposal.
    """
    steps = [
        (event, data) for event in known
        if isinstance(data := _data(event), decisions.DecisionEvent) and data.decision_id == decision_id
    ]  # fmt: skip
    if not any(event.time <= when.as_of for event, _ in steps):
        raise Unknown("this decision was not taken by then, or nobody knew of it")
    case = ProviderCase(steps[0][0].subject, steps[0][0].place)
    for event, data in steps:
        if event.time <= when.as_of or isinstance(data, decisions.DecisionProposed):
            getattr(case, RECORDERS[type(data)])(step=registry.dumped(data), at=event.time)
    return case.decision(decision_id)


def _data(event: Event) -> Data | None:
    return data_of(event) if event.type in TYPES else None
