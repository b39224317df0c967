"""The same judgement over events that are handed in: what was said then, or would be said under another policy.

Pure. Marks among the events count as they do on the ledger (time, what was heard, since when a policy is in force); by
which policy and baseline it is judged is given. What is supposed besides (what-if) is folded last, as if recorded now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from services.risk.assessment import assess
from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.remembered import partition, state
from services.risk.remembered.partition import InForce, PartitionState
from shared import identifiers
from shared.events import TYPES, Event, UnknownType, envelope
from shared.events.assessments import Assessment

TICK = timedelta(microseconds=1)
WHO = "what-if"
"""The publisher of what is only supposed."""


class NotOneProvider(Exception):
    """The events are of several providers, or of none."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """Something that did not happen, and is looked at as if it had."""

    kind: str
    """`quality_concern.raised`."""
    data: dict[str, Any]
    time: datetime | None = None
    """When it would have happened. None: just now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the events."""

    rules: Rules
    c: date | None = None
    """The London day at whose end it is judged. None: as the marks among the events have it."""
    baseline: Baseline | None = None
    adopted: date | None = None
    """Since when such a policy is in force, if no mark says so."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By digest, the pack's name of other texts that marks name: clocks go on through a new version of one pack."""
    supposed: Sequence[Supposed] = ()


def recompute(events: Iterable[Event], asked: Asked) -> Assessment:
    """What the facts indicate. Raises NotOneProvider, and what a fold raises: ValidationError, UnknownType."""
    at, known, last = PartitionState(0), None, None
    names = {**asked.names, asked.rules.digest: asked.rules.pack.pack}
    for event in events:
        last = event if last is None or event.recordedtime > last.recordedtime else last
        if partition.is_mark(event):
            at = partition.fold_mark(at, event, pack=names.get(str(event.data.get("digest")), ""))
        elif known is not None and known.provider_id != event.subject:
            raise NotOneProvider(f"{known.provider_id} and {event.subject}")
        else:
            known = state.fold(known, event)
    if known is None or last is None:
        raise NotOneProvider("no event is about a provider")
    for number, each in enumerate(asked.supposed, 1):
        known = state.fold(known, _event(each, known, last.recordedtime + number * TICK))
    c = asked.c if asked.c is not None else None if at.c is None else date.fromordinal(at.c)
    return assess(known, _adopted(at, known.place, asked), asked.rules, c, asked.baseline)


def _adopted(at: PartitionState, place: str, asked: Asked) -> PartitionState:
    if asked.adopted is None or place in at.policies:
        return at
    day = asked.adopted.toordinal()
    in_force = InForce(asked.rules.digest, day, asked.rules.pack.pack, day)
    return msgspec.structs.replace(at, policies={**at.policies, place: in_force})


def _event(supposed: Supposed, known: state.ProviderState, recorded: datetime) -> Event:
    type_ = envelope.type_name(supposed.kind)
    if type_ not in TYPES or "ledger" not in TYPES[type_].topics:
        raise UnknownType(supposed.kind)
    return Event(
        id=identifiers.derived_id(WHO, known.provider_id, recorded.isoformat()),
        type=type_,
        source=f"/places/{known.place}/publishers/{WHO}",
        subject=known.provider_id,
        time=(supposed.time or recorded).astimezone(UTC),
        dataschema=TYPES[type_].schema_path,
        place=known.place,
        data=supposed.data,
        recordedtime=recorded,
        writer=WHO,
        sequence=0,
        prevsequence=0,
    )
