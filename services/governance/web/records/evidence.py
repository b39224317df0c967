"""What stood on a provider's record lately, to be chosen as evidence instead of typed by its id."""

import orjson

from services.governance import tables, view
from services.governance.event_store import EventStore
from services.governance.web import words
from services.governance.web.form import Choices

KINDS = (
    "quality_concern.raised", "safeguarding_concern.received", "safeguarding_enquiry.concluded", "visit.completed",
    "visit.finding_recorded", "assessment.completed", "cqc_rating.published", "cqc_enforcement.recorded",
    "returns.analysed", "incident.reported", "complaint.received", "medicines_review.received", "ipc_audit.received",
)  # fmt: skip
"""What shows that a service must improve."""
MOST = 10
_NEWEST = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = ANY(%s) AND classification = ANY(%s)
ORDER BY recordedtime DESC LIMIT %s
"""  # noqa: S608 - names of ours alone


def recent(store: EventStore, provider_id: str, may: frozenset[str]) -> Choices:
    """The newest that the reader may see, with their days. Blocks: call it from a thread."""
    with store.reading() as cursor:
        cursor.execute(_NEWEST, (provider_id, tables.types(KINDS), sorted(may), MOST), prepare=True)
        events = [orjson.loads(bytes(row["body"])) for row in cursor]
    return [(one["id"], f"{words.kind(one['type'])}, {words.day(one['time'])}") for one in events]
