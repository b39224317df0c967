"""What stood on a provider's record lately, to be chosen as evidence instead of typed by its id."""

from services.governance.event_store import EventStore
from services.governance.web import timeline, words
from services.governance.web.form import Choices

NO_EVIDENCE = ("alert", "notification", "task", "plan", "assessment.changed", "decision")
MOST = 12


def recent(store: EventStore, provider_id: str, may: frozenset[str]) -> Choices:
    """The newest events that the reader may see, with their days. Blocks: call it from a thread."""
    with store.reading() as cursor:
        entries, _ = timeline.page(cursor, provider_id, timeline.Asked(), may)
    found = []
    for entry in entries:
        event = entry.event
        kind = event["type"].removeprefix("careledger.")
        if entry.classification in may and not kind.startswith(NO_EVIDENCE):
            found.append((event["id"], f"{words.kind(event['type'])}, {words.moment(event['time'])}"))
    return found[:MOST]
