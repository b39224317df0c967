"""The same judgement over events that are handed in: what was said then, or would be said under another policy.

Pure. Marks among the events count as they do on the ledger (what was heard, since when a policy is in force), but the
policy and C are given: whoever asks says under which text and at which day's end.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from services.risk import partition, state
from services.risk.assessment import assess
from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.partition import InForce, PartitionState
from shared.events import Event
from shared.events.assessments import Assessment


class NotOneProvider(Exception):
    """The events are of several providers, or of none."""


def recompute(
    events: Iterable[Event],
    rules: Rules,
    c: date | None,
    *,
    baseline: Baseline | None = None,
    adopted: date | None = None,
) -> Assessment:
    """What the facts indicate at the end of `c`. `adopted`: since when such a policy is in force, if no mark says so.

    Raises NotOneProvider, and what a fold raises: pydantic's ValidationError, UnknownType.
    """
    at, known = PartitionState(0), None
    for event in events:
        if partition.is_mark(event):
            ours = event.data.get("digest") == rules.digest
            at = partition.fold_mark(at, event, pack=rules.pack.pack if ours else "")
        elif known is not None and known.provider_id != event.subject:
            raise NotOneProvider(f"{known.provider_id} and {event.subject}")
        else:
            known = state.fold(known, event)
    if known is None:
        raise NotOneProvider("no event is about a provider")
    if adopted is not None and known.place not in at.policies:
        day = adopted.toordinal()
        in_force = InForce(rules.digest, day, rules.pack.pack, day)
        at = msgspec.structs.replace(at, policies={**at.policies, known.place: in_force})
    return assess(known, at, rules, c, baseline)
