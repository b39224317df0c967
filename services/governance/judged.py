"""What risk has judged about a provider, newest first, from the history."""

import itertools
import logging
from collections.abc import Iterator
from datetime import datetime

from pydantic import ValidationError

from services.governance import register, view
from services.governance.event_store import EventStore
from shared.events import data_of, decode, entry_of
from shared.events.assessments import AssessmentChanged, Indicated

log = logging.getLogger(__name__)

FEW = 20
CHANGED = entry_of(AssessmentChanged).type
_JUDGED = f"""
SELECT recordedtime, body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = %s
ORDER BY recordedtime DESC, rank DESC, partition DESC, "offset" DESC LIMIT %s OFFSET %s
"""  # noqa: S608 - names of ours alone


def indicated(store: EventStore, provider_id: str, scale: str) -> Iterator[tuple[datetime, Indicated]]:
    """What was indicated on a scale, and from when on. Read a few at a time: seldom are many asked for."""
    for start in itertools.count(0, FEW):
        with store.reading() as cursor:
            cursor.execute(_JUDGED, (provider_id, CHANGED, FEW, start), prepare=True)
            rows = cursor.fetchall()
        for row in rows:
            try:
                said = data_of(decode(bytes(row["body"])))
            except ValidationError as error:  # altered since: `verify` names it
                log.error("what was judged of %s is read without one: %.200s", provider_id, error)  # noqa: TRY400
                continue
            assert isinstance(said, AssessmentChanged)  # noqa: S101 - asked by its type
            yield row["recordedtime"], said.scales.get(scale, register.NOTHING_INDICATED)
        if len(rows) < FEW:
            return
